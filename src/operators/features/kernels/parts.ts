import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

/** Saves several parts under their names. */
export function saveParts(parts: Readonly<Record<string, Saveable>>): Plain {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.save()]));
}

/** Loads several parts from what {@link saveParts} gave. */
export function loadParts(parts: Readonly<Record<string, Saveable>>, saved: Plain): void {
  const record = saved as Readonly<Record<string, Plain>>;
  for (const [name, part] of Object.entries(parts)) part.load(record[name] as Plain);
}
