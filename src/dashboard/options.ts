import { isIP } from 'node:net';
import type { Observable } from 'rxjs';
import type { PipelineRun } from '../core/run.js';
import { integerAtLeast, knownKeys, positiveNumber, refuse } from '../domain/check.js';
import { ConfigurationError } from '../domain/errors.js';
import type { Instrument } from '../domain/instrument.js';
import { InstrumentTable } from '../domain/instrument-table.js';
import type { DashboardFrame } from './dashboard-frame.js';
import type { ReadMonitor } from './model/latencies.js';
import type { DashboardView } from './view.js';

/** What a desk is for its page: a run, or a member of a pair. */
export interface ShownDesk extends Pick<PipelineRun<never>, 'control' | 'halted' | 'position'> {
  /** Of a run. */
  readonly inbox?: PipelineRun<never>['inbox'];
  /** Of a member of a pair: then the page takes its frames by itself. */
  readonly frames$?: Observable<DashboardFrame>;
  /** Of a member of a pair. */
  readonly report?: NonNullable<DashboardView['pair']>;
}

/** How a desk is shown. */
export interface DashboardOptions {
  readonly instruments: readonly Instrument[] | InstrumentTable;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** Another address than loopback opens the page to the network: then a {@link readToken} is asked for. @default "127.0.0.1" */
  readonly host?: string;
  /** Names by which browsers may call the page, beside `localhost` and addresses: `desk.example.org`. @default none */
  readonly names?: readonly string[];
  /** What kill and resume ask for; it lets its holder read, too. At least 16 printable characters. */
  readonly token: string;
  /** What reading asks for. At least 16 printable characters. @default nothing: whoever reaches the page may read it */
  readonly readToken?: string;
  /** @default "millrace" */
  readonly title?: string;
  /** Said below the title, such as that the market is simulated. @default "" */
  readonly note?: string;
  /** Milliseconds from one picture to the next. @default 500 */
  readonly every?: number;
  /** Milliseconds of event time in one candle. @default 5000 */
  readonly candle?: number;
  /** Most browsers that look on at one time. @default 8 */
  readonly viewers?: number;
  /** Whose latency histograms are shown. @default none are */
  readonly monitor?: ReadMonitor;
}

/** {@link DashboardOptions}, checked and complete. */
export interface DashboardSettings {
  readonly table: InstrumentTable;
  readonly port: number;
  readonly host: string;
  readonly names: readonly string[];
  readonly token: string;
  readonly readToken: string | undefined;
  readonly title: string;
  readonly note: string;
  readonly every: number;
  readonly candle: number;
  readonly viewers: number;
  readonly monitor: ReadMonitor | undefined;
}

const KEYS: readonly (keyof DashboardOptions)[] = [
  'instruments',
  'port',
  'host',
  'names',
  'token',
  'readToken',
  'title',
  'note',
  'every',
  'candle',
  'viewers',
  'monitor',
];

/** @throws ConfigurationError naming the setting, the value and what would be right; never a token */
export function dashboardSettings(options: DashboardOptions): DashboardSettings {
  knownKeys('dashboard', options, KEYS);
  const {
    instruments,
    host = '127.0.0.1',
    names = [],
    token,
    readToken,
    title = 'millrace',
    note = '',
  } = options;
  const port = integerAtLeast('dashboard.port', options.port, 0);
  if (port > 65_535) refuse('dashboard.port', 'a port from 0 to 65535', port);
  if (typeof host !== 'string' || host.length === 0)
    refuse('dashboard.host', 'an address or a host name', host);
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string' || !/^[a-z0-9.-]+$/i.test(name)))
    refuse('dashboard.names', 'names of hosts without a port', names);
  checkToken('dashboard.token', token);
  if (readToken !== undefined) checkToken('dashboard.readToken', readToken);
  else if (!isLoopback(host))
    throw new ConfigurationError(
      `dashboard.readToken must be given where dashboard.host is not loopback but "${host}": the page tells positions and orders`,
    );
  for (const [name, text] of [
    ['title', title],
    ['note', note],
  ] as const)
    if (typeof text !== 'string' || text.length > 500)
      refuse(`dashboard.${name}`, 'a text of at most 500 characters', text);
  const every = positiveNumber('dashboard.every', options.every ?? 500);
  if (every < 50 || every > 2_000) refuse('dashboard.every', 'from 50 to 2000 milliseconds', every);
  return {
    table: instruments instanceof InstrumentTable ? instruments : new InstrumentTable(instruments),
    port,
    host,
    names: names.map((name) => name.toLowerCase()),
    token,
    readToken,
    title,
    note,
    every,
    candle: positiveNumber('dashboard.candle', options.candle ?? 5_000),
    viewers: integerAtLeast('dashboard.viewers', options.viewers ?? 8, 1),
    monitor: options.monitor,
  };
}

function checkToken(name: string, token: unknown): void {
  if (typeof token !== 'string' || !/^[\x21-\x7e]{16,}$/.test(token))
    refuse(name, 'at least 16 printable characters without spaces', '(not shown)');
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
