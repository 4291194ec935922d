import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, positiveNumber } from '../../domain/check.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';

/** Profit and holdings by part. Money in the reporting currency; `NaN` is unknown. */
export interface Breakdown {
  /** Profit since the trading day began. */
  readonly dayProfit: number;
  /** By agent that ever traded. */
  readonly agents: readonly { readonly agent: string; readonly profit: number }[];
  /** By venue that lists an instrument. */
  readonly venues: readonly {
    readonly venue: string;
    readonly profit: number;
    /** Gross notional held. */
    readonly exposure: number;
  }[];
  /** By instrument that is held or was traded, by its index in the instrument table. */
  readonly instruments: readonly {
    readonly index: number;
    /** Signed base units (contracts of a derivative). */
    readonly position: number;
    /** Realised and unrealised profit and funding, before fees. */
    readonly profit: number;
  }[];
  /** How much of each limit of risk is in use; empty on a chain without `risk` before it. */
  readonly limits: readonly LimitInUse[];
}

/** A limit of risk and what is in use of it, at the worst of what open orders may do. */
export interface LimitInUse {
  /** Name of the rule. */
  readonly rule: string;
  /** In its own unit: base units, reporting currency, a count, a ratio. */
  readonly limit: number;
  /** In the same unit; `NaN` is unknown. */
  readonly value: number;
  /** value / limit; `NaN` is unknown. */
  readonly ratio: number;
}

/** What {@link breakdown} asks of the limits of risk. */
export interface BreakdownLimits {
  uses(): readonly LimitInUse[];
}

/** What {@link breakdown} asks of a ledger. */
export interface BreakdownLedger {
  readonly reportingCurrency: string;
  dayProfit(): number;
  agents(): readonly string[];
  agentProfit(agent: string): number;
  venueProfit(venue: string): number;
  exposure(venue?: string): number;
  position(index: number): number;
  realised(index: number): number;
  unrealised(index: number): number;
  funding(index: number): number;
  convert(amount: number, from: string, to: string): number | undefined;
}

/** How often it is drawn up. */
export interface BreakdownOptions {
  /** Milliseconds of event time from one to the next, beside the one after every fill. @default 1000 */
  readonly every?: number;
}

/** What `breakdown` adds to a frame: `undefined` on those without one. */
export interface BreakdownFields {
  breakdown: Breakdown | undefined;
}

/** What a frame needs to be broken down: a ledger, and the limits of risk if there are any. */
export type BreakdownNeeds = Frame & {
  readonly ledger: BreakdownLedger;
  readonly limits?: BreakdownLimits;
};

/**
 * Draws up profit and holdings by agent, venue and instrument, and what is used of the limits of risk: after every fill and once in a while, since marks move.
 *
 * ```
 * frames     --tick--fill--tick--tick--(a second later) tick--
 *            breakdown()
 * breakdown  --------B-----------------------------------B----
 * ```
 *
 * Its pace is event time, so that it is the same in a replay and on a mirror.
 *
 * @throws ConfigurationError for an interval that is not above 0
 *
 * @example
 * compose({ instruments: [btc] }, books(), ledger({ reportingCurrency: 'USD' }), breakdown());
 */
export function breakdown(options: BreakdownOptions = {}): StageOperator<BreakdownNeeds, BreakdownFields> {
  knownKeys('breakdown', options, ['every']);
  const every = positiveNumber('breakdown.every', options.every ?? 1_000);
  return stage<BreakdownNeeds, BreakdownFields, { due: number }>({
    name: 'breakdown',
    fingerprint: JSON.stringify({ every }),
    adds: { breakdown: undefined },
    init: () => ({ due: Number.NEGATIVE_INFINITY }),
    step: (state, frame, { instruments }) => {
      const { event, ts, ledger } = frame;
      if (ts < state.due && event.kind !== 'report') return;
      if (ts < state.due && event.kind === 'report' && event.type !== 'fill') return;
      state.due = ts + every;
      frame.breakdown = drawnUp(ledger, instruments, frame.limits);
    },
    save: ({ due }) => ({ due }),
    restore: (saved) => ({ due: (saved as { due: number }).due }),
  });
}

function drawnUp(ledger: BreakdownLedger, table: InstrumentTable, limits?: BreakdownLimits): Breakdown {
  const venues = new Set<string>();
  const instruments: Breakdown['instruments'][number][] = [];
  for (let index = 0; index < table.size; index++) {
    const { definition, quantities } = table.at(index);
    venues.add(definition.venue);
    const lots = ledger.position(index);
    const realised = ledger.realised(index);
    const funding = ledger.funding(index);
    if (lots === 0 && realised === 0 && funding === 0) continue;
    const amount = realised + (lots === 0 ? 0 : ledger.unrealised(index)) + funding;
    const profit = ledger.convert(amount, definition.settle, ledger.reportingCurrency) ?? Number.NaN;
    instruments.push({ index, position: quantities.toNumber(lots), profit });
  }
  return {
    dayProfit: ledger.dayProfit(),
    agents: ledger.agents().map((agent) => ({ agent, profit: ledger.agentProfit(agent) })),
    venues: [...venues].map((venue) => ({
      venue,
      profit: ledger.venueProfit(venue),
      exposure: ledger.exposure(venue),
    })),
    instruments,
    limits: limits?.uses() ?? NONE,
  };
}
