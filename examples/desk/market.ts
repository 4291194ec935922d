import type { Instrument } from 'millrace';
import { InputError } from 'millrace';
import { mergeSources, openRecording, type RecordingSource, simulateMarket } from 'millrace/streams';
import { assumedRates, withRates } from './assumed-rates.js';
import { withCoinRates } from './coin-rates.js';
import { type Glance, glance } from './glance.js';
import type { Options } from './options.js';
import { type Heard, noteGaps, watched } from './watched.js';

/** A market that the desk can trade on, and what is to be said of it. */
export interface Market {
  readonly source: RecordingSource;
  readonly instruments: readonly Instrument[];
  readonly simulated: boolean;
  /** The simulation, or the recordings' names. */
  readonly names: readonly string[];
  readonly glance: Glance;
  /** Assumptions and oddities that are known before the run. */
  readonly notes: readonly string[];
  /** What only playing it tells. */
  laterNotes(): readonly string[];
}

/** Opens what the options name. @throws InputError for files that are no recordings */
export function openMarket(options: Options): Promise<Market> {
  return options.data.length === 0 ? simulation(options) : recordings(options);
}

async function simulation({ seed, duration }: Options): Promise<Market> {
  const source = simulateMarket({ seed, duration });
  const { instruments, name } = source;
  return {
    source,
    instruments,
    simulated: true,
    names: [name],
    glance: { ...(await glance([source])), span: duration },
    notes: [],
    laterNotes: () => [],
  };
}

async function recordings(options: Options): Promise<Market> {
  const sources: RecordingSource[] = [];
  const notes: string[] = options.unused.map(
    (name) => `${name} concerns the simulated market and was not used`,
  );
  for (const path of options.data) {
    const opened = await openRecording(path, { onTornTail: refuseTornTail });
    sources.push(...opened.sources);
    if (opened.skipped.length > 0)
      notes.push(`${path}: no recordings, left aside: ${opened.skipped.join(', ')}`);
  }
  const heard: Heard[] = [];
  const merged = mergeSources(sources.map((source) => watched(source, heard)));
  const rates = assumedRates(merged.instruments, options.rates);
  for (const { from, to, rate } of rates) {
    notes.push(`assumed: 1 ${from} is worth ${rate} ${to}, unless a recording tells a rate (see --rate)`);
  }
  const coins = withCoinRates(merged, rates);
  return {
    source: withRates(coins.source, rates),
    instruments: merged.instruments,
    simulated: false,
    names: sources.map(({ name }) => name),
    glance: await glance(sources),
    notes: [...notes, ...coins.notes],
    laterNotes: () => noteGaps(heard),
  };
}

/** A desk that is to be judged by its results does not pass over missing data in silence. */
function refuseTornTail({ file, offset, reason }: { file: string; offset: number; reason: string }): never {
  throw new InputError(
    `${file}: the recording is torn at byte ${offset} (${reason}): copy or record it again`,
  );
}
