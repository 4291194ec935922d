import { InputError, show } from '../../domain/errors.js';
import type { RegisterValue } from './register.js';

const FORMAT = 1;
const FIELDS = ['millraceRegister', 'epoch', 'leader', 'inSync', 'write'];

/** What an engine stores: the value, and a number that makes every write differ from the one before. */
export interface StoredValue {
  readonly value: RegisterValue;
  readonly write: number;
}

/** The text that is stored: JSON, its fields in one order. */
export function encodeStored({ value: { epoch, leader, inSync }, write }: StoredValue): string {
  return JSON.stringify({ millraceRegister: FORMAT, epoch, leader, inSync, write });
}

/**
 * What {@link encodeStored} wrote.
 *
 * @throws InputError naming the register and what is wrong, for what somebody else wrote or what is damaged
 */
export function decodeStored(register: string, text: string): StoredValue {
  let stored: Record<string, unknown>;
  try {
    stored = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return refuse(register, 'it is no JSON', text);
  }
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored))
    return refuse(register, 'it is no object', text);
  if (stored['millraceRegister'] !== FORMAT)
    return refuse(
      register,
      `its millraceRegister must be ${FORMAT}, not ${show(stored['millraceRegister'])}`,
      text,
    );
  const unknown = Object.keys(stored).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) return refuse(register, `nobody knows its field "${unknown}"`, text);
  const { epoch, leader, inSync, write } = stored;
  const why = faultOf({ epoch, leader, inSync }) ?? (isCount(write) ? undefined : 'write must be a count');
  if (why !== undefined) return refuse(register, why, text);
  return { value: { epoch, leader, inSync } as RegisterValue, write: write as number };
}

/** Why something is no value of a register, or `undefined`. */
export function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `it must be an object, not ${show(value)}`;
  const { epoch, leader, inSync } = value as { [key: string]: unknown };
  if (!isCount(epoch)) return `epoch must be an integer of at least 0, not ${show(epoch)}`;
  if (typeof leader !== 'string' || leader.length > 200)
    return `leader must be a name of at most 200 characters, not ${show(leader)}`;
  if (!Array.isArray(inSync) || inSync.length > 100)
    return `inSync must be a list of names, not ${show(inSync)}`;
  const names = inSync as readonly unknown[];
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (typeof name !== 'string' || name.length === 0 || name.length > 200)
      return `inSync[${index}] must be a name of 1 to 200 characters, not ${show(name)}`;
    if (index > 0 && !((names[index - 1] as string) < name)) return 'inSync must be sorted, each name once';
  }
  return undefined;
}

/** Whether all fields are equal. */
export function sameValue(a: RegisterValue, b: RegisterValue): boolean {
  return (
    a.epoch === b.epoch &&
    a.leader === b.leader &&
    a.inSync.length === b.inSync.length &&
    a.inSync.every((name, index) => name === b.inSync[index])
  );
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function refuse(register: string, why: string, text: string): never {
  throw new InputError(
    `${register} holds something else than a register's value: ${why}; it holds ${show(text)}. If nothing else uses it, delete it while no member runs`,
  );
}
