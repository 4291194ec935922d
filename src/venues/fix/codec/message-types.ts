/**
 * Whether FIX defines a message type, or leaves it to the users (`U` and more behind it). What else is sent is a mistake.
 *
 * @example
 * isMessageType('FIX.4.4', 'AE') // true: a trade capture report; of FIX 4.2 it is none
 */
export function isMessageType(version: 'FIX.4.2' | 'FIX.4.4', type: string): boolean {
  return version === 'FIX.4.2' ? OF_42.test(type) : OF_44.test(type);
}

/** Those of 4.2, and users' own. */
const OF_42 = /^(?:[0-9A-HJ-NP-TV-Za-m]|U.+)$/;
/** Beside those of 4.2: `n` to `z`, `AA` to `AZ`, `BA` to `BH`. */
const OF_44 = /^(?:[0-9A-HJ-NP-TV-Za-z]|A[A-Z]|B[A-H]|U.+)$/;
