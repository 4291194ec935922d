import type { ClientOrderId, Frame, InstrumentId, Order, Proposal } from 'millrace';
import { stage } from 'millrace';
import type { LedgerFields } from 'millrace/operators';

/** What the stage adds to a frame. */
export interface SignalOrderFields {
  proposals: readonly Proposal[];
  /** The order that a signal has become, in the frame that sends it. */
  signalOrder: { readonly signal: string; readonly order: Order } | undefined;
}

/** How signals become orders. */
export interface SignalOrderOptions {
  readonly instrument: InstrumentId;
  /** Lots of each order. */
  readonly quantity: number;
  /** Every so manieth order rests at the venue, and is canceled when it has rested for a while; 0: none. */
  readonly restsEvery: number;
  /** Milliseconds for which it rests. */
  readonly restsFor: number;
}

interface Working {
  readonly signal: string;
  readonly direction: 1 | -1;
  readonly rests: boolean;
}

interface State {
  /** Signals that have no order yet, oldest first. */
  readonly waiting: Working[];
  /** Orders on their way or working: what is over is forgotten, and the ledger remembers it for a while. */
  readonly orders: Map<ClientOrderId, Working>;
  /** What was proposed in the last frame, until risk's word passes. */
  proposed: Working | undefined;
  taken: number;
}

/**
 * One order for each signal, whatever happens to the process: bought or sold at the market.
 *
 * ```
 * signals    a--b---------------
 * proposals  a--b------------b--
 * lookedUp   -------------b-----     b's order never arrived at the venue, and never will
 * ```
 *
 * An order that was sent is the signal's order. Only when the venue refuses it, or has proven never to have had it, the
 * signal waits for another one.
 */
export const signalOrders = ({ instrument, quantity, restsEvery, restsFor }: SignalOrderOptions) =>
  stage<Frame & LedgerFields, SignalOrderFields, State>({
    name: 'signal-orders',
    fingerprint: JSON.stringify({ instrument, quantity, restsEvery, restsFor }),
    adds: { proposals: [], signalOrder: undefined },
    init: () => ({ waiting: [], orders: new Map(), proposed: undefined, taken: 0 }),
    step: (state, frame, context) => {
      const { event, ts } = frame;
      switch (event.kind) {
        case 'signal': {
          const { name, direction } = event.signal;
          if (direction === 0) return;
          const rests = restsEvery > 0 && state.taken % restsEvery === 0;
          state.waiting.push({ signal: name, direction, rests });
          state.taken++;
          break;
        }
        case 'submitted': {
          const { order } = event;
          const working = state.proposed;
          if (working === undefined) return;
          state.proposed = undefined;
          state.orders.set(order.clientOrderId, working);
          frame.signalOrder = { signal: working.signal, order };
          if (working.rests)
            context.request({ kind: 'timer', name: `cancel ${order.clientOrderId}`, due: ts + restsFor });
          return;
        }
        case 'denied': {
          if (state.proposed !== undefined) state.waiting.unshift(state.proposed);
          state.proposed = undefined;
          return;
        }
        case 'lookedUp': {
          if (event.outcome === 'neverArrived') again(state, event.clientOrderId);
          break;
        }
        case 'report': {
          // The gate's own word, which has no time of the venue: the cancel came while the order was still held here.
          const unsent = event.type === 'canceled' && event.venueTime === 0;
          if (event.type === 'rejected' || unsent) again(state, event.clientOrderId);
          else if (
            event.type === 'canceled' ||
            event.type === 'expired' ||
            isOver(frame, event.clientOrderId)
          )
            state.orders.delete(event.clientOrderId);
          break;
        }
        case 'truth': {
          for (const id of state.orders.keys()) {
            if (frame.ledger.order(id)?.status === 'rejected') again(state, id);
            else if (isOver(frame, id)) state.orders.delete(id);
          }
          break;
        }
        case 'timer': {
          const id = event.name.slice('cancel '.length) as ClientOrderId;
          if (!event.name.startsWith('cancel ') || !state.orders.has(id)) return;
          const venue = context.instruments.find(instrument)?.definition.venue ?? '';
          const reason = 'rested long enough';
          context.request({ kind: 'cancel', venue, instrument, clientOrderId: id, requestTime: ts, reason });
          context.derive({ kind: 'cancelRequested', clientOrderId: id, instrument, reason });
          return;
        }
        default:
      }
      // One order a frame: the word of risk that follows is about this one.
      const next = state.waiting.shift();
      if (next === undefined) return;
      state.proposed = next;
      frame.proposals = [
        {
          instrument,
          side: next.direction > 0 ? 'buy' : 'sell',
          type: 'market',
          timeInForce: next.rests ? 'GTC' : 'IOC',
          price: 0,
          quantity,
          reduceOnly: false,
          postOnly: false,
          attribution: [{ agent: 'signals', quantity: next.direction * quantity }],
          arrivalMid: Number.NaN,
        },
      ];
    },
    save: ({ waiting, orders, proposed, taken }) => ({
      waiting: waiting.map((working) => ({ ...working })),
      orders: [...orders]
        .map(([id, working]) => [id, { ...working }] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
      proposed: proposed === undefined ? null : { ...proposed },
      taken,
    }),
    restore: (saved) => {
      const { waiting, orders, proposed, taken } = saved as unknown as {
        waiting: readonly Working[];
        orders: readonly (readonly [ClientOrderId, Working])[];
        proposed: Working | null;
        taken: number;
      };
      return { waiting: [...waiting], orders: new Map(orders), proposed: proposed ?? undefined, taken };
    },
  });

/** Whether nothing of the order can trade any more, as far as the ledger in front of this stage knows. */
const isOver = ({ ledger }: LedgerFields, id: ClientOrderId): boolean =>
  (ledger.order(id)?.remaining ?? 0) === 0;

function again({ orders, waiting }: State, id: ClientOrderId): void {
  const working = orders.get(id);
  if (working === undefined) return;
  orders.delete(id);
  waiting.push(working);
}
