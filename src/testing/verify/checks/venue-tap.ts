import { filter, Observable, Subject } from 'rxjs';
import type { Driver } from '../../../core/driver.js';
import type { Command } from '../../../domain/command.js';
import type { TruthEvent } from '../../../domain/event.js';
import type { Plain } from '../../../domain/plain.js';

/** What goes between a desk and its venues, over crashes of the desk. */
export class Traffic {
  /** Client order ids by how often they were sent. */
  readonly sent: Map<string, number> = new Map();
  /** Positions as venues told them when they were asked at the end, by instrument, in lots. */
  readonly truth: Map<string, number> = new Map();
  /** Nothing passes any more, in either direction. */
  cut = false;
  /** Called before a submit reaches a driver, and after it has. */
  onSubmit: (when: 'before' | 'after', id: string) => void = () => undefined;
  readonly #asks = new Subject<Command>();
  #asking = false;

  /** Asks every venue for its truth; what they answer is kept and not told to the desk. */
  askTruth(venues: readonly string[], now: number): void {
    this.#asking = true;
    for (const venue of venues) this.#asks.next({ kind: 'reconcile', venue, requestTime: now });
  }

  /** The driver with its traffic watched; `restored` is its state of the life before. */
  watch(driver: Driver, restored: Plain | undefined, hears: () => boolean): Driver {
    return {
      ...driver,
      name: driver.name,
      connect: (context) =>
        new Observable((output) => {
          const commands = new Subject<Command>();
          output.add(this.#asks.subscribe((ask) => commands.next(ask)));
          output.add(
            context.commands$.subscribe({
              next: (command) => this.#pass(command, driver, commands),
              complete: () => commands.complete(),
            }),
          );
          const inner = driver.connect({
            ...context,
            commands$: commands,
            // A follower's venue has seen these events in its life before.
            events$: context.events$.pipe(filter(() => !this.cut && hears())),
            restored: restored ?? context.restored,
          });
          output.add(
            inner.subscribe({
              next: (event) => {
                if (this.cut) return;
                if (event.kind === 'truth' && this.#asking) this.#take(event);
                else output.next(event);
              },
              error: (error: unknown) => output.error(error),
              complete: () => output.complete(),
            }),
          );
        }),
      ...(driver.save === undefined ? {} : { save: () => driver.save?.() ?? null }),
    };
  }

  #pass(command: Command, driver: Driver, commands: Subject<Command>): void {
    if (this.cut) return;
    // Every driver hears every command: an order is sent once, to the driver of its venue.
    const counts = command.kind === 'submit' && isOf(driver, command.order.venue);
    const id = command.kind === 'submit' ? (command.order.clientOrderId as string) : '';
    if (counts) this.onSubmit('before', id);
    if (this.cut) return;
    if (counts) this.sent.set(id, (this.sent.get(id) ?? 0) + 1);
    commands.next(command);
    if (counts) this.onSubmit('after', id);
  }

  #take(event: TruthEvent): void {
    for (const { instrument, quantity } of event.positions) this.truth.set(instrument, quantity);
  }
}

const isOf = (driver: Driver, venue: string): boolean =>
  driver.venue === undefined
    ? driver.name === `venue:${venue}` || driver.name === venue
    : driver.venue.name === venue;
