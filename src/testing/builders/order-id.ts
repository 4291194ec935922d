import { type ClientOrderId, clientOrderId } from '../../domain/brand.js';

/**
 * The client order id that `dispatch` gives: a pure function of the desk and of the order's place in the log, so a test
 * knows it beforehand.
 *
 * @param seq place of the event that caused the order, from 1
 * @param place 0 for the first order of that frame
 * @example
 * orderId(2); // the first order of the second event: mr-2-0-0
 * orderId(2, 1, { desk: 'alpha' });
 */
export function orderId(
  seq: number,
  place: number = 0,
  { sub = 0, desk = 'mr' }: { readonly sub?: number; readonly desk?: string } = {},
): ClientOrderId {
  return clientOrderId([desk, seq.toString(36), sub.toString(36), place.toString(36)].join('-'));
}
