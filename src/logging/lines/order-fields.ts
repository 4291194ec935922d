import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Order, Proposal } from '../../domain/order.js';
import type { LogLine } from '../log-fields.js';

/** What a line says of a proposal, in plain prices and base units. */
export function proposalFields(table: InstrumentTable, proposal: Proposal): LogLine {
  const listed = table.find(proposal.instrument);
  return {
    'millrace.instrument': proposal.instrument,
    'millrace.venue': listed?.definition.venue,
    'millrace.order.side': proposal.side,
    'millrace.order.type': proposal.type,
    'millrace.order.time_in_force': proposal.timeInForce,
    'millrace.order.price': proposal.price === 0 ? undefined : listed?.prices.toNumber(proposal.price),
    'millrace.order.quantity': listed?.quantities.toNumber(proposal.quantity),
    'millrace.order.agents': proposal.attribution.map(({ agent }) => agent),
    'millrace.order.replaces': proposal.replaces,
  };
}

/** The same of an order. */
export const orderFields = (table: InstrumentTable, order: Order): LogLine => ({
  ...proposalFields(table, order),
  'millrace.order.id': order.clientOrderId,
  'millrace.venue': order.venue,
});
