import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, numberAtLeast, positiveNumber } from '../../domain/check.js';
import type { FillReport } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { notionalOf } from '../summary/notional.js';

/** Profit and holdings by part. Money in the reporting currency; `NaN` is unknown. */
export interface Breakdown {
  /** Profit since the trading day began. */
  readonly dayProfit: number;
  /** Gross notional held. */
  readonly exposure: number;
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
  /** Milliseconds of event time from one to the next. @default 1000 */
  readonly every?: number;
  /** The same after a fill, which is not in the last one. At most `every`; 0 draws one up at each fill. @default 250, or `every` where that is less */
  readonly afterFill?: number;
}

/** What `breakdown` adds to a frame. */
export interface BreakdownFields {
  /** `undefined` on frames without one. */
  breakdown: Breakdown | undefined;
  /** Of a fill: its notional in the reporting currency. `NaN` on all other frames, and where no conversion rate is known. */
  tradedNotional: number;
}

/** What a frame needs to be broken down: a ledger, and the limits of risk if there are any. */
export type BreakdownNeeds = Frame & {
  readonly ledger: BreakdownLedger;
  readonly limits?: BreakdownLimits;
};

/**
 * Draws up profit and holdings by agent, venue and instrument, and what is used of the limits of risk: soon after a fill, once in a while, since marks
 * move, and at a barrier, so that the last frame of a run has them all.
 *
 * ```
 * frames          --tick--fill--fill--tick--tick--(later than afterFill) tick--
 *                 breakdown()
 * breakdown       --------B----------------------------------------------B-----
 * tradedNotional  --------n-----n----------------------------------------------
 * ```
 *
 * Its pace is event time, so that it is the same in a replay and on a mirror. It walks the whole ledger: thousands of fills a second would make
 * it the most of a desk's work, and are drawn up together.
 *
 * @throws ConfigurationError for an interval that is not above 0, or a wait after a fill that is below 0 or above the interval
 *
 * @example
 * compose({ instruments: [btc] }, books(), ledger({ reportingCurrency: 'USD' }), breakdown());
 */
export function breakdown(options: BreakdownOptions = {}): StageOperator<BreakdownNeeds, BreakdownFields> {
  knownKeys('breakdown', options, ['every', 'afterFill']);
  const every = positiveNumber('breakdown.every', options.every ?? 1_000);
  const afterFill = numberAtLeast('breakdown.afterFill', options.afterFill ?? Math.min(250, every), 0, every);
  return stage<BreakdownNeeds, BreakdownFields, BreakdownState>({
    name: 'breakdown',
    fingerprint: JSON.stringify({ every, afterFill }),
    adds: { breakdown: undefined, tradedNotional: Number.NaN },
    init: ({ instruments }) => ({
      due: Number.NEGATIVE_INFINITY,
      drawn: Number.NEGATIVE_INFINITY,
      filled: false,
      venues: instruments.venues,
    }),
    // Nearly every frame ends here, in few enough words for V8 to make it a part of its caller.
    step: (state, frame, context) => {
      const { kind } = frame.event;
      if (frame.ts >= state.due || kind === 'report' || kind === 'barrier') look(state, frame, context);
    },
    save: ({ due, drawn, filled }) => ({ due, drawn, filled }),
    restore: (saved, { instruments }) => ({
      ...(saved as Omit<BreakdownState, 'venues'>),
      venues: instruments.venues,
    }),
  });

  function look(
    state: BreakdownState,
    frame: BreakdownNeeds & BreakdownFields,
    { instruments }: { readonly instruments: InstrumentTable },
  ): void {
    const { event, ts, ledger } = frame;
    if (event.kind === 'report' && event.type === 'fill') {
      frame.tradedNotional = fillNotionalOf(event, frame.instrument, ledger, instruments);
      state.filled = true;
      state.due = Math.min(state.due, state.drawn + afterFill);
    }
    if (ts < state.due && (event.kind !== 'barrier' || !state.filled)) return;
    state.filled = false;
    state.drawn = ts;
    state.due = ts + every;
    frame.breakdown = drawnUp(frame, ledger, instruments, state.venues);
  }
}

interface BreakdownState {
  /** When the next one is, Unix milliseconds of the log. */
  due: number;
  /** When the last one was. */
  drawn: number;
  /** A fill is not in it. */
  filled: boolean;
  /** Those that list an instrument. */
  readonly venues: readonly string[];
}

function drawnUp(
  frame: BreakdownNeeds,
  ledger: BreakdownLedger,
  table: InstrumentTable,
  venues: readonly string[],
): Breakdown {
  const instruments: Breakdown['instruments'][number][] = [];
  for (let index = 0; index < table.size; index++) {
    const { definition, quantities } = table.at(index);
    const lots = ledger.position(index);
    const realised = ledger.realised(index);
    const funding = ledger.funding(index);
    if (lots === 0 && realised === 0 && funding === 0) continue;
    const amount = realised + (lots === 0 ? 0 : ledger.unrealised(index)) + funding;
    const profit = inReportingCurrency(ledger, amount, definition.settle);
    instruments.push({ index, position: quantities.toNumber(lots), profit });
  }
  return {
    dayProfit: ledger.dayProfit(),
    exposure: ledger.exposure(),
    agents: ledger.agents().map((agent) => ({ agent, profit: ledger.agentProfit(agent) })),
    venues: venues.map((venue) => ({
      venue,
      profit: ledger.venueProfit(venue),
      exposure: ledger.exposure(venue),
    })),
    instruments,
    limits: frame.limits?.uses() ?? NONE,
  };
}

function fillNotionalOf(
  { quantity, price }: FillReport,
  instrument: number,
  ledger: BreakdownLedger,
  table: InstrumentTable,
): number {
  if (instrument < 0) return Number.NaN;
  const listed = table.at(instrument);
  const notional = notionalOf(listed, quantity, listed.prices.toNumber(price));
  return inReportingCurrency(ledger, notional, listed.definition.quote);
}

/** A conversion searches a way through the rates: not where there is nothing to convert. */
const inReportingCurrency = (ledger: BreakdownLedger, amount: number, currency: string): number =>
  amount === 0 || currency === ledger.reportingCurrency
    ? amount
    : (ledger.convert(amount, currency, ledger.reportingCurrency) ?? Number.NaN);
