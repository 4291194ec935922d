/**
 * The store of a session cannot be relied on: its numbers would be guesses, and a session that begins at a wrong number
 * loses reports or is refused. The message names the file and what is wrong with it.
 *
 * @example
 * if (error instanceof FixStoreError) console.error(error.message);
 */
export class FixStoreError extends Error {
  override readonly name = 'FixStoreError';
}
