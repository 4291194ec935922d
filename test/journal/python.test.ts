import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { OutsideEvent, SequencedEvent } from '../../src/domain/event.js';
import { openJournal } from '../../src/journal/index.js';
import { eventOf, titles } from '../domain/any-event.js';
import { anyEvent, busyLog } from './events.js';

/** The first Python of these that has msgpack. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import msgpack']).status === 0,
);
const required = process.env['CI'] === 'true' && process.env['MILLRACE_LONG'] === '1';

describe('examples/python/read_journal.py', () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-python-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.skipIf(python === undefined && !required)(
    python === undefined
      ? 'reads what we wrote (skipped: no python3 with msgpack; apt-get install python3-msgpack)'
      : 'reads every kind of event as we do, by docs/journal-format.md',
    async () => {
      expect(python, 'python3 with msgpack is required here').toBeDefined();
      const some: OutsideEvent[] = [
        ...titles.flatMap(
          (title) =>
            fc.sample(eventOf(title), 5).map((event) => structuredClone(event)) as unknown as OutsideEvent[],
        ),
        ...fc.sample(anyEvent, 300),
      ];
      let ts = 1_700_000_000_000;
      const events: SequencedEvent[] = busyLog(600).map(({ seq, event }) => ({
        seq,
        ts: ++ts + 0.25,
        event,
      }));
      for (const event of some) events.push({ seq: events.length + 1, ts: ++ts, event });
      const journal = await openJournal({ folder, segmentBytes: 40_000 });
      for (let at = 0; at < events.length; at += 64) journal.append(events.slice(at, at + 64));
      await journal.close();
      const output = execFileSync(python as string, ['examples/python/read_journal.py', folder], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      const read = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as SequencedEvent);
      expect(read).toHaveLength(events.length);
      // JSON.parse reads -0.0 as -0: strict, to the bit.
      expect(read).toStrictEqual(events);
    },
  );
});
