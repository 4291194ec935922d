import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import { instrument } from '../../src/domain/instrument.js';
import { checkEvent } from '../../src/domain/wire.js';
import { openBinanceRaw } from '../../src/streams/readers/binance-raw.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
let files = 0;
const file = (content: string | Uint8Array): string => folder.write(`raw-${files++}.txt`, content);

const line = (recv: string, stream: string, data: object): string =>
  `${recv} ${JSON.stringify({ stream, data })}`;
const depth = { e: 'depthUpdate', E: 1723161255208, s: 'BTCUSDT' };
const spotLines = [
  line('1723161253937085768', 'btcusdt@depth@100ms', {
    ...depth,
    U: 11,
    u: 13,
    b: [['61737.63000000', '0.00000000']],
    a: [['61837.64000000', '1.54698000']],
  }),
  line('1723161254087891268', 'btcusdt@bookTicker', {
    u: 12,
    s: 'BTCUSDT',
    b: '61837.63000000',
    B: '3.78826000',
    a: '61837.64000000',
    A: '1.54698000',
  }),
  line('1723161254087896568', 'btcusdt@trade', {
    e: 'trade',
    E: 1723161255343,
    s: 'BTCUSDT',
    t: 3735683259,
    p: '61837.63000000',
    q: '0.02000000',
    T: 1723161255342,
    m: true,
    M: true,
  }),
  '1723161254206652067 {"lastUpdateId":14,"bids":[["61837.63000000","3.78826000"]],"asks":[]}',
];
const usdmTrade = (X: string): string =>
  line('1723161255088176367', 'btcusdt@trade', {
    e: 'trade',
    E: 1723161256322,
    T: 1723161256321,
    s: 'BTCUSDT',
    t: 5266583935,
    p: '61800.30',
    q: '0.006',
    X,
    m: false,
  });

describe('openBinanceRaw', () => {
  it('reads diffs, quotes, trades and the snapshot of a spot session', async () => {
    const source = await openBinanceRaw(file(gzipSync(`${spotLines.join('\n')}\n`)));
    const { events, bytesRead } = await readAll(source);
    expect(source.instruments.map(({ id }) => id)).toEqual(['BTC-USDT.SPOT@binance']);
    expect(bytesRead).toBe(source.bytesTotal);
    expect(events.map(({ event }) => event)).toEqual([
      {
        kind: 'book',
        instrument: 'BTC-USDT.SPOT@binance',
        venueTime: 1723161255208,
        action: 'delta',
        first: 11,
        last: 13,
        previous: -1,
        bids: [6_173_763, 0],
        asks: [6_183_764, 154_698_000],
      },
      {
        kind: 'quote',
        instrument: 'BTC-USDT.SPOT@binance',
        venueTime: 0,
        bidPrice: 6_183_763,
        bidQuantity: 378_826_000,
        askPrice: 6_183_764,
        askQuantity: 154_698_000,
        updateId: 12,
      },
      {
        kind: 'trade',
        instrument: 'BTC-USDT.SPOT@binance',
        venueTime: 1723161255342,
        price: 6_183_763,
        quantity: 2_000_000,
        aggressor: 'sell',
        tradeId: '3735683259',
      },
      {
        kind: 'book',
        instrument: 'BTC-USDT.SPOT@binance',
        venueTime: 0,
        action: 'snapshot',
        first: 14,
        last: 14,
        previous: -1,
        bids: [6_183_763, 378_826_000],
        asks: [],
      },
    ]);
    expect(events[0]?.ts).toBeCloseTo(1723161253937.0857, 3);
  });

  it('takes microseconds of reception, and keeps the last ts when the clock goes back', async () => {
    const path = file(
      [spotLines[0], spotLines[1]?.replace('1723161254087891268', '1723161253000000')].join('\n'),
    );
    const { events } = await readAll(await openBinanceRaw(path));
    expect(events[1]?.ts).toBe(events[0]?.ts);
    const micros = file(spotLines[1]?.replace('1723161254087891268', '1680652700423575') ?? '');
    expect((await readAll(await openBinanceRaw(micros))).events[0]?.ts).toBe(1680652700423.575);
  });

  it('chains futures by pu and leaves out what the insurance fund does', async () => {
    const diff = line('1723161255030314667', 'btcusdt@depth@0ms', {
      ...depth,
      U: 5,
      u: 9,
      pu: 4,
      b: [],
      a: [],
    });
    const path = file([diff, usdmTrade('MARKET'), usdmTrade('INSURANCE_FUND'), usdmTrade('NA')].join('\n'));
    const { events } = await readAll(await openBinanceRaw(path));
    expect(events.map(({ event }) => event.kind)).toEqual(['book', 'trade']);
    expect(events[0]?.event).toMatchObject({ instrument: 'BTC-USDT.PERP@binance', previous: 4 });
    expect(events[1]?.event).toMatchObject({ aggressor: 'buy', price: 618_003, quantity: 6 });
  });

  it('keeps remainders finer than what orders are made of, and refuses what is finer than a lot', async () => {
    const fine = spotLines[0]?.replace('1.54698000', '1.54698901').replace('0.00000000', '0.00000100') ?? '';
    const source = await openBinanceRaw(file(fine));
    expect(source.instruments.map(({ lot, orderStep }) => [lot, orderStep])).toEqual([
      ['0.00000001', '0.00001'],
    ]);
    const { events } = await readAll(source);
    expect(events[0]?.event).toMatchObject({ bids: [6_173_763, 100], asks: [6_183_764, 154_698_901] });
    const coarse = source.instruments.map((definition) => instrument({ ...definition, lot: '0.00001' }));
    for (const [line, said, field] of [
      [spotLines[0]?.replace('1.54698000', '1.54698901'), '1.54698901', 'a'],
      [spotLines[1]?.replace('3.78826000', '3.78826001'), '3.78826001', 'B'],
      [spotLines[2]?.replace('0.02000000', '0.02000001'), '0.02000001', 'q'],
    ] as const) {
      const { error } = await readAll(
        await openBinanceRaw(file(`${spotLines[0]}\n${line}\n`), { instruments: coarse }),
      );
      expect(String(error)).toContain(
        `line 2: ${field} must be a decimal on the grid of 0.00001, not "${said}"`,
      );
    }
  });

  it('takes definitions of the user before the defaults', async () => {
    const mine = instrument({
      venue: 'binance',
      symbol: 'DOGEUSDT',
      kind: 'spot',
      base: 'DOGE',
      quote: 'USDT',
      tick: '0.00001',
      lot: '1',
    });
    const path = file(`1723161254087891268 {"u":1,"s":"DOGEUSDT","b":"0.1","B":"2","a":"0.2","A":"3"}\n`);
    await expect(openBinanceRaw(path)).rejects.toThrow(
      /line 1: symbol "DOGEUSDT" \(binance spot\) has no definition/,
    );
    const source = await openBinanceRaw(path, { instruments: [mine] });
    expect(source.instruments).toEqual([mine]);
    expect((await readAll(source)).events[0]?.event).toMatchObject({ bidPrice: 10_000, askQuantity: 3 });
  });

  it.each([
    [
      'a cut-off last line',
      `${spotLines[0]}\n${spotLines[1]?.slice(0, 60)}`,
      /line 2 \(the file ends within it/,
    ],
    ['foreign text', 'hello world\n', /line 1: a line must be "<received> <json>"|line 1: received must be/],
    ['a snapshot nobody owns', `${spotLines[1]}\n${spotLines[3]}\n`, /needs exactly one spot depth stream/],
    ['an unknown message', '1723161254087891268 {"e":"surprise"}', /line 1: message must be of a Binance/],
    [
      'a damaged price',
      `${spotLines[1]?.replace('61837.63', '61837.x3')}\n`,
      /line 1: b must be a decimal on the grid/,
    ],
  ])('refuses %s by name', async (_, content, message) => {
    const path = file(content);
    const outcome = await openBinanceRaw(path).then(readAll, (error: unknown) => ({ error }));
    expect(outcome.error).toBeInstanceOf(InputError);
    expect(String(outcome.error)).toMatch(message);
    expect(String(outcome.error)).toContain(path);
  });

  it.each(['missing', 'empty', 'cut gzip', 'damaged gzip'])('refuses a %s file', async (what) => {
    const packed = gzipSync(`${spotLines.join('\n')}\n`);
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 40, 60);
    const content = { empty: '', 'cut gzip': packed.subarray(0, 120), 'damaged gzip': damaged }[what];
    const path = content === undefined ? `${folder.path}/none` : file(content);
    const outcome = await openBinanceRaw(path).then(readAll, (error: unknown) => ({ error }));
    expect(outcome.error).toBeInstanceOf(InputError);
    expect(String(outcome.error)).toMatch(/no such file|file is empty|end early|are damaged/);
  });

  it('gives an InputError or valid events for any change of a line', async () => {
    const text = `${[...spotLines, usdmTrade('MARKET')].join('\n')}\n`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(text.length - 1), fc.constantFrom(...'0-9"{}[],:.x\n nul'.split(''))), {
          minLength: 1,
          maxLength: 3,
        }),
        async (changes) => {
          const characters = text.split('');
          for (const [at, character] of changes) characters[at] = character;
          const outcome = await openBinanceRaw(folder.write('fuzz.txt', characters.join(''))).then(
            readAll,
            (error: unknown) => ({ events: [], error }),
          );
          if (outcome.error !== undefined) expect(outcome.error).toBeInstanceOf(InputError);
          for (const { event } of outcome.events) checkEvent(event);
        },
      ),
      { numRuns: 300 },
    );
  });
});
