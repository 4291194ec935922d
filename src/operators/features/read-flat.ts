import { refuse } from '../../domain/check.js';

/** What an index from 0 to 100 is where there was nothing to compare: TA-Lib's 0, or the middle. */
export function readFlat(kind: string, flat: 0 | 50 = 0): 0 | 50 {
  if (flat !== 0 && flat !== 50) refuse(`${kind}.flat`, '0 or 50', flat);
  return flat;
}
