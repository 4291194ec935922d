/**
 * Marbles that are not the expected ones; the message draws both.
 *
 * @example
 * expect(() => expectPipeline(faultsOf(core)).given('q|', { q: quote(BTC, 100) }).emits('-|', {})).toThrow(MarbleAssertionError);
 */
export class MarbleAssertionError extends Error {
  // The name by which test runners tell a failure from a fault.
  override readonly name = 'AssertionError';
}
