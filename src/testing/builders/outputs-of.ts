import { Observable, Subject } from 'rxjs';
import type { Core } from '../../core/core.js';
import type { Driver } from '../../core/driver.js';
import type { Frame } from '../../core/frame.js';
import type { Command } from '../../domain/command.js';
import type { Decision, Target } from '../../domain/decision.js';
import type { Event, EventKind, FaultEvent, OutsideEvent } from '../../domain/event.js';
import type { Intent } from '../../domain/intent.js';
import type { Proposal } from '../../domain/order.js';
import type { Signal } from '../../domain/signal.js';
import type { Verdict } from '../../domain/verdict.js';
import type { Pipeline } from '../pipeline-rows.js';
import { type PipelineOptions, pipelineOf } from './pipeline-of.js';
import { changes, each, type Reading, value } from './readings.js';

type FromEvents<Value> = Pipeline<Observable<OutsideEvent>, Observable<Value>>;

const read =
  <F extends Frame, Value>(
    core: Core<F>,
    reading: Reading<F, Value>,
    options?: PipelineOptions,
  ): FromEvents<Value> =>
  (source, context) =>
    reading(pipelineOf(core, options)(source, context));

/**
 * Runs a core and emits what is read off each frame; `undefined` emits nothing.
 *
 * @example
 * expectPipeline(valuesOf(core, ({ seq }) => seq)).given('q-q|', { q: quote(BTC, 100) }).emits('a-b|', { a: 1, b: 2 });
 */
export const valuesOf = <F extends Frame, Value>(
  core: Core<F>,
  pick: (frame: F) => Value | undefined,
  options?: PipelineOptions,
): FromEvents<Value> => read(core, value(pick), options);

/**
 * Runs a core and emits what is read off its frames, whenever it changes.
 *
 * @example
 * expectPipeline(changesOf(core, ({ position }) => position))
 */
export const changesOf = <F extends Frame, Value>(
  core: Core<F>,
  pick: (frame: F) => Value,
  options?: PipelineOptions,
): FromEvents<Value> => read(core, changes(pick), options);

/**
 * Runs a core and emits the signals that speak.
 *
 * @example
 * expectPipeline(signalsOf(core)).given('q--|', { q: quote(BTC, 100) }).emits('s--|', { s: matching({ direction: 1 }) });
 */
export const signalsOf = <F extends Frame & { readonly signals: readonly Signal[] }>(
  core: Core<F>,
  options?: PipelineOptions,
): FromEvents<Signal> =>
  read(
    core,
    each(({ signals }) => signals),
    options,
  );

/**
 * Runs a core and emits the agents' decisions.
 *
 * @example
 * expectPipeline(decisionsOf(compose({ instruments: [BTC] }, books(), agents([mine]))))
 *   .given('q--|', { q: quote(BTC, 100) })
 *   .emits('d--|', { d: matching({ agent: 'mine', exposure: 1 }) });
 */
export const decisionsOf = <F extends Frame & { readonly decisions: readonly Decision[] }>(
  core: Core<F>,
  options?: PipelineOptions,
): FromEvents<Decision> =>
  read(
    core,
    each(({ decisions }) => decisions),
    options,
  );

/**
 * Runs a core and emits the ensemble's targets.
 *
 * @example
 * expectPipeline(targetsOf(core)).given('q--|', { q: quote(BTC, 100) }).emits('t--|', { t: matching({ exposure: 1 }) });
 */
export const targetsOf = <F extends Frame & { readonly targets: readonly Target[] }>(
  core: Core<F>,
  options?: PipelineOptions,
): FromEvents<Target> =>
  read(
    core,
    each(({ targets }) => targets),
    options,
  );

/**
 * Runs a core and emits what sizing wants traded.
 *
 * @example
 * expectPipeline(intentsOf(core)).given('q--|', { q: quote(BTC, 100) }).emits('i--|', { i: matching({ side: 'buy' }) });
 */
export const intentsOf = <F extends Frame & { readonly intents: readonly Intent[] }>(
  core: Core<F>,
  options?: PipelineOptions,
): FromEvents<Intent> =>
  read(
    core,
    each(({ intents }) => intents),
    options,
  );

/**
 * Runs a core and emits the orders that routing proposes.
 *
 * @example
 * expectPipeline(proposalsOf(core)).given('q--|', { q: quote(BTC, 100) }).emits('p--|', { p: matching({ side: 'buy' }) });
 */
export const proposalsOf = <F extends Frame & { readonly proposals: readonly Proposal[] }>(
  core: Core<F>,
  options?: PipelineOptions,
): FromEvents<Proposal> =>
  read(
    core,
    each(({ proposals }) => proposals),
    options,
  );

/**
 * Runs a core and emits what risk says: approvals and denials.
 *
 * @example
 * expectPipeline(verdictsOf(core)).given('q--|', { q: quote(BTC, 100) }).emits('v--|', { v: matching({ kind: 'approved' }) });
 */
export const verdictsOf = <F extends Frame & { readonly verdicts: readonly Verdict[] }>(
  core: Core<F>,
  options?: PipelineOptions,
): FromEvents<Verdict> =>
  read(
    core,
    each(({ verdicts }) => verdicts),
    options,
  );

/**
 * Runs a core and emits the events of one kind that pass through it, from outside or derived.
 *
 * @example
 * expectPipeline(eventsOf(core, 'denied'))
 */
export const eventsOf = <Kind extends EventKind>(
  core: Core<Frame>,
  kind: Kind,
  options?: PipelineOptions,
): FromEvents<Extract<Event, { readonly kind: Kind }>> =>
  read(
    core,
    value(({ event }) =>
      event.kind === kind ? (event as Extract<Event, { readonly kind: Kind }>) : undefined,
    ),
    options,
  );

/**
 * Runs a core and emits its faults: what was contained, refused or told to an operator.
 *
 * @example
 * expectPipeline(faultsOf(core)).given('q--|', { q: quote(BTC, 100) }).emits('---|', {});
 */
export const faultsOf = (core: Core<Frame>, options?: PipelineOptions): FromEvents<FaultEvent> =>
  eventsOf(core, 'fault', options);

/**
 * Runs a core and emits every command that the gate lets out: orders, cancels, questions. (Timers stay inside.)
 *
 * @example
 * expectPipeline(commandsOf(core, { drivers: [fakeVenue('binance')] }))
 *   .given('q--|', { q: quote(BTC, 100) })
 *   .emits('s--|', { s: matching({ kind: 'submit', order: { side: 'buy' } }) });
 */
export const commandsOf =
  <F extends Frame>(core: Core<F>, options: PipelineOptions = {}): FromEvents<Command> =>
  (source, context) =>
    new Observable<Command>((subscriber) => {
      const commands = new Subject<Command>();
      const watcher: Driver = {
        name: 'watcher',
        connect: ({ commands$ }) => {
          commands$.subscribe(commands);
          return new Observable();
        },
      };
      subscriber.add(commands.subscribe({ next: (command) => subscriber.next(command) }));
      // First in line, so that an answer given within a command comes after it.
      const drivers = [watcher, ...(options.drivers ?? [])];
      subscriber.add(
        pipelineOf(core, { ...options, drivers })(source, context).subscribe({
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      );
    });
