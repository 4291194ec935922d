import { decimal, formatDecimal } from '../../domain/decimal.js';
import { TAG } from '../fix/index.js';
import type { FeeOf } from './execution.js';

/** `CommType`: 1 a unit, 3 in all. */
const COMMISSION_TYPE = 13;

/** The fee of a fill: what the broker says, or else so much for a lot. */
export function feeOf(commission: string): FeeOf {
  return (message, lots) => {
    const told = message.get(TAG.Commission);
    const type = message.get(COMMISSION_TYPE);
    if (told !== undefined && /^-?\d{1,15}(\.\d{1,15})?$/.test(told)) {
      if (type === '3') return formatDecimal(decimal(told));
      if (type === '1') return formatDecimal(decimal(told).times(message.get(TAG.LastQty) ?? '0'));
    }
    return formatDecimal(decimal(commission).times(lots));
  };
}
