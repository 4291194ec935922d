import { ConfigurationError } from 'millrace';
import { type RecordingSource, RecordingWriter } from 'millrace/streams';
import { arbitrageLegs } from './arbitrage-legs.js';
import { runLive } from './live/run-live.js';
import { pageToken } from './live-page.js';
import { openMarket } from './market.js';
import type { Options } from './options.js';
import { mainAsset, sampleFor, unitsFor } from './pace.js';
import { Progress } from './progress.js';
import { recorded } from './recorded.js';
import { htmlReport } from './report/html-report.js';
import { jsonReport } from './report/json-report.js';
import { textReport } from './report/text-report.js';
import { trade } from './trade.js';

/** Runs the desk as the options say; gives the report. @throws InputError or ConfigurationError for wrong input */
export async function runDesk(options: Options): Promise<string> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  if (options.live.length > 0) return runLive(options, stop.signal);
  const market = await openMarket(options);
  const { instruments } = market;
  const asset = options.asset ?? mainAsset(instruments);
  if (!instruments.some(({ base }) => base === asset)) {
    const known = [...new Set(instruments.map(({ base }) => base))].join(', ');
    throw new ConfigurationError(`--asset must be one that the market trades (${known}), not "${asset}"`);
  }
  const writers: RecordingWriter[] = [];
  const report = options.report === undefined ? undefined : htmlReport(options.report);
  const progress = new Progress(process.stderr);
  try {
    const open = (path: string, kind: RecordingSource['kind']): RecordingWriter => {
      const writer = new RecordingWriter(path, { kind, instruments });
      writers.push(writer);
      return writer;
    };
    const journal = options.journal === undefined ? undefined : open(options.journal, 'journal');
    const recording = options.record === undefined ? undefined : open(options.record, 'market');
    const sample = options.sample ?? sampleFor(market.glance.span);
    const maxPosition = options.maxPosition ?? unitsFor(2 * options.budget, market.glance.prices.get(asset));
    const outcome = await trade(recording ? recorded(market.source, recording) : market.source, instruments, {
      desk: { ...options, asset, sample, maxPosition },
      speed: options.speed,
      development: options.development,
      ...(journal === undefined ? {} : { journal: { append: (event) => journal.write(event) } }),
      page:
        options.serve === undefined
          ? undefined
          : {
              port: options.serve,
              token: pageToken(process.env),
              note: market.simulated
                ? `SIMULATED market: ${market.names.join(', ')}`
                : `recorded market: ${market.names.join(', ')}`,
              candle: Math.max(1_000, 15 * sample),
            },
      progress: (state) => progress.show(state),
      stop: stop.signal,
    });
    const notes = [...market.notes, ...market.laterNotes()];
    if (arbitrageLegs(instruments, asset) === undefined)
      notes.push(`no arbitrage: it takes two linear instruments of ${asset}, one of them a contract`);
    const told = { outcome, market, asset, sample, notes };
    progress.done();
    report?.write(told, options.capital);
    return options.json ? jsonReport(told) : textReport(told, process.stdout);
  } finally {
    progress.done();
    report?.close();
    for (const writer of writers) await writer.close();
  }
}
