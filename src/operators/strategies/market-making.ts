import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { ClientOrderId } from '../../domain/brand.js';
import { integerAtLeast, knownKeys, nonEmptyName, positiveNumber } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Instrument } from '../../domain/instrument.js';
import type { Proposal, Side } from '../../domain/order.js';
import { fromPlain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import type { LedgerFields } from '../ledger/stage.js';
import type { OrderRecord } from '../ledger/tracked-order.js';
import type { ProposalFields } from '../routing/best-net-price.js';
import { avellanedaStoikov } from './quote-prices.js';

/** What is quoted, and how. */
export interface MarketMakingOptions {
  /** Whose inventory it is. @default "maker" */
  readonly name?: string;
  readonly instrument: Instrument;
  /** Lots of a quote. */
  readonly lots: number;
  /** Most lots to hold, either way: the side that would go beyond is not quoted. */
  readonly maximumInventory: number;
  /** Aversion to risk, in 1 / price: more leans further against the inventory. @default 0.1 */
  readonly aversion?: number;
  /** How fast fills become rarer away from the mid, in 1 / price. @default 1.5 */
  readonly decay?: number;
  /** How long the inventory is to be borne. @default "1m" */
  readonly horizon?: Duration;
  /** Half-life of the variance of the price. @default "5m" */
  readonly halfLife?: Duration;
  /** Least time from one look at the quotes to the next. @default "500ms" */
  readonly every?: Duration;
  /** A quote within so many ticks of where it should be stays. @default 1 */
  readonly tolerance?: number;
}

interface State {
  price: number;
  sampledAt: number;
  since: number;
  /** Of a millisecond. */
  variance: number;
  nextAt: number;
  /** Quotes that are to be canceled: a second word about the market may pass before the ledger knows of the first cancel. */
  readonly asked: Set<ClientOrderId>;
}

/**
 * Quotes both sides of one instrument around a price that leans against the inventory, by post-only orders.
 *
 * ```
 * mid        100----------------100
 * inventory  0------2 lots---------
 *            marketMaking({ instrument, lots: 1, maximumInventory: 2 })
 * quotes     99|101 none|100.5        long to the limit: no bid, and the ask leans towards the buyers
 * ```
 *
 * Prices are those of {@link avellanedaStoikov}, with a variance learned in event time, never through the other side. It stands where
 * sizing and routing stand for agents, before `risk`: it proposes orders by itself, and asks for the cancel of a quote
 * that is not where it should be, or that is not wanted; the new one follows when the old one is over. While the market is not known
 * it proposes nothing and withdraws what it has. Until one half-life has passed it only watches.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * marketMaking({ instrument: future, lots: 1, maximumInventory: 5 });
 */
export function marketMaking(
  options: MarketMakingOptions,
): StageOperator<Frame & MarketFields & LedgerFields, ProposalFields> {
  const at = 'marketMaking';
  knownKeys(at, options, [
    'name',
    'instrument',
    'lots',
    'maximumInventory',
    'aversion',
    'decay',
    'horizon',
    'halfLife',
    'every',
    'tolerance',
  ]);
  const name = nonEmptyName(`${at}.name`, options.name ?? 'maker');
  const { id } = options.instrument;
  const lots = integerAtLeast(`${at}.lots`, options.lots, 1);
  const most = integerAtLeast(`${at}.maximumInventory`, options.maximumInventory, lots);
  const aversion = positiveNumber(`${at}.aversion`, options.aversion ?? 0.1);
  const decay = positiveNumber(`${at}.decay`, options.decay ?? 1.5);
  const horizon = milliseconds(`${at}.horizon`, options.horizon ?? '1m');
  const halfLife = milliseconds(`${at}.halfLife`, options.halfLife ?? '5m');
  const every = milliseconds(`${at}.every`, options.every ?? '500ms');
  const tolerance = integerAtLeast(`${at}.tolerance`, options.tolerance ?? 1, 0);

  function watch(state: State, { mid, ts }: Frame & MarketFields): void {
    if (Number.isNaN(state.price)) state.since = ts;
    else {
      const elapsed = ts - state.sampledAt;
      if (!(elapsed > 0)) return;
      const change = mid - state.price;
      state.variance += ((change * change) / elapsed - state.variance) * (1 - 2 ** (-elapsed / halfLife));
    }
    state.price = mid;
    state.sampledAt = ts;
  }

  function wanted(state: State, frame: Frame & MarketFields & LedgerFields, context: StageContext): Quotes {
    const { ledger, instrument, mid, bid, ask } = frame;
    const held = ledger.agentPosition(name, instrument);
    const { prices } = context.instruments.at(instrument);
    const quotes = avellanedaStoikov({
      mid,
      inventory: Math.max(-1, Math.min(1, held / most)),
      variance: state.variance,
      horizon,
      aversion,
      decay,
    });
    const tick = prices.toNumber(1);
    // A quote through the other side would be refused, or taken.
    const buy = Math.floor(Math.min(quotes.bid, ask - tick) / tick + 1e-9);
    const sell = Math.ceil(Math.max(quotes.ask, bid + tick) / tick - 1e-9);
    return {
      buy: buy > 0 && held + lots <= most ? buy : undefined,
      sell: held - lots >= -most ? sell : undefined,
    };
  }

  return stage<Frame & MarketFields & LedgerFields, ProposalFields, State>({
    name: `${at}:${name}`,
    fingerprint: JSON.stringify({ id, lots, most, aversion, decay, horizon, halfLife, every, tolerance }),
    adds: { proposals: NONE },
    init: () => ({
      price: Number.NaN,
      sampledAt: 0,
      since: 0,
      variance: 0,
      nextAt: Number.NEGATIVE_INFINITY,
      asked: new Set(),
    }),
    step: (state, frame, context) => {
      const { ts, instrument, ledger } = frame;
      if (instrument < 0 || context.instruments.at(instrument).id !== id) return;
      if (!frame.synced || !frame.markets.open(instrument)) {
        if (frame.event.kind === 'sync' || frame.event.kind === 'status')
          for (const record of mine(ledger.openOrders(instrument)))
            withdraw(record, state, frame, context, 'the market is not known');
        return;
      }
      if (!(frame.mid > 0)) return;
      watch(state, frame);
      if (ts < state.nextAt || ts - state.since < halfLife) return;
      state.nextAt = ts + every;
      const quotes = wanted(state, frame, context);
      const resting = mine(ledger.openOrders(instrument));
      forget(state, resting);
      for (const side of ['buy', 'sell'] as const) {
        const price = quotes[side];
        const there = resting.filter(({ order }) => order.side === side);
        for (const record of there) {
          if (price === undefined) withdraw(record, state, frame, context, 'the inventory is at its limit');
          else if (Math.abs(record.order.price - price) > tolerance)
            withdraw(record, state, frame, context, `the quote belongs to ${price}, in ticks`);
        }
        if (there.length === 0 && price !== undefined) propose(frame, side, price);
      }
    },
    save: ({ asked, ...rest }) => ({ ...rest, asked: [...asked] }),
    restore: (saved) => {
      const { asked, ...rest } = fromPlain<
        Omit<State, 'asked'> & {
          readonly asked: ClientOrderId[];
        }
      >(saved);
      return { ...rest, asked: new Set(asked) };
    },
  });

  function mine(orders: Iterable<OrderRecord>): readonly OrderRecord[] {
    return [...orders].filter(({ order }) => order.attribution.some(({ agent }) => agent === name));
  }

  function propose(frame: Frame & MarketFields & ProposalFields, side: Side, price: number): void {
    const proposal: Proposal = {
      instrument: id,
      side,
      type: 'limit',
      timeInForce: 'GTC',
      price,
      quantity: lots,
      reduceOnly: false,
      postOnly: true,
      attribution: [{ agent: name, quantity: side === 'buy' ? lots : -lots }],
      arrivalMid: frame.mid,
    };
    if (frame.proposals === NONE) frame.proposals = [proposal];
    else (frame.proposals as Proposal[]).push(proposal);
  }
}

/** Who is over need not be remembered. */
function forget({ asked }: State, resting: readonly OrderRecord[]): void {
  for (const id of asked) if (!resting.some(({ order }) => order.clientOrderId === id)) asked.delete(id);
}

interface Quotes {
  /** In ticks; `undefined`: this side is not quoted. */
  readonly buy: number | undefined;
  readonly sell: number | undefined;
}

function withdraw(
  { order, status }: OrderRecord,
  { asked }: State,
  frame: Frame,
  context: StageContext,
  reason: string,
): void {
  // It is on its way out, or nobody knows whether it is there: risk asks again by itself.
  if (status === 'pendingCancel' || status === 'unknown') return;
  const { venue, instrument, clientOrderId } = order;
  if (asked.has(clientOrderId)) return;
  asked.add(clientOrderId);
  context.derive({ kind: 'cancelRequested', clientOrderId, instrument, reason });
  context.request({ kind: 'cancel', venue, instrument, clientOrderId, requestTime: frame.ts, reason });
}
