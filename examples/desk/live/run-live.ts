import { ConfigurationError } from 'millrace';
import { RecordingWriter } from 'millrace/streams';
import { arbitrageLegs } from '../arbitrage-legs.js';
import { assumedRates } from '../assumed-rates.js';
import { pageToken } from '../live-page.js';
import type { Options } from '../options.js';
import { mainAsset, sampleFor, unitsFor } from '../pace.js';
import { htmlReport } from '../report/html-report.js';
import { jsonReport } from '../report/json-report.js';
import { textReport } from '../report/text-report.js';
import { connectionsOf } from './connections.js';
import { type Doubles, startDoubles } from './doubles.js';
import { type LiveVenue, openVenue } from './live-venues.js';
import { tradeLive } from './trade-live.js';

/** How long a desk without an end is taken to look at, for the pace of its features. */
const USUAL = 1_200_000;

/** Runs the desk at live venues or their doubles; gives the report. @throws OptionError for what is missing */
export async function runLive(options: Options, stop: AbortSignal): Promise<string> {
  const names = options.live;
  const { testnet, realMoney } = options;
  const report = options.report === undefined ? undefined : htmlReport(options.report);
  let doubles: Doubles | undefined;
  let writer: RecordingWriter | undefined;
  try {
    if (options.doubles) doubles = await startDoubles(names, options.seed);
    const connections = doubles?.connections ?? connectionsOf(names, process.env, { testnet, realMoney });
    const venues: LiveVenue[] = [];
    for (const name of names)
      venues.push(await openVenue(name, { connection: connections.get(name) ?? {}, testnet }));
    const instruments = venues.flatMap((venue) => venue.instruments);
    const asset = options.asset ?? mainAsset(instruments);
    if (!instruments.some(({ base }) => base === asset))
      throw new ConfigurationError(`--asset must be one that the venues trade, not "${asset}"`);
    const sample = options.sample ?? sampleFor(options.lasts ?? USUAL);
    const price = venues.find((venue) => venue.instruments.some(({ base }) => base === asset))?.price;
    const maxPosition = options.maxPosition ?? unitsFor(2 * options.budget, price);
    const rates = assumedRates(instruments, options.rates);
    if (options.journal !== undefined)
      writer = new RecordingWriter(options.journal, { kind: 'journal', instruments });
    const log = writer;
    const outcome = await tradeLive(venues, {
      desk: { ...options, asset, sample, maxPosition },
      rates,
      duration: options.lasts,
      development: options.development,
      ...(log === undefined ? {} : { journal: { append: (event) => log.write(event) } }),
      page:
        options.serve === undefined
          ? undefined
          : {
              port: options.serve,
              token: pageToken(process.env),
              note: `LIVE against ${options.doubles ? 'doubles on this machine' : testnet ? 'testnets' : 'venues, with real money'}: ${names.join(', ')}`,
              candle: 5_000,
            },
      stop,
    });
    const notes = rates.map(({ from, to, rate }) => `assumed: 1 ${from} is worth ${rate} ${to} (see --rate)`);
    if (arbitrageLegs(instruments, asset) === undefined)
      notes.push(`no arbitrage: it takes two linear instruments of ${asset}, one of them a contract`);
    const live = options.doubles ? 'doubles' : testnet ? 'testnets' : 'venues';
    const told = {
      outcome,
      market: { simulated: false, instruments, names, live },
      asset,
      sample,
      notes,
    } as const;
    report?.write(told, options.capital);
    return options.json ? jsonReport(told) : textReport(told, process.stdout);
  } finally {
    report?.close();
    await writer?.close();
    doubles?.stop();
  }
}
