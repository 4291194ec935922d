/**
 * The disk of a journal failed: from then on nothing is journalled any more. The message names what failed.
 *
 * @example
 * desk.subscribe({ error: (error) => error instanceof JournalError && alarm(error.message) });
 */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}
