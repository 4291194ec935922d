import fc from 'fast-check';
import type { OutsideEvent, TimedEvent } from '../../src/domain/event.js';
import { instrument } from '../../src/domain/instrument.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { recordingOf } from '../../src/streams/replay/memory.js';
import {
  type ScriptedFault,
  type SelfTradePrevention,
  type SimulatedFaults,
  type SimulatedLatency,
  simulatedVenue,
} from '../../src/venues/simulated/index.js';
import { SPOT } from './desk.js';
import { type Act, type Books, modelDesk, REQUEST_EXPIRY } from './model-desk.js';
import { type Step, step } from './random-steps.js';

const BTC = instrument(SPOT);
/** When the world begins. */
export const START = 1_000_000;
/** Milliseconds from one step to the next. */
export const STEP = 40;

const chance = fc.constantFrom(0, 0.05, 0.3);
/** What happens in the market, what the desk does, and how the venue fails. */
export interface World {
  readonly steps: readonly Step[];
  readonly seed: number;
  readonly chances: NonNullable<SimulatedFaults['chances']>;
  readonly script?: readonly ScriptedFault[];
  readonly latency: SimulatedLatency;
  /** An operator's word at the n-th step. */
  readonly control: {
    readonly nth: number;
    readonly action: 'kill' | 'reduce';
    readonly onKill: 'cancel' | 'flatten';
  } | null;
  readonly selfTradePrevention: SelfTradePrevention;
}

export const worlds: fc.Arbitrary<World> = fc.record({
  steps: fc.array(
    step.filter(({ kind }) => kind !== 'ask'),
    { minLength: 5, maxLength: 60, size: 'max' },
  ),
  seed: fc.nat(1_000_000),
  chances: fc.record({
    reject: chance,
    lostRequest: chance,
    lostReply: chance,
    fillAfterCancel: fc.constantFrom(0, 0.5),
    disconnect: fc.constantFrom(0, 0.05, 0.15),
    late: chance,
    reorder: chance,
    double: chance,
    repeatedExecution: chance,
  }),
  latency: fc.constantFrom<SimulatedLatency>(
    {},
    { submit: 15, report: 10 },
    {
      submit: { kind: 'uniform', from: 0, to: 60 },
      report: { kind: 'lognormal', median: 8, sigma: 1, most: 60 },
    },
  ),
  control: fc.option(
    fc.record({
      nth: fc.nat(60),
      action: fc.constantFrom('kill' as const, 'reduce' as const),
      onKill: fc.constantFrom('cancel' as const, 'flatten' as const),
    }),
  ),
  selfTradePrevention: fc.constantFrom('none' as const, 'cancelNewest' as const, 'cancelOldest' as const),
});

/** The steps as a recording and a script, each step some milliseconds after the one before. */
function laidOut({ steps, control }: Pick<World, 'steps' | 'control'>): {
  recording: TimedEvent[];
  acts: Act[];
  end: number;
} {
  const recording: TimedEvent[] = [];
  const acts: Act[] = [];
  let ts = START;
  let book = 0;
  const put = (event: OutsideEvent) => recording.push({ ts, event });
  const common = () => ({ instrument: BTC.id, venueTime: ts });
  const show = (bids: readonly number[], asks: readonly number[]) => {
    const id = ++book;
    const action = id % 4 === 1 ? 'snapshot' : 'delta';
    put({
      kind: 'book',
      ...common(),
      action,
      first: id,
      last: id,
      previous: -1,
      bids: [...bids, 94, 20],
      asks: [...asks, 106, 20],
    });
  };
  show([99, 20, 98, 20], [100, 20, 101, 20]);
  for (const [nth, each] of steps.entries()) {
    ts += STEP;
    if (nth === control?.nth) {
      put({ kind: 'control', action: control.action, scope: 'desk', value: 0, by: 'anna', reason: 'a test' });
    }
    if (each.kind === 'book') {
      const bids = each.bid.flatMap(([offset, lots]) => [99 - offset, lots]);
      show(
        bids,
        each.ask.flatMap(([offset, lots]) => [100 + offset, lots]),
      );
    } else if (each.kind === 'trade') {
      const { price, quantity, aggressor } = each;
      put({ kind: 'trade', ...common(), tradeId: '', price, quantity, aggressor });
    } else if (each.kind === 'status') put({ kind: 'status', ...common(), state: each.state });
    else if (each.kind === 'gap') book += 2;
    else if (each.kind === 'wait') ts += 100 * each.time;
    else if (each.kind === 'cancel') acts.push({ at: ts, cancel: each.nth });
    else if (each.kind === 'submit') {
      const { side, price = 0, quantity, postOnly } = each;
      const market = price === 0;
      const timeInForce = market ? 'IOC' : each.timeInForce;
      const propose = {
        side,
        price,
        quantity,
        timeInForce,
        postOnly: !market && postOnly && timeInForce === 'GTC',
      };
      acts.push({ at: ts, propose });
    }
  }
  const end = ts;
  if (control?.onKill === 'flatten') {
    // Whoever flattens asks anew every second until it is flat: it settles only where somebody trades with it.
    ts = end + 2_000;
    put({ kind: 'status', ...common(), state: 'open' });
    book = 4 * Math.ceil(book / 4);
    show([99, 1_000], [100, 1_000]);
  }
  return { recording, acts, end };
}

interface VenueBooks {
  readonly registrar: {
    readonly positions: Readonly<Record<string, number>>;
    readonly finished: readonly VenueOrder[];
  };
  readonly markets: Readonly<
    Record<string, { readonly resting: Record<'buy' | 'sell', readonly VenueOrder[]> }>
  >;
}

interface VenueOrder {
  readonly clientOrderId: string;
  readonly fills: readonly { readonly quantity: number }[];
}

/** What the desk and the venue say when it is over, and how often what was said on the way. */
export interface Outcome {
  readonly desk: Books;
  readonly venue: Books;
  readonly said: Readonly<Record<string, number>>;
}

/** Lets a world happen, until nobody has anything left to say. */
export async function happen(world: World): Promise<Outcome> {
  const { seed, chances, script = [], latency, selfTradePrevention, control } = world;
  const { recording, acts, end } = laidOut(world);
  const calmFrom = end + 1_000;
  const faults = { seed, chances, script, calmFrom, timeout: 600, outage: 700, lateness: 200 };
  const capabilities = { requestExpiry: REQUEST_EXPIRY };
  const venue = simulatedVenue({ venue: BTC.venue, latency, selfTradePrevention, faults, capabilities });
  const pipeline = backtest(
    modelDesk(BTC, acts, { onKill: control?.onKill ?? 'cancel' }),
    recordingOf(recording),
    { drivers: [venue] },
  );
  const said: Record<string, number> = {};
  let books: Books | undefined;
  let exchange: VenueBooks | undefined;
  pipeline.snapshots$.subscribe(({ drivers }) => {
    ({ exchange } = drivers[venue.name] as unknown as { exchange: VenueBooks });
  });
  await pipeline.forEach(({ event, account }) => {
    const what =
      event.kind === 'fault'
        ? `${event.component} ${event.code}`
        : event.kind === 'report'
          ? event.type
          : event.kind;
    said[what] = (said[what] ?? 0) + 1;
    books = account ?? books;
  });
  if (books === undefined || exchange === undefined) throw new Error('the run ended without a barrier');
  if (pipeline.halted !== undefined)
    throw new Error(`${pipeline.halted.component}: ${pipeline.halted.message}`);
  return { desk: books, venue: told(exchange, books), said };
}

/** What the venue says, in the words of the desk. An order that it never had has no fills. */
function told({ registrar, markets }: VenueBooks, known: Books): Books {
  const resting = Object.values(markets).flatMap(({ resting: { buy, sell } }) => [...buy, ...sell]);
  const filled = Object.fromEntries(Object.keys(known.filled).map((id) => [id, 0]));
  for (const { clientOrderId, fills } of [...resting, ...registrar.finished]) {
    filled[clientOrderId] = fills.reduce((sum, { quantity }) => sum + quantity, 0);
  }
  return {
    position: registrar.positions[BTC.id] ?? 0,
    open: resting.map(({ clientOrderId }) => clientOrderId).sort(),
    filled,
  };
}
