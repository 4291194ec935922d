import { MarbleSyntaxError } from './marble-syntax-error.js';
import type { Notice, Timeline } from './notice.js';
import { scanDiagram } from './scan-diagram.js';

/**
 * Reads a diagram of one subscription.
 *
 * ```
 * ^--!     subscribed at once, unsubscribed at 3 steps
 * --^--    subscribed at 2 steps, and still so when the run ends
 * -----    never subscribed
 * ```
 *
 * @param step milliseconds a column
 * @throws MarbleSyntaxError for any other sign, and where `^` and `!` do not come once and in this order.
 */
export function parseSubscription(diagram: string, step: number): Timeline {
  const { marks, span } = scanDiagram(diagram, step);
  const notices = marks.map(({ sign, at, column }, index): Notice => {
    if (sign !== '^' && sign !== '!') {
      throw new MarbleSyntaxError(diagram, column, `a diagram of subscriptions has no "${sign}"`);
    }
    if (sign !== '^!'[index]) {
      throw new MarbleSyntaxError(diagram, column, 'one "^" comes first, and at most one "!" after it');
    }
    return { kind: sign === '^' ? 'subscribe' : 'unsubscribe', at };
  });
  return { notices, span };
}
