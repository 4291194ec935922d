import { differences } from './differences.js';
import type { Notice } from './notice.js';

/** Whether a received notice is the expected one, whenever it came. */
export function sameNotice(expected: Notice, received: Notice): boolean {
  if (expected.kind === 'next' && received.kind === 'next') {
    return differences(expected.value, received.value).length === 0;
  }
  if (expected.kind === 'error' && received.kind === 'error')
    return sameError(expected.error, received.error);
  return expected.kind === received.kind;
}

/** A pattern is searched in the message of an error; a class and a message must agree; the rest is compared deeply. */
function sameError(expected: unknown, received: unknown): boolean {
  if (expected instanceof RegExp) {
    // Not `test`: it would remember where a global pattern stopped.
    return (received instanceof Error ? received.message : String(received)).search(expected) >= 0;
  }
  if (expected instanceof Error && received instanceof Error) {
    return expected.name === received.name && expected.message === received.message;
  }
  return differences(expected, received).length === 0;
}
