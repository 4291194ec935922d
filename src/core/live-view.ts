import type { StageContext } from './context.js';

/**
 * A live view was used after the pass of the frame that carried it: by then it shows another time.
 *
 * @example
 * try {
 *   kept.ledger.accounts;
 * } catch (error) {
 *   if (error instanceof LateViewError) console.error(error.message);
 * }
 */
export class LateViewError extends Error {
  override readonly name = 'LateViewError';
}

/**
 * Hands out a live view for one pass.
 *
 * In development mode the view is wrapped, and any use of it after its frame has left the chain throws a
 * {@link LateViewError}; otherwise the view itself is handed out, at no cost. Copy what you want to keep.
 */
export function liveView<V extends object>(context: StageContext, name: string, view: V): V {
  if (!context.development) return view;
  const { pass } = context;
  const check = (property: string | symbol): void => {
    if (context.pass === pass) return;
    throw new LateViewError(
      `${name}.${String(property)} was used after its pass: it is a live view; copy the values that you keep`,
    );
  };
  return new Proxy(view, {
    get(target, property) {
      check(property);
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      // A method may be taken off now and called later.
      return (...given: unknown[]): unknown => {
        check(property);
        return Reflect.apply(value, target, given);
      };
    },
  });
}
