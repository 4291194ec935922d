import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigurationError, InputError } from '../../src/domain/errors.js';
import { journalSource, openJournal } from '../../src/journal/index.js';
import { busyLog } from './events.js';
import { logOf, snapshotAt } from './log-of.js';

const root = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const fresh = (): string => join(root, `deep/${folders++}`);

describe('a folder of the machine', () => {
  test('holds a journal: segments, snapshots, a torn tail', async () => {
    const folder = fresh();
    const journal = await openJournal({ folder, segmentBytes: 20_000 });
    for (let block = 0; block < 20; block++) {
      journal.append(busyLog(256, journal.last + 1));
      if (block % 3 === 0) await journal.flushed(journal.last, 'fsync');
    }
    await journal.saveSnapshot(snapshotAt(5_000));
    await journal.truncate(5_100);
    await journal.close();
    const again = await openJournal({ folder });
    expect(await logOf(again)).toStrictEqual(busyLog(5_100));
    expect(await again.newestSnapshot()).toEqual(snapshotAt(5_000));
    again.append(busyLog(10, 5_101));
    await again.close();
    const source = await journalSource(folder);
    const newest = join(
      folder,
      execFileSync('ls', [folder], { encoding: 'utf8' })
        .match(/journal-\d+.mrj/g)
        ?.at(-1) ?? '',
    );
    truncateSync(newest, readFileSync(newest).length - 3);
    const torn: string[] = [];
    let events = 0;
    for await (const batch of (
      await journalSource(folder, { onTornTail: (why) => torn.push(why) })
    ).batches())
      events += batch.events.length;
    expect(events).toBe(5_100);
    expect(torn).toEqual([expect.stringContaining('the last record is cut off')]);
    expect(source).toMatchObject({ kind: 'journal', instruments: [] });
    const cut = await openJournal({ folder });
    expect(cut.cut).toMatchObject({ reason: 'the last record is cut off' });
    expect(cut.last).toBe(5_100);
    await cut.close();
  });

  test('belongs to one journal at a time, and to the next once its process was killed', async () => {
    const folder = fresh();
    const journal = await openJournal({ folder });
    await expect(openJournal({ folder })).rejects.toThrow(ConfigurationError);
    await expect(openJournal({ folder })).rejects.toThrow(`is in use by process ${process.pid}`);
    journal.append(busyLog(5));
    await journal.close();
    // Another process that holds the lock, as it is written down: it sleeps, and is killed.
    const child = spawn('sleep', ['1000']);
    const started = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
    const lock = { host: (await import('node:os')).hostname(), pid: child.pid, started, id: 'x' };
    writeFileSync(join(folder, 'lock'), JSON.stringify(lock));
    await expect(openJournal({ folder })).rejects.toThrow(`is in use by process ${child.pid}`);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const two = await Promise.allSettled([openJournal({ folder }), openJournal({ folder })]);
    expect(two.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const each of two) if (each.status === 'fulfilled') await each.value.close();
    // The number went to another process.
    writeFileSync(join(folder, 'lock'), JSON.stringify({ ...lock, pid: process.pid, started: '1' }));
    await (await openJournal({ folder })).close();
    writeFileSync(join(folder, 'lock'), JSON.stringify({ ...lock, host: 'elsewhere' }));
    await expect(openJournal({ folder })).rejects.toThrow(
      /locked by process \d+ of host elsewhere: when that is gone/,
    );
  });

  test('that cannot be a journal is refused', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(openJournal({ folder: join(root, 'file') })).rejects.toThrow(
      /cannot be made|cannot be locked/,
    );
    await expect(journalSource(join(root, 'nowhere'))).rejects.toThrow(InputError);
    await expect(journalSource(root)).rejects.toThrow('the folder holds no journal');
  });
});
