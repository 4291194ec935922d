import { parseArgs } from 'node:util';
import { WIRE_KINDS } from '../../domain/wire.js';
import { CommandError } from '../command-error.js';
import { readingArguments } from '../reading-arguments.js';

/** A place in a journal: a seq, or a time in Unix milliseconds. */
export type Place = { readonly seq: number } | { readonly time: number };

/** What `millrace journal` was asked for. */
export interface JournalCommand {
  readonly path: string;
  readonly json: boolean;
  readonly count: boolean;
  readonly follow: boolean;
  readonly kinds: readonly string[];
  readonly instrument: string | undefined;
  readonly order: string | undefined;
  readonly from: Place | undefined;
  readonly to: Place | undefined;
}

export const HELP = `millrace journal FILE_OR_FOLDER: prints the events of a journal, or of a recording of our own

  --json               one JSON object a line instead of a table
  --count              how many events of each kind, instead of the events
  --follow             goes on as the journal grows, until Ctrl-C
  --kind KIND          only such events; repeatable
  --instrument ID      only events about it
  --order ID           only what is said of this client order id
  --from PLACE         from a seq (500) or a UTC time (2026-01-31T09:30) on
  --to PLACE           up to it, itself included
`;

/** Reads the command line; `undefined`: help was asked for. @throws CommandError */
export function readCommand(args: readonly string[]): JournalCommand | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw new CommandError(
      `journal takes one file or folder, not ${positionals.length}; see millrace journal --help`,
    );
  for (const kind of values.kind) {
    if (!(WIRE_KINDS as readonly string[]).includes(kind))
      throw new CommandError(`--kind must be one of ${WIRE_KINDS.join(', ')}, not "${kind}"`);
  }
  if (values.count && values.follow)
    throw new CommandError('--count comes to an end and --follow does not: take one');
  return {
    path,
    json: values.json,
    count: values.count,
    follow: values.follow,
    kinds: values.kind,
    instrument: values.instrument,
    order: values.order,
    from: values.from === undefined ? undefined : place('--from', values.from),
    to: values.to === undefined ? undefined : place('--to', values.to),
  };
}

function parse(args: readonly string[]) {
  return readingArguments('millrace journal --help', () => {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        count: { type: 'boolean', default: false },
        follow: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        kind: { type: 'string', multiple: true, default: [] },
        instrument: { type: 'string' },
        order: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
      },
    });
  });
}

function place(option: string, text: string): Place {
  if (/^\d+$/.test(text)) {
    const seq = Number(text);
    if (Number.isSafeInteger(seq)) return { seq };
  }
  // A time without a zone is meant as UTC, as everything else here is.
  const time = Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`);
  if (!Number.isFinite(time) || !/^\d{4}-/.test(text))
    throw new CommandError(`${option} must be a seq (500) or a UTC time (2026-01-31T09:30), not "${text}"`);
  return { time };
}
