import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import { checkEvent } from '../../src/domain/wire.js';
import { openDatabentoBinary } from '../../src/streams/readers/databento-binary.js';
import { openMarketTable } from '../../src/streams/readers/market-table.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { BYTES, LINES } from './reader-seeds.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);

type Open = (path: string) => Promise<RecordingSource>;
const detect: Open = async (path) => (await openRecording(path)).sources[0] as RecordingSource;

/** Reads a file that may hold anything: valid events in order, then the end or an `InputError` that names the file. */
async function survives(name: string, content: string | Uint8Array, open: Open = detect): Promise<number> {
  const path = folder.write(name, content);
  const outcome = await open(path).then(readAll, (error: unknown) => ({ events: [], error }));
  const { error, events } = outcome;
  if (error !== undefined && !(error instanceof InputError)) throw error;
  if (error !== undefined) expect(String(error)).toContain(path);
  let last = 0;
  for (const { ts, event } of events) {
    checkEvent(event);
    expect(ts).toBeGreaterThanOrEqual(last);
    last = ts;
  }
  return error === undefined ? events.length : -1;
}

const check = (property: fc.IAsyncProperty<[string | Uint8Array]>): Promise<void> =>
  fc.assert(property, { numRuns: RUNS });

/** What stands where a number should, in JSON and in CSV. */
const NASTY = [
  '""',
  '',
  'null',
  'true',
  '-1',
  '"-1"',
  '-0',
  '"-0"',
  'NaN',
  '"NaN"',
  'Infinity',
  '1e400',
  '"1e400"',
  '"1e-9"',
  '0x10',
  '"0x10"',
  '12345678901234567890',
  '"12345678901234567890"',
  '9007199254740993',
  '"9007199254740993"',
  '0.1',
  '"0.1"',
  '"00001"',
  '"1."',
  '".5"',
  '" 1"',
  '"1,000"',
  '[]',
  '{}',
  '[[]]',
  '[[1,2]]',
  '[null]',
  '"__proto__"',
  '"constructor"',
  '"\\u0000"',
  '"\u{1f600}"',
  '9'.repeat(400),
  `"${'9'.repeat(400)}"`,
  '[["1","2","3"]]',
  `${'['.repeat(500)}${']'.repeat(500)}`,
];
/** Quoted texts and bare numbers, also within JSON that stands in JSON. */
const TOKEN = /\\?"(?:[^"\\,:]|\\(?!"))*\\?"|-?\d+(?:\.\d+)?|\[\]/g;

const mutated = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(),
      fc.nat(),
      fc.constantFrom(...NASTY),
      fc.constantFrom('token', 'token', 'token', 'character', 'drop', 'twice', 'swap', 'cut'),
      fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }),
    )
    .map(([which, place, nasty, what, text]) => {
      const changed = [...lines];
      const at = which % lines.length;
      const line = lines[at] as string;
      if (what === 'token') {
        const tokens = [...line.matchAll(TOKEN)];
        const token = tokens[place % Math.max(1, tokens.length)];
        if (token === undefined) return changed.join('\n');
        const escaped = token[0].startsWith('\\"') ? nasty.replaceAll('"', '\\"') : nasty;
        const bare = line.startsWith('{') || line.includes(' {') ? escaped : nasty.replaceAll('"', '');
        changed[at] = line.slice(0, token.index) + bare + line.slice(token.index + token[0].length);
      } else if (what === 'character') {
        const index = place % line.length;
        changed[at] = line.slice(0, index) + text + line.slice(index + 1);
      } else if (what === 'drop') changed.splice(at, 1);
      else if (what === 'twice') changed.splice(at, 0, line);
      else if (what === 'swap') changed.reverse();
      const whole = changed.join('\n');
      return what === 'cut' ? whole.slice(0, place % whole.length) : whole;
    });

describe.each(Object.entries(LINES))('%s', (name, lines) => {
  it('is read as it is', async () => {
    expect(await survives(name, `${lines.join('\n')}\n`)).toBeGreaterThan(0);
  });

  it('gives valid events or an InputError, whatever is changed', async () => {
    await check(fc.asyncProperty(mutated(lines), async (text) => void (await survives(name, text))));
  });

  it('survives a line that is repeated without end, and one that is very long', async () => {
    const last = lines.at(-1) as string;
    await survives(name, [...lines, ...Array.from({ length: 3_000 }, () => last)].join('\n'));
    await survives(name, [...lines, last + last.slice(-20).repeat(20_000)].join('\n'));
  });
});

describe.each(Object.entries(BYTES))('%s', (name, bytes) => {
  const open = name.endsWith('.dbn') ? openDatabentoBinary : detect;

  it('is read as it is', async () => {
    expect(await survives(name, bytes, open)).toBeGreaterThan(0);
  });

  it('gives valid events or an InputError, whatever is changed', async () => {
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(0, 1, 127, 128, 255, 13)), {
      maxLength: 4,
    });
    const changed = fc.tuple(changes, fc.option(fc.nat(bytes.length), { freq: 4 })).map(([list, end]) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of list) copy[at] = value;
      return copy.subarray(0, end ?? copy.length);
    });
    await check(fc.asyncProperty(changed, async (content) => void (await survives(name, content, open))));
  });
});

describe('packed files', () => {
  // The same three rows of prices under their header, packed by the reference program.
  const zstd = Buffer.from(
    '28b52ffd04585d0100340274696d655f756e69782c70726963650a313532353639393830302e352c323637302e35010073d07c023cb198d8',
    'hex',
  );

  it('are read', async () => {
    expect(await survives('prices_esm8.csv.zst', zstd)).toBe(3);
  });

  it('are refused when damaged', async () => {
    const gzip = gzipSync((LINES['tops.csv'] as readonly string[]).join('\n'));
    for (const [index, packed] of [gzip, zstd].entries()) {
      const changed = fc
        .tuple(fc.nat(packed.length - 1), fc.nat(255), fc.nat(packed.length))
        .map(([at, value, end]) => {
          const copy = Buffer.from(packed);
          copy[at] = value;
          return end % 3 === 0 ? copy.subarray(0, end) : copy;
        });
      await check(
        fc.asyncProperty(changed, async (content) => void (await survives(`packed-${index}`, content))),
      );
    }
  });

  it('take no more memory than a block and a window, whatever they claim', async () => {
    // One byte, repeated 128 KiB a block, 4,000 times: 16 kB that unpack to 500 MB of one line.
    const block = Buffer.from([0x02, 0x00, 0x10, 0x20]);
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
    const bomb = Buffer.concat([head, ...Array.from({ length: 4_000 }, () => block)]);
    const before = process.memoryUsage().rss;
    expect(await survives('bomb.zst', bomb, openMarketTable)).toBe(-1);
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
    const window = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 1, 0, 0]);
    await expect(openRecording(folder.write('window.zst', window))).rejects.toThrow(
      /window of \d+ bytes; 128 MiB is the most/,
    );
  });
});

describe('anything', () => {
  it('is refused or read', async () => {
    const beginnings = [
      '',
      'DBN\u0001',
      'ts_utc_ms,open,high,low,close,volume\n',
      '1723161253937085768 {',
      '{"t":"header"',
      '(\u00b5/\u00fd',
    ].map((text) => Buffer.from(text, 'latin1'));
    const content = fc
      .tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 300 }))
      .map(([beginning, bytes]) => Buffer.concat([beginning, bytes]));
    await check(fc.asyncProperty(content, async (bytes) => void (await survives('anything', bytes))));
  });
});
