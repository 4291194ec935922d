import type { StageContext } from '../../src/core/context.js';
import type { Frame } from '../../src/core/frame.js';
import { type StageOperator, stage } from '../../src/core/stage.js';
import type { ClientOrderId } from '../../src/domain/brand.js';
import type { ReportEvent } from '../../src/domain/event.js';
import type { LedgerFields } from '../../src/operators/index.js';

interface Doubt {
  due: number;
  wait: number;
  /** When it was first asked about while open, and when since it is known to have ended; `Infinity` while it was not. */
  asked: number;
  askedEnded: number;
}

interface State {
  readonly orders: Map<ClientOrderId, Doubt>;
  /** Reconciliations of everything that are still to come. */
  everything: number[];
}

const FIRST_WAIT = 50;
const FRESH = { wait: FIRST_WAIT, asked: Number.POSITIVE_INFINITY, askedEnded: Number.POSITIVE_INFINITY };
const LONGEST_WAIT = 2_000;

/**
 * Looks up every order in doubt until the venue has answered, with growing patience; after a reconnect whatever is open,
 * and everything that the venue knows, now and a few times more (nobody answers for sure). Once more when it is calm.
 *
 * ```
 * reports   --u--------a--      u: unknown, a: where it stands
 * asks      ---?--?-----        after 50 ms, 100, 200 …
 * ```
 */
export function lookUps(calmFrom: number): StageOperator<Frame & LedgerFields, object> {
  return stage<Frame & LedgerFields, object, State>({
    name: 'look-ups',
    adds: {},
    init: () => ({ orders: new Map(), everything: [] }),
    step: (state, frame, context) => {
      const { event, ts } = frame;
      if (event.kind === 'report') hear(state, event, frame);
      else if (event.kind === 'link' && event.state === 'up') {
        for (const { order } of frame.ledger.openOrders()) doubt(state, order.clientOrderId, ts);
        state.everything = [ts, ts + 500, ts + 2_000, calmFrom + 1_000];
      } else if (event.kind !== 'timer' || event.name !== 'look-ups') return;
      ask(state, frame, context);
      const due = Math.min(...state.everything, ...[...state.orders.values()].map((each) => each.due));
      if (due < Number.POSITIVE_INFINITY) context.request({ kind: 'timer', name: 'look-ups', due });
    },
    save: ({ orders, everything }) => ({
      orders: [...orders].map(([id, doubt]) => [id, { ...doubt }]),
      everything: [...everything],
    }),
    restore: (saved) => {
      const { orders, everything } = saved as {
        orders: readonly (readonly [ClientOrderId, Doubt])[];
        everything: readonly number[];
      };
      return {
        orders: new Map(orders.map(([id, each]) => [id, { ...each }])),
        everything: [...everything],
      };
    },
  });
}

function doubt({ orders }: State, id: ClientOrderId, ts: number): void {
  orders.set(id, { ...FRESH, due: ts + FIRST_WAIT });
}

function hear(state: State, report: ReportEvent, { ledger, ts }: Frame & LedgerFields): void {
  const { clientOrderId: id, type } = report;
  const ended = (ledger.order(id)?.remaining ?? 0) === 0;
  // A cancel that is refused while the order seems open: it may have ended by a word that was lost.
  if (type === 'unknown' || (type === 'cancelRejected' && !ended)) {
    doubt(state, id, ts);
    return;
  }
  const known = state.orders.get(id);
  if (known === undefined || type === 'fill' || type === 'cancelRejected') return;
  // An old word that comes late is no answer; and `canceled` may answer the cancel, while the fills before it were lost:
  // an order that has ended is asked about once more.
  const stands = type === 'accepted' && report.reason === 'resting' && report.venueTime >= known.asked;
  if (stands || (ended && report.venueTime >= known.askedEnded)) state.orders.delete(id);
}

function ask(state: State, { ledger, ts }: Frame & LedgerFields, context: StageContext): void {
  const { id: instrument, definition } = context.instruments.at(0);
  const common = { kind: 'ask', what: 'order', venue: definition.venue, instrument } as const;
  for (const [clientOrderId, each] of state.orders) {
    if (each.due > ts) continue;
    // Filled to the last lot: there is nothing that the venue could add.
    if (ledger.order(clientOrderId)?.status === 'filled') {
      state.orders.delete(clientOrderId);
      continue;
    }
    each.asked = Math.min(each.asked, ts);
    if (ledger.order(clientOrderId)?.remaining === 0) each.askedEnded = Math.min(each.askedEnded, ts);
    each.wait = Math.min(2 * each.wait, LONGEST_WAIT);
    each.due = ts + each.wait;
    context.request({ ...common, clientOrderId });
  }
  const due = state.everything.filter((time) => time <= ts);
  if (due.length === 0) return;
  state.everything = state.everything.filter((time) => time > ts);
  context.request(common);
}
