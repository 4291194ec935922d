import { parseArgs } from 'node:util';
import { InputError } from '../../domain/errors.js';
import { CommandError } from '../command-error.js';
import { text } from '../diff/compare-frames.js';
import { Enactment } from '../diff/enactment.js';
import { loadDesk } from '../diff/load-desk.js';
import { eventsOf, openLog } from '../journal/open-log.js';
import { readingArguments } from '../reading-arguments.js';
import { told } from './told.js';
import { Witness } from './witness.js';

const HELP = `millrace explain ORDER_ID --journal JOURNAL --with desk.js [--json]

Says how an order came about and what became of it: the tick, the features, signals, the agents' votes, what the
ensemble wanted, sizing, routing, risk, and every report, with their times.

  --journal PATH   the journal of the run: a folder, or a recording of our own
  --with MODULE    the desk that ran: a module that exports "desk", a core or a function from instruments to one
  --json           one JSON object

The journal holds what came from outside; what the desk thought of it is found by letting it happen once more.
`;

/** Explains an order of a journal. @returns the text to print @throws CommandError, InputError */
export async function explain(args: readonly string[]): Promise<string> {
  const command = read(args);
  if (command === undefined) return HELP;
  const { id, journal, json } = command;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const source = await openLog(journal, (tail) => process.stderr.write(`torn tail: ${tail}\n`));
  if (source.kind !== 'journal')
    throw new InputError(`${journal}: recorded market data, not a journal: no order was ever made in it`);
  const { core } = await loadDesk(command.with, source.instruments);
  const enactment = new Enactment(core);
  const witness = new Witness(id, core.instruments);
  let events = 0;
  for await (const batch of eventsOf(source)) {
    if (stop.signal.aborted) throw new CommandError('interrupted before the end of the journal');
    for (const event of batch) {
      if (events === 0 && event.seq !== 1)
        throw new InputError(
          `${journal}: the journal begins at seq ${event.seq}: a core can only be started at seq 1`,
        );
      events++;
      witness.take(enactment.take(event));
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${events} events`);
  }
  process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${events} events re-enacted\n`);
  const { explanation, orders, lastOrder } = witness;
  if (explanation === undefined) {
    const known =
      orders === 0 ? 'this desk made no order at all' : `it made ${orders}, the last one ${lastOrder}`;
    throw new InputError(`${journal}: this desk did not make the order ${id}: ${known}`);
  }
  return json ? `${text(explanation)}\n` : told(explanation);
}

function read(args: readonly string[]) {
  return readingArguments('millrace explain --help', () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        journal: { type: 'string' },
        with: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return undefined;
    const [id] = positionals;
    if (id === undefined || positionals.length > 1)
      throw new CommandError(
        `explain takes one order id, not ${positionals.length}; see millrace explain --help`,
      );
    const { journal, with: desk, json } = values;
    if (journal === undefined)
      throw new CommandError('explain wants --journal and a path; see millrace explain --help');
    if (desk === undefined)
      throw new CommandError('explain wants --with and a module; see millrace explain --help');
    return { id, journal, with: desk, json };
  });
}
