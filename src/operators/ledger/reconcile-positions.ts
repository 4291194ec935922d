import { clientOrderId } from '../../domain/brand.js';
import { type Decimal, decimal } from '../../domain/decimal.js';
import type { FillReport, TruePosition, TruthEvent } from '../../domain/event.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { LedgerView } from './ledger-view.js';
import type { Difference } from './reconcile.js';
import type { ReconciliationPolicy } from './reconciliation-policy.js';
import { reconciliationPrice } from './reconciliation-price.js';

/**
 * The order id, and the agent, of lots that only a venue's word explains.
 *
 * @example
 * fill.agent === RECONCILIATION; // only the venue's word explains these lots
 */
export const RECONCILIATION = 'reconciliation';

/** Positions that differ (those of moving instruments are only told of), each with the one synthetic fill that would make them agree. */
export function* positionDifferences(
  ledger: LedgerView,
  instruments: InstrumentTable,
  truth: TruthEvent,
  policy: ReconciliationPolicy,
  moving: ReadonlySet<number>,
): Generator<Difference, void, void> {
  for (const position of truth.positions) {
    const listed = instruments.find(position.instrument);
    if (listed === undefined) {
      if (position.quantity === 0) continue;
      const message = `${truth.venue} holds ${position.quantity} lots of ${position.instrument}, which is not listed`;
      yield { what: 'position', message, action: policy.positions === 'halt' ? 'halt' : 'tell' };
      continue;
    }
    const held = ledger.position(listed.index);
    if (held === position.quantity) continue;
    const message = `${listed.id} is at ${held} lots here and at ${position.quantity} at ${truth.venue}`;
    if (moving.has(listed.index)) {
      yield { what: 'position', message: `${message}: an order of it has just changed`, action: 'tell' };
      continue;
    }
    const ticks = priceOf(ledger, listed, position);
    if (ticks === undefined) {
      // Lots at an unknown price would be a guess at the profit.
      yield { what: 'position', message: `${message}: nobody knows at what price`, action: 'halt' };
    } else {
      const entry = syntheticFill(listed, held, position, ticks, truth);
      yield { what: 'position', message, action: policy.positions, entry };
    }
  }
}

/** In ticks, to the nearest; the mark where entry prices tell nothing. */
function priceOf(
  ledger: LedgerView,
  { index, definition }: ListedInstrument,
  { quantity, averagePrice }: TruePosition,
): number | undefined {
  const known = (price: number): Decimal | null => (Number.isFinite(price) ? decimal(price) : null);
  const price =
    reconciliationPrice(
      decimal(ledger.position(index)),
      known(ledger.averagePrice(index)),
      decimal(quantity),
      decimal(averagePrice),
      definition.inverse,
    ) ?? known(ledger.markPrice(index));
  if (price === null) return undefined;
  const ticks = Number(price.div(definition.tick).round(0, 2).toFixed());
  return definition.inverse && ticks <= 0 ? undefined : ticks;
}

/** Named by what it does, so that the same correction is booked once, whoever works it out again. */
function syntheticFill(
  { id, definition }: ListedInstrument,
  held: number,
  { quantity }: TruePosition,
  price: number,
  { venue, venueTime }: TruthEvent,
): FillReport {
  return {
    kind: 'report',
    venue,
    instrument: id,
    clientOrderId: clientOrderId(RECONCILIATION),
    venueTime,
    type: 'fill',
    executionId: `${RECONCILIATION}:${venueTime}:${held}:${quantity}`,
    side: quantity > held ? 'buy' : 'sell',
    price,
    quantity: Math.abs(quantity - held),
    liquidity: 'taker',
    fee: '0',
    feeCurrency: definition.settle,
  };
}
