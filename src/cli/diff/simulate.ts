import type { Frame } from '../../core/frame.js';
import { InputError } from '../../domain/errors.js';
import type { OutsideEvent } from '../../domain/event.js';
import { backtest } from '../../streams/index.js';
import type { RecordingSource } from '../../streams/recording/index.js';
import type { LoadedDesk } from './load-desk.js';

/** What a core would have done on the journal's market data, its orders filled by a simulated venue. */
export interface Simulated {
  readonly orders: number;
  readonly fills: number;
  /** Last known profit in the reporting currency; `null`: unknown, or no ledger. */
  readonly profit: number | null;
}

const MARKET: ReadonlySet<OutsideEvent['kind']> = new Set([
  'trade',
  'quote',
  'book',
  'bookOrder',
  'bar',
  'funding',
  'rate',
  'instrument',
  'status',
  'sync',
]);

/** The market events of a journal as a recording: what venues say of our orders is the simulated venue's to say. */
function marketOf(source: RecordingSource): RecordingSource {
  return {
    ...source,
    name: `market data of ${source.name}`,
    kind: 'market',
    async *batches() {
      for await (const { events, bytesRead } of source.batches())
        yield {
          events: events
            .filter(({ event }) => MARKET.has(event.kind))
            .map(({ ts, event }) => ({ ts, event })),
          bytesRead,
        };
    },
  };
}

/** Plays a desk against the journal's market data. @throws InputError when its core halts over it */
export async function simulate(
  { path, core, drivers }: LoadedDesk,
  source: RecordingSource,
  stop: AbortSignal,
): Promise<Simulated> {
  let [orders, fills, profit] = [0, 0, Number.NaN];
  const pipeline = backtest(core, marketOf(source), { drivers: drivers(), development: false });
  const end = (): void => pipeline.stop();
  stop.addEventListener('abort', end);
  await pipeline.forEach((frame) => {
    const { event } = frame;
    if (event.kind === 'submitted') orders++;
    else if (event.kind === 'report' && event.type === 'fill') fills++;
    const { profit: now } = frame as Frame & { readonly profit?: unknown };
    if (typeof now === 'number' && !Number.isNaN(now)) profit = now;
  });
  stop.removeEventListener('abort', end);
  if (pipeline.halted !== undefined)
    throw new InputError(
      `${path} halted in the simulation: ${pipeline.halted.component}: ${pipeline.halted.message}`,
    );
  return { orders, fills, profit: Number.isNaN(profit) ? null : profit };
}
