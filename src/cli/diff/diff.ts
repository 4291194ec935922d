import { parseArgs } from 'node:util';
import { InputError } from '../../domain/errors.js';
import type { JournalSource } from '../../journal/index.js';
import type { RecordingSource } from '../../streams/recording/index.js';
import { CommandError } from '../command-error.js';
import { eventsOf, openLog } from '../journal/open-log.js';
import { readingArguments } from '../reading-arguments.js';
import { commandsOf, type Divergence, divergence, sharedFields, text } from './compare-frames.js';
import { Enactment } from './enactment.js';
import { Evidence } from './evidence.js';
import { type LoadedDesk, loadDesk } from './load-desk.js';
import { type Simulated, simulate } from './simulate.js';

const HELP = `millrace diff JOURNAL --with desk.js [--against other.js] [--json]

Re-enacts a journal with another desk and says where it first parts from the old one.

  --with MODULE      the new desk: a module that exports "desk", a core or a function from instruments to one;
                     and, if the usual simulated venues will not do, "drivers", a function from instruments
  --against MODULE   the old desk. Without it the new one is held against what the journal itself knows: orders
                     that venues speak of, and the states in its snapshots
  --json             one JSON object

Profits are simulated: both desks run on the journal's market data, a simulated venue fills their orders.
Exit code 0, whether they part or not.
`;

/** What `diff` found. */
interface Difference {
  readonly journal: string;
  readonly events: number;
  readonly firstDivergence: Divergence | undefined;
  /** Events after which the commands were not the same. `null` without an old core. */
  readonly differingCommands: number | null;
  readonly simulated: { readonly new: Simulated; readonly old: Simulated | null };
}

/** Re-enacts a journal with another core. @returns the text to print @throws CommandError, InputError */
export async function diff(args: readonly string[]): Promise<string> {
  const command = read(args);
  if (command === undefined) return HELP;
  const { path, json } = command;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const source = await openLog(path, (tail) => process.stderr.write(`torn tail: ${tail}\n`));
  if (source.kind !== 'journal')
    throw new InputError(
      `${path}: recorded market data, not a journal: there is no run in it to hold a desk against`,
    );
  const desk = await loadDesk(command.with, source.instruments);
  const old = command.against === undefined ? undefined : await loadDesk(command.against, source.instruments);
  const compared = await compareOn(source, desk, old, stop.signal);
  process.stderr.write('simulating: orders of either desk against the market data of the journal\n');
  const found: Difference = {
    journal: path,
    ...compared,
    simulated: {
      new: await simulate(desk, source, stop.signal),
      old: old === undefined ? null : await simulate(old, source, stop.signal),
    },
  };
  if (stop.signal.aborted)
    throw new CommandError('interrupted: what was found so far says nothing of the rest');
  return json ? `${text(found)}\n` : told(found);
}

async function compareOn(
  source: RecordingSource,
  desk: LoadedDesk,
  old: LoadedDesk | undefined,
  stop: AbortSignal,
): Promise<Pick<Difference, 'events' | 'firstDivergence' | 'differingCommands'>> {
  const now = new Enactment(desk.core);
  const before = old && new Enactment(old.core);
  const fields = old === undefined ? [] : sharedFields(old.core, desk.core);
  const evidence = new Evidence();
  const snapshotAt = snapshots(source);
  let [events, reports, differing] = [0, 0, 0];
  let first: Divergence | undefined;
  for await (const batch of eventsOf(source)) {
    if (stop.aborted) break;
    for (const timed of batch) {
      if (events === 0 && timed.seq !== 1)
        throw new InputError(
          `${source.name}: the journal begins at seq ${timed.seq}: another core can only be started at seq 1`,
        );
      events++;
      if (timed.event.kind === 'report') reports++;
      const frames = now.take(timed);
      if (before === undefined) {
        const barrier = timed.event.kind === 'barrier';
        evidence.take(frames, barrier ? await snapshotAt(timed.seq) : undefined);
        continue;
      }
      const others = before.take(timed);
      first ??= divergence(fields, others, frames);
      if (first !== undefined && text(others.map(commandsOf)) !== text(frames.map(commandsOf))) differing++;
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${events} events`);
  }
  process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${events} events re-enacted\n`);
  evidence.end(reports);
  return {
    events,
    firstDivergence: before === undefined ? evidence.found : first,
    differingCommands: before === undefined ? null : differing,
  };
}

/** The snapshot that the journal has of exactly this place. */
function snapshots(source: RecordingSource) {
  const { newestSnapshot } = source as Partial<JournalSource>;
  return async (seq: number) => {
    const newest = await newestSnapshot?.(seq);
    return newest?.seq === seq ? newest : undefined;
  };
}

function told({ journal, events, firstDivergence, differingCommands, simulated }: Difference): string {
  const lines = [`${journal}: ${events} events re-enacted`];
  if (firstDivergence === undefined) lines.push('no difference was found');
  else {
    const { seq, sub, ts, kind, stage, field, old, new: now, commands } = firstDivergence;
    lines.push(
      `first divergent frame: seq ${seq}, sub ${sub}, ${kind}, ${new Date(ts).toISOString()}`,
      `  cause   ${stage}: ${field}`,
      `  old     ${short(old)}`,
      `  new     ${short(now)}`,
      `  commands  old ${short(commands.old)}, new ${short(commands.new)}`,
    );
  }
  if (differingCommands !== null) lines.push(`events with other commands: ${differingCommands}`);
  lines.push(
    'simulated on the market data of the journal (no real fills, venues as `simulatedVenue` has them):',
  );
  if (simulated.old !== null) lines.push(`  old     ${outcome(simulated.old)}`);
  lines.push(`  new     ${outcome(simulated.new)}`);
  if (simulated.old?.profit != null && simulated.new.profit !== null)
    lines.push(`  change  ${(simulated.new.profit - simulated.old.profit).toFixed(2)} profit`);
  return `${lines.join('\n')}\n`;
}

const outcome = ({ orders, fills, profit }: Simulated): string =>
  `${orders} orders, ${fills} fills, profit ${profit === null ? 'unknown' : profit.toFixed(2)}`;

function short(value: unknown): string {
  const spelled = text(value);
  return spelled.length > 300 ? `${spelled.slice(0, 297)}...` : spelled;
}

function read(args: readonly string[]) {
  return readingArguments('millrace diff --help', () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        with: { type: 'string' },
        against: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return undefined;
    const [path] = positionals;
    if (path === undefined || positionals.length > 1)
      throw new CommandError(`diff takes one journal, not ${positionals.length}; see millrace diff --help`);
    if (values.with === undefined)
      throw new CommandError('diff wants --with and a module; see millrace diff --help');
    return { path, with: values.with, against: values.against, json: values.json };
  });
}
