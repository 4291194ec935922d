/** The disk of a journal failed: from then on nothing is journalled any more. The message names what failed. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}
