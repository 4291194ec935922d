import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import type { RiskView } from '../../src/operators/risk/rule.js';
import { spot } from '../../src/testing/index.js';

/** What a rule is to see, by instrument; the rest is nothing held, and a market at 99 to 101 with its mark at 100. */
export interface Seen {
  readonly ts?: number;
  readonly table?: InstrumentTable;
  readonly onTheWay?: readonly Proposal[];
  readonly position?: readonly number[];
  /** Signed lots of each agent. */
  readonly agents?: Readonly<Record<string, readonly number[]>>;
  /** What may come to be held, where it is not what is held. */
  readonly worst?: readonly (readonly [long: number, short: number])[];
  readonly agentWorst?: Readonly<Record<string, readonly (readonly [long: number, short: number])[]>>;
  /** What a lot is worth. */
  readonly notional?: readonly number[];
  readonly bid?: number;
  readonly ask?: number;
  readonly mark?: number;
  /** Anything else of the ledger. */
  readonly ledger?: object;
}

/** The view that a rule is asked with. */
export function aView(seen: Seen = {}): RiskView {
  const {
    position = [],
    agents = {},
    worst = [],
    agentWorst = {},
    notional = [],
    bid = 99,
    ask = 101,
  } = seen;
  // As in a ledger, there is no place -1: not even nothing is held there.
  const held = (index: number): number => position[index] ?? (index < 0 ? Number.NaN : 0);
  const of = (agent: string, index: number): number => agents[agent]?.[index] ?? 0;
  return {
    ts: seen.ts ?? 0,
    instruments: seen.table ?? new InstrumentTable([spot()]),
    onTheWay: seen.onTheWay ?? [],
    worstLong: (index: number) => worst[index]?.[0] ?? held(index),
    worstShort: (index: number) => worst[index]?.[1] ?? held(index),
    agentWorstLong: (agent: string, index: number) => agentWorst[agent]?.[index]?.[0] ?? of(agent, index),
    agentWorstShort: (agent: string, index: number) => agentWorst[agent]?.[index]?.[1] ?? of(agent, index),
    lotNotional: (index: number) => notional[index] ?? 1,
    markets: { bid: () => bid, ask: () => ask, mid: () => (bid + ask) / 2 },
    ledger: {
      reportingCurrency: 'USD',
      position: held,
      agentPosition: of,
      markPrice: () => seen.mark ?? 100,
      // Anything might be held, so that rules walk it.
      exposureAtMost: () => Number.POSITIVE_INFINITY,
      ...seen.ledger,
    },
  } as unknown as RiskView;
}
