import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import type { OutsideEvent } from '../../src/domain/event.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { Ledger } from '../../src/operators/ledger/index.js';
import { ES } from '../venues/cme/under-test.js';
import { freePort } from './fix/free-port.js';
import { describeWithQuickFix, QuickFix } from './fix/quickfix.js';

const PROGRAM = join(import.meta.dirname, 'fix/desk-process.js');
const BUILT = existsSync(join(import.meta.dirname, '../../dist/venues/cme/index.js'));
const KILLS = Number(process.env['MILLRACE_FIX_KILLS'] ?? (process.env['MILLRACE_LONG'] === '1' ? 50 : 5));
const FLOOD = 100;

/** The desk in its process; resolves at its first logon. */
async function desk(port: number, version: string, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, String(port), version, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on('line', (line) => {
      if (line === 'up') resolve();
    });
    child.once('exit', (code, signal) => reject(new Error(`the desk ended by itself: ${code ?? signal}`)));
  });
  return child;
}

function eventsOf(folder: string): readonly OutsideEvent[] {
  const lines = readFileSync(join(folder, 'log'), 'utf8').split('\n');
  // Behind the last delimiter is nothing, or a line that was torn.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as OutsideEvent);
}

for (const version of ['FIX.4.2', 'FIX.4.4'] as const)
  describeWithQuickFix(`a desk of ${version} that is killed in the middle of bursts`, () => {
    test.skipIf(!BUILT && process.env['CI'] !== 'true')(
      BUILT ? `${KILLS} times: no report is lost or booked twice` : 'skipped: no dist; run `npm run build`',
      async () => {
        expect(BUILT, 'dist/venues/cme is missing: build before the tests').toBe(true);
        const folder = mkdtempSync(join(tmpdir(), 'millrace-kills-'));
        const broker = new QuickFix(version, await freePort());
        try {
          await broker.start();
          broker.tell('quiet');
          let moments = 0;
          for (let round = 0; round < KILLS; round++) {
            const child = await desk(broker.port, version, folder);
            child.removeAllListeners('exit');
            broker.tell(`flood ${FLOOD} r${round}-`);
            // Moments from the first message of the burst to behind its last.
            moments = (moments * 7 + 3) % 61;
            await new Promise((resolve) => setTimeout(resolve, moments));
            const gone = new Promise((resolve) => child.once('exit', resolve));
            child.kill('SIGKILL');
            await gone;
          }
          await broker.until(
            'every flood',
            (lines) => lines.filter((line) => line === `flooded ${FLOOD}`).length === KILLS,
          );
          const child = await desk(broker.port, version, folder);
          const wanted = KILLS * FLOOD;
          const fills = (): ReadonlySet<string> =>
            new Set(
              eventsOf(folder).flatMap((event) =>
                event.kind === 'report' && event.type === 'fill' ? [event.clientOrderId] : [],
              ),
            );
          for (let tries = 0; tries < 300 && fills().size < wanted; tries++)
            await new Promise((resolve) => setTimeout(resolve, 100));
          const gone = new Promise((resolve) => child.once('exit', resolve));
          child.removeAllListeners('exit');
          child.kill('SIGKILL');
          void gone;
          expect(fills().size, 'every execution is in the log').toBe(wanted);
          const ledger = new Ledger(new InstrumentTable([ES]), { reportingCurrency: 'USD' });
          const events = eventsOf(folder);
          let told = 0;
          events.forEach((event, index) => {
            if (event.kind !== 'report') return;
            if (event.type === 'fill') told++;
            ledger.apply(event, index);
          });
          expect(ledger.position(0), 'and booked once').toBe(wanted);
          console.log(
            `${KILLS} kills: ${wanted} executions, ${told - wanted} of them told again after a kill`,
          );
          const faults = events.flatMap((event) =>
            event.kind === 'fault' ? [`${event.code}: ${event.message}`] : [],
          );
          expect(
            faults.filter((fault) => /fix-(sequence|store|resend|rejected|message)/.test(fault)),
          ).toEqual([]);
          expect(broker.lines.filter((line) => line.includes('too low') || line.startsWith('> 3'))).toEqual(
            [],
          );
        } finally {
          await broker.dispose();
          rmSync(folder, { recursive: true, force: true });
        }
      },
      600_000,
    );
  });
