/**
 * Refuses a promise from code that has to answer at once, and hears its failure out: unheard, that would end the process.
 *
 * @throws TypeError saying what to do instead
 */
export function noPromise(value: unknown, instead: string): void {
  if (typeof value !== 'object' || value === null) return;
  const { then } = value as { readonly then?: unknown };
  if (typeof then !== 'function') return;
  then.call(value, undefined, () => undefined);
  throw new TypeError(`it gave a promise: ${instead}`);
}
