// The desk of one shard: both members of its pair run it.
import { compose, type Frame } from 'millrace';
import { type FigureFields, figures } from 'millrace/monitoring';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  grossExposure,
  ledger,
  lookUps,
  type MarketFields,
  reconciliation,
  risk,
  sizing,
} from 'millrace/operators';
import { shardOf } from 'millrace/scaling';
import { EXPIRY, INSTRUMENTS, LEAST, LIMIT, SHARDS, VENUE } from './instruments.js';

/** The signal that says what share of the whole limit a shard's agents want held. */
export const WANTED = 'wanted';
export const FIRST_WANTED = 0.6;

export const instrumentsOf = (shard: string) =>
  INSTRUMENTS.filter(({ base }) => shardOf(base, SHARDS.length) === Number(shard));

export const shardDesk = (shard: string) => {
  const instruments = instrumentsOf(shard);
  /** Holds what is wanted, shared out over the instruments. What is wanted comes through the log: the mirror must know it too. */
  const hold = agent<Frame & MarketFields, { wanted: number }>({
    name: 'hold',
    on: 'every event',
    memory: () => ({ wanted: FIRST_WANTED }),
    decide: ({ event }, memory) => {
      if (event.kind === 'signal' && event.signal.name === WANTED) memory.wanted = event.signal.strength;
      const own = instruments.find(({ id }) => 'instrument' in event && id === event.instrument);
      if (own === undefined) return undefined;
      return { of: { asset: own.base }, exposure: memory.wanted / instruments.length, confidence: 1 };
    },
  });
  return compose(
    { name: `shard-${shard}`, instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    lookUps({ venues: { [VENUE]: { requestExpiry: EXPIRY } }, firstWait: 50 }),
    reconciliation(),
    agents([hold]),
    confidenceWeighted(),
    sizing({ budget: LIMIT, minimumTrade: 0.01 }),
    bestNetPrice(),
    // It begins with the least; more is lent.
    risk([grossExposure({ limit: LEAST, action: 'clip' })]),
    dispatch({ desk: `shard${shard}` }),
    figures(),
  );
};

export type ShardFrame = Frame & FigureFields;
