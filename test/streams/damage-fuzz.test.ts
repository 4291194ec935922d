import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import type { TimedEvent } from '../../src/domain/event.js';
import { checkEvent } from '../../src/domain/wire.js';
import { openDatabentoBinary } from '../../src/streams/readers/databento-binary.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { BYTES, LINES } from './reader-seeds.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);

const open = async (name: string, content: string | Uint8Array): Promise<RecordingSource> => {
  const path = folder.write(name, content);
  if (name.endsWith('.dbn')) return openDatabentoBinary(path, { damage: 'report' });
  return (await openRecording(path, { damage: 'report' })).sources[0] as RecordingSource;
};

/** Reads what may hold anything: valid events in order; `error` is an `InputError` or none. */
async function read(
  name: string,
  content: string | Uint8Array,
): Promise<{ events: TimedEvent[]; error: unknown }> {
  const { events, error } = await open(name, content).then(readAll, (reason: unknown) => ({
    events: [] as TimedEvent[],
    error: reason,
  }));
  if (error !== undefined && !(error instanceof InputError)) throw error;
  let last = 0;
  for (const { ts, event } of events) {
    checkEvent(event);
    expect(ts).toBeGreaterThanOrEqual(last);
    last = ts;
  }
  return { events, error };
}

const faultsOf = (events: readonly TimedEvent[]): string[] =>
  events.flatMap(({ event }) => (event.kind === 'fault' ? [event.message] : []));
/** All else, without the ids of trades: where the venue has none they are the numbers of their rows. */
const rest = (events: readonly TimedEvent[]): object[] =>
  events.flatMap(({ event }): object[] => {
    if (event.kind === 'fault' || event.kind === 'sync') return [];
    return event.kind === 'trade' ? [{ ...event, tradeId: '' }] : [event];
  });

/** What cannot be a message of any format, in one line. */
const HOPELESS: fc.Arbitrary<string> = fc.oneof(
  fc
    .string({ minLength: 1, maxLength: 80, unit: 'binary' })
    .map((text) => `?${text.replace(/[\r\n]/g, ' ')}`),
  fc.constantFrom('[]', '1', 'null', 'NaN', '{', '"', `[${'0,'.repeat(50_000)}0]`, '{"t":1}', '\u0000\u0000'),
);
/** What stands where a value was: wrong types, numbers as texts and texts as numbers, negative, not finite, endless. */
const WRONG = [
  'null',
  '-1',
  '"-1"',
  'NaN',
  '"NaN"',
  '1e400',
  '"1e-9"',
  '"x"',
  '[]',
  '{}',
  '[[1,2]]',
  '0',
  '"0"',
  '1',
  '9007199254740993',
  `"${'9'.repeat(300)}"`,
  `[${'["1","1"],'.repeat(3_000)}["1","1"]]`,
];
const TOKEN = /\\?"(?:[^"\\,:]|\\(?!"))*\\?"|-?\d+(?:\.\d+)?|\[\]/g;

const spoilt = (line: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(), fc.constantFrom(...WRONG), fc.constantFrom('value', 'cut', 'byte'))
    .map(([place, wrong, what]) => {
      if (what === 'cut') return line.slice(0, 1 + (place % (line.length - 1)));
      const at = place % line.length;
      if (what === 'byte') return `${line.slice(0, at)}\u0001${line.slice(at + 1)}`;
      const tokens = [...line.matchAll(TOKEN)];
      const token = tokens[place % tokens.length] as RegExpExecArray;
      const value = token[0].startsWith('\\"') ? wrong.replaceAll('"', '\\"') : wrong;
      return line.slice(0, token.index) + value + line.slice(token.index + token[0].length);
    });

describe.each(Object.entries(LINES))('%s, where damage is reported', (name, lines) => {
  const header = lines[0]?.startsWith('{"t":"header"') === true || name.endsWith('.csv') ? 1 : 0;

  it('gives one fault for every hopeless line, and of the others what they give without them', async () => {
    const clean = await read(name, `${lines.join('\n')}\n`);
    const many = fc.array(fc.tuple(fc.nat(), HOPELESS), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(many, async (bad) => {
        const mixed = [...lines];
        for (const [place, text] of bad) mixed.splice(1 + (place % mixed.length), 0, text);
        const { events, error } = await read(name, `${mixed.join('\n')}\n`);
        expect(error).toBeUndefined();
        expect(faultsOf(events)).toHaveLength(bad.length);
        expect(rest(events)).toEqual(rest(clean.events));
      }),
      { numRuns: RUNS },
    );
  });

  it('gives valid events and at most one fault for a spoilt line', async () => {
    // Enough of them that what stands only once is known to be wrong.
    const good = [...lines, ...Array.from({ length: 60 }, () => lines.slice(header)).flat()];
    const defines = (line: string): boolean => line.includes('"t":"http"');
    const one = fc
      .nat({ max: lines.length - 1 - header })
      .chain((index) => spoilt(lines[index + header] as string));
    await fc.assert(
      fc.asyncProperty(one, fc.nat(), async (bad, place) => {
        const mixed = good.toSpliced(header + (place % (good.length - header)) + 1, 0, bad);
        const { events, error } = await read(name, `${mixed.join('\n')}\n`);
        // Definitions in front of a recording are part of its header.
        if (!defines(bad)) expect(error).toBeUndefined();
        expect(faultsOf(events).length).toBeLessThanOrEqual(1);
        expect(events.length).toBeLessThan(3 * good.length + 10);
        for (const message of faultsOf(events)) expect(message.length).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: RUNS },
    );
  });

  it('gives up on a file that holds nothing else', async () => {
    const endless = Array.from({ length: 5_000 }, (_, index) => `x${index}`);
    const { events, error } = await read(name, [...lines, ...endless].join('\n'));
    expect(error).toBeInstanceOf(InputError);
    expect(faultsOf(events)).toHaveLength(100);
  });
});

describe.each(Object.entries(BYTES))('%s, where damage is reported', (name, bytes) => {
  it('gives valid events or the one error, whatever bytes are changed', async () => {
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, fc.option(fc.nat(bytes.length), { freq: 4 }), async (list, end) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of list) copy[at] = value;
        const { events } = await read(name, copy.subarray(0, end ?? copy.length));
        expect(faultsOf(events).length).toBeLessThanOrEqual(2);
      }),
      { numRuns: RUNS },
    );
  });
});
