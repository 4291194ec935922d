import type { Instrument } from '../../domain/instrument.js';

/** What becomes of a definition that a venue sends. */
export type Revision =
  | { readonly outcome: 'same' | 'newer' }
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string };

/** On these rests what an integer price or quantity means; a running table cannot change them. */
const FIXED = [
  'kind',
  'base',
  'quote',
  'settle',
  'inverse',
  'multiplier',
  'tick',
  'lot',
  'orderStep',
] as const;

/**
 * Judges a definition against the one that counts.
 *
 * A new one has a higher version. One that says the same under the same version is a repetition; a lower version, or
 * another content under the same, is refused. So is, under any version, what would change the meaning of integer
 * prices and quantities: that takes a restart with a new table.
 */
export function revise(present: Instrument, proposed: Instrument): Revision {
  const { id } = present;
  if (proposed.version < present.version)
    return refused('old-definition', `${id}: version ${proposed.version} came after ${present.version}`);
  const fixed = FIXED.find((field) => proposed[field] !== present[field]);
  if (fixed !== undefined)
    return refused(
      'restart-needed',
      `${id}: version ${proposed.version} changes ${fixed} from ${present[fixed]} to ${proposed[fixed]}, and with it the ` +
        'meaning of integer prices or quantities: restart with the new definition',
    );
  if (proposed.version > present.version) return { outcome: 'newer' };
  return canonical(proposed) === canonical(present)
    ? { outcome: 'same' }
    : refused('changed-definition', `${id}: version ${proposed.version} came again with another content`);
}

const refused = (code: string, message: string): Revision => ({ outcome: 'refused', code, message });

const canonical = (definition: Instrument): string =>
  JSON.stringify(definition, (_key, value: unknown) =>
    value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
