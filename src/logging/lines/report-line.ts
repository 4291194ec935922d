import type { ReportEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { LogFields } from '../log-fields.js';
import type { LoggedFrame } from '../logged-frame.js';
import type { LineSink } from './line-sink.js';
import type { Places } from './places.js';

/** Words of a venue that nobody hopes for. */
const UNWELCOME: ReadonlySet<string> = new Set([
  'rejected',
  'unknown',
  'cancelRejected',
  'replaceRejected',
  'notFound',
  'bust',
]);

/** A word of a venue about an order. */
export function reportLine(
  sink: LineSink,
  places: Places,
  table: InstrumentTable,
  frame: LoggedFrame,
  report: ReportEvent,
): void {
  const { type, clientOrderId, venue, instrument } = report;
  const fields: LogFields = {
    ...places.at(frame, clientOrderId),
    'millrace.venue': venue,
    'millrace.instrument': instrument,
    'event.outcome': UNWELCOME.has(type) ? 'failure' : 'success',
  };
  let said = 'reason' in report ? report.reason : '';
  if (type === 'fill' || type === 'correction') {
    const listed = table.find(instrument);
    const price = listed?.prices.toNumber(report.price);
    const quantity = listed?.quantities.toNumber(report.quantity);
    Object.assign(fields, {
      'millrace.order.side': report.side,
      'millrace.fill.id': report.executionId,
      'millrace.fill.price': price,
      'millrace.fill.quantity': quantity,
      'millrace.fill.liquidity': report.liquidity,
      'millrace.fill.fee': report.fee,
      'millrace.fill.fee_currency': report.feeCurrency,
    });
    said = `${report.side} ${quantity ?? '?'} at ${price ?? '?'}${said === '' ? '' : `: ${said}`}`;
  } else if (type === 'bust') fields['millrace.fill.id'] = report.executionId;
  if (said !== '') fields['event.reason'] = said;
  sink.line(
    UNWELCOME.has(type) ? 'warn' : 'info',
    `order-${type}`,
    fields,
    `order ${clientOrderId} ${type}${said === '' ? '' : `: ${said}`}`,
  );
}
