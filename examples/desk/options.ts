import { parseArgs } from 'node:util';
import { LIVE_VENUES, type LiveVenueName } from './live/connections.js';
import { OptionError, type Rate, wordOf } from './option-error.js';
import {
  durationOf,
  integerOf,
  numberOf,
  portOf,
  positiveOf,
  rateOf,
  withJoinedNegatives,
} from './option-values.js';

/** What the command line says, checked. */
export interface Options {
  readonly help: boolean;
  /** Files and folders of recordings; none: the simulated market. */
  readonly data: readonly string[];
  readonly seed: number;
  /** Milliseconds of simulated market. */
  readonly duration: number;
  /** Venues to be traded as it happens; none: simulated or recorded ones. */
  readonly live: readonly LiveVenueName[];
  /** Against doubles of them on this machine. */
  readonly doubles: boolean;
  readonly testnet: boolean;
  readonly realMoney: boolean;
  /** Milliseconds of live trading; `undefined`: until it is stopped. */
  readonly lasts: number | undefined;
  /** Given though a recording is played. */
  readonly unused: readonly string[];
  /** Seconds of the market in one second. */
  readonly speed: number;
  readonly asset: string | undefined;
  /** Milliseconds between two samples of a price; `undefined`: as fits the length of the data. */
  readonly sample: number | undefined;
  readonly rates: readonly Rate[];
  readonly capital: number;
  readonly budget: number;
  /** Base units; `undefined`: as fits the budget. */
  readonly maxPosition: number | undefined;
  readonly maxVenueExposure: number;
  readonly maxDailyLoss: number;
  /** Port of the live page, 0 for a free one; `undefined`: there is none. */
  readonly serve: number | undefined;
  /** Where a tear sheet is written. */
  readonly report: string | undefined;
  readonly journal: string | undefined;
  readonly record: string | undefined;
  readonly development: boolean;
  readonly json: boolean;
}

/** Where the live page is when no port is named. */
const PORT = '8080';
/** Seconds of the market in one second of people who look on. */
const WATCHABLE = 60;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** Reads the command line. @throws OptionError in one line */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const data = values.data ?? [];
  const live = venuesOf(values.live);
  refuseMixed(values, live.length > 0);
  const simulated = ['seed', 'duration'] as const;
  return {
    help: values.help,
    data,
    live,
    doubles: values.doubles,
    testnet: values.testnet,
    realMoney: values['real-money'],
    lasts: values.for === undefined ? undefined : durationOf('--for', values.for),
    seed: integerOf('--seed', values.seed ?? '1'),
    duration: durationOf('--duration', values.duration ?? '3h'),
    unused:
      data.length === 0
        ? []
        : simulated.filter((name) => values[name] !== undefined).map((name) => `--${name}`),
    speed: speedOf(values.speed, values.serve !== undefined),
    asset: values.asset,
    sample: values.sample === undefined ? undefined : durationOf('--sample', values.sample),
    rates: (values.rate ?? []).map((rate) => rateOf('--rate', rate)),
    capital: numberOf('--capital', values.capital ?? '250000'),
    budget: positiveOf('--budget', values.budget ?? '25000'),
    maxPosition:
      values['max-position'] === undefined ? undefined : positiveOf('--max-position', values['max-position']),
    maxVenueExposure: positiveOf('--max-venue-exposure', values['max-venue-exposure'] ?? '32000'),
    maxDailyLoss: positiveOf('--max-daily-loss', values['max-daily-loss'] ?? '2500'),
    serve: values.serve === undefined ? undefined : portOf('--serve', values.serve),
    report: values.report,
    journal: values.journal,
    record: values.record,
    development: values.development,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: withDefaultPort(withJoinedNegatives(args)),
      strict: true,
      allowPositionals: false,
      options: {
        help: { ...flag, short: 'h' },
        data: { ...text, multiple: true },
        live: text,
        doubles: flag,
        testnet: flag,
        'real-money': flag,
        for: text,
        seed: text,
        duration: text,
        speed: text,
        asset: text,
        sample: text,
        rate: { ...text, multiple: true },
        capital: text,
        budget: text,
        'max-position': text,
        'max-venue-exposure': text,
        'max-daily-loss': text,
        serve: text,
        report: text,
        journal: text,
        record: text,
        development: flag,
        json: flag,
      },
    }).values;
  } catch (error) {
    throw new OptionError(wordOf(error));
  }
}

/** `--serve` alone is `--serve=8080`. */
const withDefaultPort = (args: readonly string[]): string[] =>
  args.map((argument, place) => {
    const next = args[place + 1];
    return argument === '--serve' && (next === undefined || next.startsWith('-'))
      ? `--serve=${PORT}`
      : argument;
  });

/** As fast as it goes, unless people look on. */
function speedOf(given: string | undefined, watched: boolean): number {
  if (given !== undefined) return positiveOf('--speed', given);
  return watched ? WATCHABLE : Number.POSITIVE_INFINITY;
}

/** `binance,coinbase` */
function venuesOf(text: string | undefined): readonly LiveVenueName[] {
  if (text === undefined) return [];
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  for (const name of names)
    if (!(LIVE_VENUES as readonly string[]).includes(name))
      throw new OptionError(`--live must name some of ${LIVE_VENUES.join(', ')}, not "${name.slice(0, 60)}"`);
  return names as readonly LiveVenueName[];
}

type Values = ReturnType<typeof parse>;

/** What concerns live trading alone, or everything but it. */
function refuseMixed(values: Values, live: boolean): void {
  const only = live ? (['data', 'duration', 'speed', 'record'] as const) : (['for'] as const);
  const flags = live ? [] : (['doubles', 'testnet', 'real-money'] as const);
  const wrong = [
    ...only.filter((name) => values[name] !== undefined),
    ...flags.filter((name) => values[name]),
  ];
  if (wrong.length > 0)
    throw new OptionError(
      `--${wrong[0]} ${live ? 'does not go with --live' : 'goes with --live only'}; see --help`,
    );
  if (values.doubles && (values.testnet || values['real-money']))
    throw new OptionError('--doubles goes neither with --testnet nor with --real-money');
}
