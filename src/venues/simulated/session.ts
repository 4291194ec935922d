import type { Subscriber } from 'rxjs';
import type { DriverContext } from '../../core/driver.js';
import type { Command } from '../../domain/command.js';
import { ConfigurationError, show } from '../../domain/errors.js';
import type { BustReport, CorrectionReport, OutsideEvent, StateReport } from '../../domain/event.js';
import type { Plain } from '../../domain/plain.js';
import { checkApproval } from './check-approval.js';
import { type Delayed, DelayLine } from './delay-line.js';
import { Exchange, type ExchangeState, type VenueRequest } from './exchange.js';
import type { VenueSettings } from './options.js';
import { requestFor } from './request-for.js';
import type { Fill } from './venue-order.js';

type Plainly<T> = { readonly [Field in keyof T]: T[Field] };
type Report = Fill | Plainly<StateReport> | Plainly<BustReport> | Plainly<CorrectionReport>;

/** On its way to the venue, or back to us. */
type Message =
  | { readonly to: 'venue'; readonly request: VenueRequest }
  | { readonly to: 'us'; readonly report: Report };

export type VenueState = {
  readonly exchange: ExchangeState;
  readonly outbox: readonly Report[];
  readonly pending: readonly Delayed<Message>[];
  readonly venue: string;
  readonly version: 1;
};

/** One run of a simulated venue: the exchange at the far end of a line with delays. */
export class VenueSession {
  readonly #settings: VenueSettings;
  readonly #output: Subscriber<OutsideEvent>;
  readonly #line: DelayLine<Message>;
  readonly #exchange: Exchange;
  /** Reports of the step that runs: they leave when it is done, so that a reply to one never meets half a step. */
  readonly #outbox: Report[] = [];
  #leaving = false;
  #sources = 2;

  /** @throws ConfigurationError when the restored state is not one of this venue */
  constructor(settings: VenueSettings, context: DriverContext, output: Subscriber<OutsideEvent>) {
    const { clock, rank, instruments, restored } = context;
    this.#settings = settings;
    this.#output = output;
    this.#line = new DelayLine(clock, rank, (message) => this.#guard(() => this.#arrive(message)));
    this.#exchange = new Exchange({
      venue: settings.venue,
      fees: settings.fees,
      remembered: settings.remembered,
      instruments,
      now: () => clock.now(),
      report: (report) => this.#outbox.push(report),
    });
    if (restored !== undefined && restored !== null) this.#restore(restored);
    output.add(() => this.#line.close());
    const error = (cause: unknown) => output.error(cause);
    const complete = () => this.#end();
    output.add(
      context.events$.subscribe({
        next: ({ event }) =>
          this.#guard(() => {
            this.#exchange.observe(event);
            this.#leave();
          }),
        error,
        complete,
      }),
    );
    output.add(
      context.commands$.subscribe({
        next: (command) => this.#guard(() => this.#take(command)),
        error,
        complete,
      }),
    );
    this.#leave();
  }

  save(): VenueState {
    return {
      exchange: this.#exchange.save(),
      outbox: [...this.#outbox],
      pending: this.#line.save(),
      venue: this.#settings.venue,
      version: 1,
    };
  }

  #restore(restored: Plain): void {
    const state = restored as Partial<VenueState>;
    const { venue } = this.#settings;
    if (typeof state !== 'object' || state.version !== 1 || state.venue !== venue) {
      throw new ConfigurationError(
        `the restored state of simulated venue ${venue} must be one that it saved, not ${show(restored)}`,
      );
    }
    const { exchange, outbox, pending } = state as VenueState;
    this.#exchange.restore(exchange);
    this.#outbox.push(...outbox);
    this.#line.restore(pending);
  }

  #take(command: Command): void {
    const { venue, submitLatency } = this.#settings;
    const request = requestFor(venue, command);
    if (request === undefined) return;
    const unapproved = command.kind === 'submit' ? checkApproval(command) : '';
    if (unapproved === '') this.#line.send({ to: 'venue', request }, submitLatency);
    else this.#alarm(unapproved);
  }

  /** Somebody went round risk: nothing is sent, and the desk is to halt, while orders that work are still heard of. */
  #alarm(message: string): void {
    const { venue } = this.#settings;
    this.#output.next({
      kind: 'fault',
      component: `venue:${venue}`,
      code: 'unapproved',
      message,
      severity: 'halt',
    });
  }

  /** An error thrown into RxJS would surface far from here: the driver fails instead, and its runner says so. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (cause) {
      this.#output.error(cause);
    }
  }

  #arrive(message: Message): void {
    if (message.to === 'us') this.#output.next(message.report);
    else {
      this.#exchange.handle(message.request);
      this.#leave();
    }
    this.#endIfDone();
  }

  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    for (let report = this.#outbox.shift(); report !== undefined; report = this.#outbox.shift()) {
      this.#line.send({ to: 'us', report }, this.#settings.reportLatency);
    }
    this.#leaving = false;
  }

  #end(): void {
    this.#sources--;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#sources === 0 && this.#line.size === 0) this.#output.complete();
  }
}
