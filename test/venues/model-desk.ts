import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import { type Frame, NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { type StageOperator, stage } from '../../src/core/stage.js';
import type { ClientOrderId } from '../../src/domain/brand.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { type Proposal, sign } from '../../src/domain/order.js';
import {
  books,
  dispatch,
  type LedgerFields,
  ledger,
  lookUps,
  maxPosition,
  type RiskOptions,
  risk,
} from '../../src/operators/index.js';

type Wish = Pick<Proposal, 'side' | 'price' | 'quantity' | 'timeInForce' | 'postOnly'>;

/** What the scripted agent does at a time: propose an order, or cancel the n-th one. */
export type Act = { readonly at: number } & ({ readonly propose: Wish } | { readonly cancel: number });

/** The largest position, in lots of a thousandth: the agent runs into it every now and then. */
export const LIMIT_LOTS = 25;

/** Milliseconds after which the venue refuses a request. */
export const REQUEST_EXPIRY = 400;

/** What the ledger says of everything at the end. */
export interface Books {
  readonly position: number;
  readonly open: readonly string[];
  /** Lots filled, by order. */
  readonly filled: Readonly<Record<string, number>>;
}

interface ScriptState {
  next: number;
  readonly submitted: ClientOrderId[];
}

/** An agent without a mind: acts when it is time, whatever the market does. */
function script(
  acts: readonly Act[],
  instrument: Instrument,
): StageOperator<Frame & LedgerFields, { proposals: readonly Proposal[] }> {
  return stage<Frame & LedgerFields, { proposals: readonly Proposal[] }, ScriptState>({
    name: 'script',
    adds: { proposals: NONE },
    init: () => ({ next: 0, submitted: [] }),
    step: (state, frame, context) => {
      const { event, ts } = frame;
      if (event.kind === 'submitted') state.submitted.push(event.order.clientOrderId);
      if (frame.seq > 1 && (event.kind !== 'timer' || event.name !== 'script')) return;
      const proposals: Proposal[] = [];
      for (let act = acts[state.next]; act !== undefined && act.at <= ts; act = acts[++state.next]) {
        if ('propose' in act) proposals.push(proposal(act.propose, instrument));
        else {
          // Mostly one that is open; every now and then one that is over, or is being canceled already.
          const open = Array.from(frame.ledger.openOrders(), ({ order }) => order.clientOrderId);
          const among = act.cancel % 4 === 0 || open.length === 0 ? state.submitted : open;
          const clientOrderId = among[act.cancel % Math.max(1, among.length)];
          if (clientOrderId === undefined) continue;
          const cancel = { instrument: instrument.id, clientOrderId, reason: 'changed its mind' };
          context.request({ kind: 'cancel', venue: instrument.venue, requestTime: ts, ...cancel });
          context.derive({ kind: 'cancelRequested', ...cancel });
        }
      }
      if (proposals.length > 0) frame.proposals = proposals;
      const due = acts[state.next]?.at;
      if (due !== undefined) context.request({ kind: 'timer', name: 'script', due });
    },
    save: ({ next, submitted }) => ({ next, submitted: [...submitted] }),
    restore: (saved) => {
      const { next, submitted } = saved as { next: number; submitted: readonly ClientOrderId[] };
      return { next, submitted: [...submitted] };
    },
  });
}

function proposal(wish: Wish, instrument: Instrument): Proposal {
  const { side, price, quantity } = wish;
  return {
    ...wish,
    instrument: instrument.id,
    type: price === 0 ? 'market' : 'limit',
    reduceOnly: false,
    attribution: [{ agent: 'script', quantity: sign(side) * quantity }],
    arrivalMid: Number.NaN,
  };
}

/** Books, ledger, the scripted agent, risk and dispatch, and look-ups of whatever is in doubt. */
export function modelDesk(
  instrument: Instrument,
  acts: readonly Act[],
  options: RiskOptions = {},
): Core<Frame & { readonly account: Books | undefined }> {
  return compose(
    { instruments: [instrument] },
    books(),
    ledger({ reportingCurrency: instrument.settle }),
    script(acts, instrument),
    lookUps({
      venues: { [instrument.venue]: { requestExpiry: REQUEST_EXPIRY } },
      firstWait: 50,
      longestWait: 2_000,
    }),
    risk([maxPosition({ limit: LIMIT_LOTS / 1_000 })], options),
    dispatch({ desk: 'model' }),
    pure(
      'account',
      (frame) => (frame.event.kind === 'barrier' ? booksOf(frame) : undefined),
      undefined as Books | undefined,
    ),
  );
}

function booksOf({ ledger: view, snapshot }: Frame & LedgerFields): Books {
  const { submitted } = (snapshot as unknown as { script: ScriptState }).script;
  return {
    position: view.position(0),
    open: Array.from(view.openOrders(), ({ order }) => order.clientOrderId).sort(),
    filled: Object.fromEntries(submitted.map((id) => [id, view.order(id)?.filled ?? Number.NaN])),
  };
}
