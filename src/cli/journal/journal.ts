import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { SequencedEvent } from '../../domain/event.js';
import { followJournal } from '../../journal/index.js';
import { CommandError } from '../command-error.js';
import { eventsOf, openLog } from './open-log.js';
import { HELP, type JournalCommand, readCommand } from './options.js';
import { compare, line, wanted } from './print-event.js';

const POLL_MILLISECONDS = 100;

/**
 * Prints a journal, event by event, with bounded memory; stops in good order at Ctrl-C.
 *
 * @returns what is left to print
 * @throws CommandError for a wrong command line, InputError for a file that is missing, foreign or damaged
 */
export async function journal(args: readonly string[]): Promise<string> {
  const command = readCommand(args);
  if (command === undefined) return HELP;
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await print(command, stop.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function print(command: JournalCommand, stop: AbortSignal): Promise<string> {
  const kinds = new Map<string, number>();
  const tails: string[] = [];
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    lines = [];
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  };
  for await (const events of await logOf(command, tails, stop)) {
    if (stop.aborted) break;
    let over = false;
    for (const timed of events) {
      if (command.from !== undefined && compare(timed, command.from) < 0) continue;
      over = command.to !== undefined && compare(timed, command.to) > 0;
      if (over) break;
      if (!wanted(command, timed)) continue;
      if (command.count) kinds.set(timed.event.kind, (kinds.get(timed.event.kind) ?? 0) + 1);
      else lines.push(command.json ? JSON.stringify(timed) : line(timed));
    }
    await flush();
    if (over) break;
  }
  for (const tail of tails) process.stderr.write(`torn tail: ${tail}\n`);
  return command.count ? counted(kinds, command.json) : '';
}

async function logOf(
  { path, follow }: JournalCommand,
  tails: string[],
  stop: AbortSignal,
): Promise<AsyncIterable<readonly SequencedEvent[]>> {
  const source = await openLog(path, (reason) => tails.push(reason));
  if (!follow) return eventsOf(source);
  if (!(await stat(path)).isDirectory()) throw new CommandError('--follow takes the folder of a journal');
  return followJournal(path, 0, async () => {
    await pause(POLL_MILLISECONDS, undefined, { signal: stop }).catch(() => {});
    return !stop.aborted;
  });
}

function counted(kinds: ReadonlyMap<string, number>, json: boolean): string {
  const rows = [...kinds].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  if (json) return `${JSON.stringify({ events: total, kinds: Object.fromEntries(rows) })}\n`;
  return [...rows, ['total', total] as const]
    .map(([kind, count]) => `${String(count).padStart(12)}  ${kind}\n`)
    .join('');
}
