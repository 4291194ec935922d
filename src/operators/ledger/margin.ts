import { numberAtLeast } from '../../domain/check.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { LedgerState } from './ledger-state.js';

/** What a venue asks for, as a share of the notional: 0.1 is ten times leverage. */
export interface MarginRates {
  readonly initial: number;
  readonly maintenance: number;
}

/** Margin rates by instrument id, or by venue for all of its other contracts. */
export type MarginSettings = Readonly<Record<string, MarginRates>>;

/** Checks the settings. @throws ConfigurationError naming the setting that is wrong */
export function marginSettings(settings: MarginSettings): MarginSettings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, { initial, maintenance }]) => [
      name,
      {
        initial: numberAtLeast(`ledger.margin.${name}.initial`, initial, 0, 1),
        maintenance: numberAtLeast(`ledger.margin.${name}.maintenance`, maintenance, 0, initial),
      },
    ]),
  );
}

/**
 * What open orders of an instrument lay claim to, in a currency.
 *
 * Spot: a buy its price in the quote currency, a sell what it sells. A contract: the initial margin of its order's
 * value, in the settlement currency. Orders without a price count at the mark. Fees are not reserved.
 */
export function reservedBy(state: LedgerState, listed: ListedInstrument, currency: string): number {
  const { definition, index, quantities } = listed;
  const { working } = state;
  if (definition.kind !== 'spot') {
    if (definition.settle !== currency) return 0;
    return orderMargin(state, listed);
  }
  let reserved = 0;
  if (definition.quote === currency) reserved += orderValue(state, listed, 'buy');
  if (definition.base === currency) reserved += quantities.toNumber(1) * (working.sell[index] as number);
  return reserved;
}

/** Initial margin of positions at the mark and of open orders, in the reporting currency. */
export function initialMargin(state: LedgerState, listed: ListedInstrument): number {
  if (listed.definition.kind === 'spot') return 0;
  const { index } = listed;
  const orders = orderMargin(state, listed);
  return (
    ofNotional(heldNotional(state, index), ratesOf(state, listed)?.initial) +
    ofNotional(orders, state.valuation.factors[index])
  );
}

/** Maintenance margin of positions at the mark, in the reporting currency. */
export function maintenanceMargin(state: LedgerState, listed: ListedInstrument): number {
  if (listed.definition.kind === 'spot') return 0;
  return ofNotional(heldNotional(state, listed.index), ratesOf(state, listed)?.maintenance);
}

const heldNotional = ({ accounts, valuation }: LedgerState, index: number): number =>
  valuation.notional(index, accounts.desk.lots[index] as number);

function orderMargin(state: LedgerState, listed: ListedInstrument): number {
  const value = orderValue(state, listed, 'buy') + orderValue(state, listed, 'sell');
  return ofNotional(value, ratesOf(state, listed)?.initial);
}

/** Nothing needs no rate; anything else without one is unknown. */
const ofNotional = (notional: number, rate: number | undefined): number =>
  notional === 0 ? 0 : notional * (rate ?? Number.NaN);

const ratesOf = ({ options }: LedgerState, { definition }: ListedInstrument): MarginRates | undefined =>
  options.margin[definition.id] ?? options.margin[definition.venue];

/** What open orders of a side would cost, in the settlement currency. Walks the orders of an inverse contract only. */
function orderValue(state: LedgerState, listed: ListedInstrument, side: 'buy' | 'sell'): number {
  const { index, definition, tickLotValue, prices } = listed;
  const { working, valuation, orders } = state;
  const unpriced = Math.abs(valuation.value(index, working.unpriced(side, index)));
  if (!definition.inverse) return Math.abs(working.priced(side, index)) * tickLotValue + unpriced;
  let value = unpriced;
  const contract = valuation.contracts[index];
  for (const { order, remaining } of orders.open(index)) {
    if (order.side !== side || order.price === 0) continue;
    value += Math.abs(contract?.plain(remaining, prices.toNumber(order.price)) ?? Number.NaN);
  }
  return value;
}
