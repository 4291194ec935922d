import { decimal } from '../../domain/decimal.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Field, type FixMessage, TAG } from '../fix/index.js';

/** `SecurityRequestType` 0: its identity and specifications. */
const REQUEST_TYPE = 321;

/** Message c: asks for the definition of an instrument. */
export function definitionRequest(id: string, instrument: readonly Field[]): readonly Field[] {
  return [[TAG.MsgType, 'c'], [TAG.SecurityReqID, id], [REQUEST_TYPE, 0], ...instrument];
}

/**
 * Why a definition (message d) is not what we trade by, or `undefined`: another tick or multiplier would make every price
 * and every profit wrong. What it does not say is not compared.
 */
export function definitionFault(message: FixMessage, { definition }: ListedInstrument): string | undefined {
  const differs = (tag: number, ours: string): boolean => {
    const told = message.get(tag);
    if (told === undefined) return false;
    // Not a number is not ours either.
    return !/^\d{1,15}(\.\d{1,15})?$/.test(told) || !decimal(told).eq(decimal(ours));
  };
  const at = `instrument ${definition.id}`;
  if (differs(TAG.MinPriceIncrement, definition.tick))
    return `${at} has the tick ${definition.tick} here and ${message.get(TAG.MinPriceIncrement)} at the venue`;
  if (differs(TAG.ContractMultiplier, definition.multiplier))
    return `${at} has the multiplier ${definition.multiplier} here and ${message.get(TAG.ContractMultiplier)} at the venue`;
  return undefined;
}
