import fc from 'fast-check';
import type { VenueUnderTest } from './venue-under-test.js';
import type { Wire } from './wire.js';

/** One step of a strategy's script; orders are named by number. */
export type Step =
  | { readonly do: 'submit'; readonly lots: number }
  | { readonly do: 'cancel'; readonly order: number }
  | { readonly do: 'fill'; readonly lots: number }
  | { readonly do: 'lookUp'; readonly order: number };

/** Random schedules: orders that rest, cancels in and out of season, fills in part and in whole, look-ups. */
export const scripts: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('submit' as const), lots: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ do: fc.constant('cancel' as const), order: fc.nat(4) }),
    fc.record({ do: fc.constant('fill' as const), lots: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ do: fc.constant('lookUp' as const), order: fc.nat(4) }),
  ),
  { minLength: 3, maxLength: 12 },
);

interface Played {
  readonly id: string;
  left: number;
  over: boolean;
}

/**
 * Plays a script at a venue, each step when the one before was answered, and gives what was said of every order, in order:
 * the same at every venue. Lots of a script are twentieths of `venue.lots`; a fill is of the latest order that is open.
 *
 * @param run sets the ids of this script apart from those of others
 */
export async function orderTrace(
  venue: VenueUnderTest,
  wire: Wire,
  run: number,
  script: readonly Step[],
): Promise<readonly (readonly string[])[]> {
  const unit = venue.lots / 20;
  const orders: Played[] = [];
  const heard = (id: string): number => wire.said(id).length;
  const answered = async (id: string, action: () => void): Promise<void> => {
    const before = heard(id);
    action();
    await wire.until(`an answer about ${id}`, () => heard(id) > before);
  };
  /** A word that was under way already is no answer to a cancel. */
  const canceled = async (id: string): Promise<void> => {
    const before = heard(id);
    wire.cancel(id);
    await wire.until(`an answer to the cancel of ${id}`, () =>
      wire
        .said(id)
        .slice(before)
        .some((word) => word.startsWith('cancel')),
    );
  };
  for (const step of script) {
    if (step.do === 'submit') {
      const id = `t${run}-${orders.length}`;
      // Each a little above the one before, so that what is sold meets the latest.
      const price = venue.restingPrice + 10 * orders.length;
      orders.push({ id, left: step.lots, over: false });
      await answered(id, () => wire.submit(id, { price, quantity: step.lots * unit }));
    } else if (step.do === 'fill') {
      const order = orders.findLast(({ over }) => !over);
      if (order === undefined) continue;
      const lots = Math.min(step.lots, order.left);
      await answered(order.id, () => venue.double.fill(order.id, lots * unit));
      order.left -= lots;
      order.over = order.left === 0;
    } else {
      const order = orders[step.order];
      if (order === undefined) continue;
      if (step.do === 'lookUp') {
        // Of a filled order its fills are answer enough; not every venue adds a word.
        if (order.left === 0) continue;
        const asked = wire.ask(order.id);
        await wire.until('the answer to a look-up', () =>
          wire.reports.some(
            (report) => report.clientOrderId === order.id && 'answers' in report && report.answers === asked,
          ),
        );
      } else {
        await canceled(order.id);
        order.over = true;
      }
    }
  }
  for (const { id, over } of orders) if (!over) await canceled(id);
  // A venue may say the same by its stream and as an answer: the later of the two may still be under way.
  await new Promise((resolve) => setTimeout(resolve, 40));
  return orders.map(({ id }) => traceOf(wire, id));
}

/** The states that an order went through: what is told again, as an answer may be, is no other state. */
function traceOf(wire: Wire, id: string): readonly string[] {
  const executions = new Set<string>();
  const words = wire.said(id);
  return wire.reports
    .filter(({ clientOrderId }) => clientOrderId === id)
    .flatMap((report, index) => {
      if (report.type !== 'fill') return words.slice(index, index + 1);
      const known = executions.has(report.executionId);
      executions.add(report.executionId);
      return known ? [] : words.slice(index, index + 1);
    })
    .filter((word, index, all) => word !== all[index - 1] || word.startsWith('fill'));
}
