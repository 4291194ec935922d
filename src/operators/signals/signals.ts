import type { StageContext } from '../../core/context.js';
import { filledInPass } from '../../core/filled-in-pass.js';
import { type Frame, NONE } from '../../core/frame.js';
import { liveView } from '../../core/live-view.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { uniqueNames } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { MOST_AHEAD, type Signal } from '../../domain/signal.js';
import type { MarketFields } from '../books/books.js';
import { noPromise } from '../no-promise.js';
import { Quarantine } from '../quarantine.js';
import { faultOf, type SignalDefinition } from './signal.js';
import { SignalPool, type SignalPoolView } from './signal-pool.js';

/** What `signals` adds to a frame. */
export interface SignalFields {
  /** The signals that spoke on this frame. */
  signals: readonly Signal[];
  /** All signals that count now: live, for this pass only. */
  pool: SignalPoolView;
}

/** Everything that these signals read of a frame. */
export type SignalNeeds<S extends readonly unknown[]> = (
  S[number] extends infer One
    ? One extends SignalDefinition<infer F>
      ? (frame: F) => void
      : never
    : never
) extends (frame: infer All extends Frame) => void
  ? All
  : Frame;

/** Signals, each with needs of its own; anything else does not compile. */
export type SignalList<S extends readonly unknown[]> = {
  readonly [K in keyof S]: S[K] extends SignalDefinition<infer F> ? SignalDefinition<F> : never;
};

interface State {
  readonly pool: SignalPool;
  readonly quarantines: readonly Quarantine[];
}

/**
 * Asks the signals on every market event and keeps what they said in the shared pool, until it expires.
 *
 * ```
 * quotes   h-l-hhhh
 *          signals([cheap])     cheap speaks at l, and its word counts for 3 ms
 * signals  --s-----
 * pool     z-o--z--             nothing, one signal, nothing again
 * ```
 *
 * Signals of other processes (`signal` events) join the same pool, unless they are late, more than 5 s ahead of time, or nonsense. When an instrument loses its book, what was said
 * about it is forgotten. A signal that throws or says nonsense is quarantined; the others do not notice.
 *
 * @throws ConfigurationError when two signals share a name
 *
 * @example
 * compose({ instruments: [btc] }, books(), signals([cheap]));
 */
export function signals<const S extends readonly unknown[]>(
  definitions: S & SignalList<S>,
): StageOperator<SignalNeeds<S> & MarketFields, SignalFields>;
export function signals<F extends Frame>(
  definitions: readonly SignalDefinition<F>[],
): StageOperator<F & MarketFields, SignalFields>;
export function signals<F extends Frame>(
  definitions: readonly SignalDefinition<F>[],
): StageOperator<F & MarketFields, SignalFields> {
  uniqueNames('signals', definitions);
  return stage<F & MarketFields, SignalFields, State>({
    name: 'signals',
    version: 2,
    fingerprint: definitions
      .map(({ name, horizon, lifetime, carries: { halfLife, model, features } }) =>
        [`${name}(${horizon},${lifetime}`, halfLife, model, features]
          .filter((part) => part !== undefined)
          .join(',')
          .concat(')'),
      )
      .join(';'),
    adds: { signals: NONE, pool: filledInPass<SignalPoolView>() },
    init: () => ({ pool: new SignalPool(), quarantines: definitions.map(() => new Quarantine()) }),
    step: (state, frame, context) => {
      const { pool } = state;
      pool.at(frame.ts);
      switch (frame.event.kind) {
        case 'quote':
        case 'book':
        case 'bookOrder':
        case 'trade':
        case 'bar':
          if (frame.synced) ask(definitions, state, frame, context);
          break;
        case 'sync':
          if (frame.event.state === 'unsynced') pool.silence(frame.event.instrument);
          break;
        case 'signal':
          takeIn(pool, frame.event.signal, frame, context);
          break;
        default:
      }
      frame.pool = liveView<SignalPoolView>(context, 'frame.pool', pool);
    },
    save: ({ pool, quarantines }) => ({
      pool: pool.save(),
      quarantines: quarantines.map((one) => one.save()),
    }),
    restore: (saved) => {
      const { pool, quarantines } = saved as { pool: Plain; quarantines: readonly Plain[] };
      return {
        pool: SignalPool.restore(pool),
        quarantines: quarantines.map((one) => Quarantine.restore(one)),
      };
    },
  });
}

/** What another process says: it may be nonsense too. */
function takeIn(pool: SignalPool, spoken: Signal, frame: Frame & SignalFields, context: StageContext): void {
  const ahead = spoken.eventTime - frame.ts;
  // Taken, it would make every word of its name late until its time has come.
  const early = ahead > MOST_AHEAD ? `it is of an event ${ahead} ms from now` : undefined;
  const fault = frame.instrument < 0 ? `nobody knows ${spoken.instrument}` : (faultOf(spoken) ?? early);
  if (fault !== undefined) context.fault(`signal:${spoken.name}`, 'bad-signal', fault);
  else {
    const known = { ...spoken, knownTime: frame.ts };
    if (pool.put(known)) frame.signals = [known];
  }
}

function ask<F extends Frame>(
  definitions: readonly SignalDefinition<F>[],
  { pool, quarantines }: State,
  frame: F & MarketFields & SignalFields,
  context: StageContext,
): void {
  for (let index = 0; index < definitions.length; index++) {
    const definition = definitions[index] as SignalDefinition<F>;
    const quarantine = quarantines[index] as Quarantine;
    if (quarantine.holds(frame.ts)) continue;
    let opinion: ReturnType<typeof definition.evaluate>;
    try {
      opinion = definition.evaluate(frame);
      noPromise(opinion, 'a signal speaks at once');
      const fault = opinion === undefined ? undefined : faultOf(opinion);
      if (fault !== undefined) throw new RangeError(fault);
    } catch (error) {
      quarantine.failed(context, `signal:${definition.name}`, frame.ts, error);
      continue;
    }
    quarantine.passed();
    if (opinion === undefined) continue;
    const spoken: Signal = {
      name: definition.name,
      instrument: context.instruments.at(frame.instrument).id,
      direction: opinion.direction,
      strength: opinion.strength,
      confidence: opinion.confidence,
      horizon: definition.horizon,
      eventTime: frame.ts,
      validUntil: frame.ts + definition.lifetime,
      knownTime: frame.ts,
      ...definition.carries,
    };
    if (!pool.put(spoken)) continue;
    if (frame.signals === NONE) frame.signals = [spoken];
    else (frame.signals as Signal[]).push(spoken);
  }
}
