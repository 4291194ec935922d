/** Marbles that are not the expected ones; the message draws both. */
export class MarbleAssertionError extends Error {
  // The name by which test runners tell a failure from a fault.
  override readonly name = 'AssertionError';
}
