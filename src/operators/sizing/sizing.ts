import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, numberAtLeast, positiveNumber } from '../../domain/check.js';
import { keyOf, type Target } from '../../domain/decision.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { Intent } from '../../domain/intent.js';
import { asPlain, fromPlain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import { baseUnitsPerLot } from '../contract-units.js';
import type { TargetFields } from '../ensemble/confidence-weighted.js';
import type { LedgerFields } from '../ledger/stage.js';

/** What `sizing` adds to a frame. */
export interface IntentFields {
  /** What is to be traded, netted over the agents. */
  intents: readonly Intent[];
}

/** How targets become quantities. */
export interface SizingOptions {
  /** Notional at an exposure of 1, in the reporting currency, for each asset or instrument that agents name. */
  readonly budget: number;
  /** Other budgets, by asset (`BTC`) or instrument id. @default none */
  readonly budgets?: Readonly<Record<string, number>>;
  /** Changes smaller than this share of the budget are not worth an order; coming to flat always is. @default 0.05 */
  readonly minimumTrade?: number;
  /** How long to wait after an order before the rest is tried again. @default "1s" */
  readonly retryAfter?: Duration;
  /** How often targets are held against positions when nothing happens. @default "10s" */
  readonly recheckEvery?: Duration;
}

interface Holding {
  target: Target;
  readonly instruments: readonly ListedInstrument[];
  /** Everybody who ever had a part, sorted: who has none any more wants 0. */
  agents: readonly string[];
  dirty: boolean;
  notBefore: number;
  checkAt: number;
  /** Milliseconds until the next try after a denial; doubles with each. */
  pause: number;
}

interface State {
  readonly byKey: Map<string, Holding>;
  /** The same, in the order in which they were first wanted. */
  readonly all: Holding[];
  /** For each block of holdings, when the first of them is due; not saved, since to look too early does nothing. */
  readonly quiet: number[];
  /** The earliest of these. */
  quietUntil: number;
}

const LONGEST_PAUSE = 60_000;
/** Holdings that are looked at together: of thousands, most blocks have none that is due. */
const BLOCK = 64;

const fresh = (): State => ({ byKey: new Map(), all: [], quiet: [], quietUntil: Number.NEGATIVE_INFINITY });

/** Something happened: whatever is due now is looked at. */
function wake(state: State): void {
  state.quiet.fill(Number.NEGATIVE_INFINITY);
  state.quietUntil = Number.NEGATIVE_INFINITY;
}

/**
 * Turns targets into quantities, given what each agent holds and what is already working.
 *
 * ```
 * quotes     q-------     BTC at 60,000
 * decisions  -l---s--     the whole budget, then half of it
 *            sizing({ budget: 60_000 })
 * intents    -b---s--     buy 1, sell 0.5
 * ```
 *
 * For each agent: its part of the target × budget ÷ price, less its own position and working orders. The differences
 * are netted; what remains becomes an intent with every agent's share. Without a price or a rate there is none. What
 * risk denied is tried again after `retryAfter`, then after twice as long, up to a minute.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * sizing({ budget: 60_000 }); // in the reporting currency
 */
export function sizing(
  options: SizingOptions,
): StageOperator<Frame & MarketFields & LedgerFields & TargetFields, IntentFields> {
  knownKeys('sizing', options, ['budget', 'budgets', 'minimumTrade', 'retryAfter', 'recheckEvery']);
  const budget = positiveNumber('sizing.budget', options.budget);
  const budgets = new Map(Object.entries(options.budgets ?? {}));
  for (const [name, value] of budgets) numberAtLeast(`sizing.budgets.${name}`, value, 0);
  const minimumTrade = numberAtLeast('sizing.minimumTrade', options.minimumTrade ?? 0.05, 0, 1);
  const retryAfter = milliseconds('sizing.retryAfter', options.retryAfter ?? '1s');
  const recheckEvery = milliseconds('sizing.recheckEvery', options.recheckEvery ?? '10s');
  const budgetOf = ({ of }: Target): number => budgets.get(of.asset ?? of.instrument ?? '') ?? budget;

  return stage<Frame & MarketFields & LedgerFields & TargetFields, IntentFields, State>({
    name: 'sizing',
    fingerprint: JSON.stringify({
      budget,
      budgets: [...budgets].sort(),
      minimumTrade,
      retryAfter,
      recheckEvery,
    }),
    adds: { intents: NONE },
    init: fresh,
    step: (state, frame, context) => {
      const { targets } = frame;
      for (let place = 0; place < targets.length; place++)
        take(state, targets[place] as Target, context.instruments, retryAfter);
      const { event } = frame;
      if (event.kind === 'report') touch(state, frame.instrument, retryAfter);
      else if (event.kind === 'denied') backOff(state, frame.instrument, frame.ts);
      if (frame.ts < state.quietUntil) return;
      let quietUntil = Number.POSITIVE_INFINITY;
      for (let block = 0; block * BLOCK < state.all.length; block++) {
        if (frame.ts >= (state.quiet[block] as number))
          state.quiet[block] = lookAt(state, block, frame, context);
        quietUntil = Math.min(quietUntil, state.quiet[block] as number);
      }
      state.quietUntil = quietUntil;
    },
    save: ({ all }) => asPlain(all.map(({ instruments: _known, ...holding }) => holding)),
    restore: (saved, { instruments }) => {
      const state = fresh();
      for (const holding of fromPlain<readonly Omit<Holding, 'instruments'>[]>(saved))
        hold(state, { ...holding, instruments: instrumentsOf(holding.target, instruments) });
      return state;
    },
  });

  /** Looks at the holdings of a block that are due. @returns when the next of them is */
  function lookAt(
    { all }: State,
    block: number,
    frame: Frame & MarketFields & LedgerFields & IntentFields,
    context: StageContext,
  ): number {
    let next = Number.POSITIVE_INFINITY;
    const end = Math.min((block + 1) * BLOCK, all.length);
    for (let place = block * BLOCK; place < end; place++) {
      const holding = all[place] as Holding;
      if (frame.ts >= dueAt(holding)) {
        const intent = size(holding, budgetOf(holding.target), minimumTrade, frame, context);
        if (intent === 'unknown') next = Number.NEGATIVE_INFINITY;
        else {
          holding.dirty = intent !== undefined;
          holding.checkAt = frame.ts + recheckEvery;
          if (intent !== undefined) {
            holding.notBefore = frame.ts + retryAfter;
            if (frame.intents === NONE) frame.intents = [intent];
            else (frame.intents as Intent[]).push(intent);
          }
        }
      }
      next = Math.min(next, dueAt(holding));
    }
    return next;
  }
}

function instrumentsOf({ of }: Target, table: InstrumentTable): readonly ListedInstrument[] {
  if (of.asset !== undefined) return table.ofAsset(of.asset);
  const listed = table.find(of.instrument);
  return listed === undefined ? [] : [listed];
}

function take(state: State, target: Target, table: InstrumentTable, retryAfter: number): void {
  wake(state);
  const known = state.byKey.get(keyOf(target.of));
  if (known === undefined) {
    hold(state, {
      target,
      instruments: instrumentsOf(target, table),
      agents: joined([], target),
      dirty: true,
      notBefore: Number.NEGATIVE_INFINITY,
      checkAt: 0,
      pause: retryAfter,
    });
    return;
  }
  // A new word is acted upon at once, unless it asks for more of what risk denies.
  const asksForMore = target.exposure / known.target.exposure >= 1;
  if (!asksForMore || known.pause <= retryAfter) known.notBefore = Number.NEGATIVE_INFINITY;
  known.target = target;
  known.agents = joined(known.agents, target);
  known.dirty = true;
  known.checkAt = 0;
}

/** From when on a holding is looked at. */
const dueAt = ({ dirty, notBefore, checkAt }: Holding): number =>
  dirty || checkAt < notBefore ? notBefore : checkAt;

function hold(state: State, holding: Holding): void {
  state.byKey.set(keyOf(holding.target.of), holding);
  if (state.all.length % BLOCK === 0) state.quiet.push(Number.NEGATIVE_INFINITY);
  state.all.push(holding);
}

/** Agents that are known and those with a part of a target, sorted; the same list when nobody is new. */
function joined(known: readonly string[], { contributions }: Target): readonly string[] {
  if (known.length > 0 && contributions.every(({ agent }) => known.includes(agent))) return known;
  return [...new Set([...known, ...contributions.map(({ agent }) => agent)])].sort();
}

/** The venue spoke: what is held may have changed, and risk let the order pass. */
function touch(state: State, instrument: number, retryAfter: number): void {
  for (const holding of state.all) {
    if (!concerns(holding, instrument)) continue;
    wake(state);
    holding.dirty = true;
    holding.pause = retryAfter;
  }
}

function backOff(state: State, instrument: number, ts: number): void {
  for (const holding of state.all) {
    if (!concerns(holding, instrument)) continue;
    wake(state);
    holding.dirty = true;
    holding.notBefore = ts + holding.pause;
    holding.pause = Math.min(2 * holding.pause, LONGEST_PAUSE);
  }
}

const concerns = ({ instruments }: Holding, instrument: number): boolean =>
  instruments.some(({ index }) => index === instrument);

/** The intent; `undefined` when there is nothing to do, `unknown` while a price or a rate is missing. */
function size(
  { target, instruments, agents }: Holding,
  budget: number,
  minimumTrade: number,
  frame: Frame & MarketFields & LedgerFields,
  { instruments: table }: StageContext,
): Intent | undefined | 'unknown' {
  const { markets, ledger } = frame;
  const reference = instruments.find(({ index }) => markets.synced(index) && markets.open(index));
  if (reference === undefined) return 'unknown';
  const mid = markets.mid(reference.index);
  const rate = ledger.convert(1, table.at(reference.index).definition.quote, ledger.reportingCurrency);
  if (rate === undefined || !(mid > 0)) return 'unknown';
  const value = mid * rate;
  let net = 0;
  const shares: { agent: string; quantity: number }[] = [];
  for (const agent of agents) {
    const part = target.contributions.find((contribution) => contribution.agent === agent)?.exposure ?? 0;
    let held = 0;
    for (const listed of instruments) {
      const lots = ledger.agentPosition(agent, listed.index) + ledger.agentWorking(agent, listed.index);
      if (lots !== 0) held += lots * baseUnitsPerLot(listed, mid);
    }
    const quantity = (part * budget) / value - held;
    net += quantity;
    shares.push({ agent, quantity });
  }
  const size = Math.abs(net);
  const flattening = target.contributions.every(({ exposure }) => exposure === 0);
  if (size * value < (flattening ? 1e-9 : minimumTrade * budget)) return undefined;
  return { of: target.of, side: net > 0 ? 'buy' : 'sell', quantity: size, shares };
}
