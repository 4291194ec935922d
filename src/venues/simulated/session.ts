import type { Subscriber } from 'rxjs';
import type { DriverContext } from '../../core/driver.js';
import type { Command } from '../../domain/command.js';
import { ConfigurationError, show } from '../../domain/errors.js';
import type { Event, OutsideEvent } from '../../domain/event.js';
import type { Plain } from '../../domain/plain.js';
import { checkApproval } from '../driver/check-approval.js';
import { type DeskVoice, deskVoice } from './desk-voice.js';
import { Exchange, type ExchangeState } from './exchange.js';
import { FaultPlan, NO_REQUEST_FAULTS, type PlanState, type RequestFaults } from './fault-plan.js';
import type { VenueSettings } from './options.js';
import { type ChannelState, OrderChannel } from './order-channel.js';
import { requestFor } from './request-for.js';
import type { Word } from './venue-order.js';
import { orderIdOf, type VenueRequest } from './venue-request.js';

export type VenueState = {
  readonly channel: ChannelState;
  readonly exchange: ExchangeState;
  readonly faults: PlanState | null;
  readonly outbox: readonly Word[];
  readonly venue: string;
  readonly version: 3;
};

/** One run of a simulated venue: the exchange at the far end of a channel that delays, and may fail. */
export class VenueSession {
  readonly #settings: VenueSettings;
  readonly #output: Subscriber<OutsideEvent>;
  readonly #voice: DeskVoice;
  readonly #channel: OrderChannel;
  readonly #exchange: Exchange;
  readonly #plan: FaultPlan | undefined;
  readonly #now: () => number;
  /** Reports of the step that runs: they leave when it is done, so that a reply to one never meets half a step. */
  readonly #outbox: Word[] = [];
  #leaving = false;
  #sources = 2;

  /** @throws ConfigurationError when the restored state is not one of this venue */
  constructor(settings: VenueSettings, context: DriverContext, output: Subscriber<OutsideEvent>) {
    const { clock, rank, instruments, restored } = context;
    const { venue, latency, faults } = settings;
    this.#settings = settings;
    this.#output = output;
    this.#now = () => clock.now();
    this.#voice = deskVoice(venue, this.#now, (event) => output.next(event));
    this.#plan = faults === undefined ? undefined : new FaultPlan(faults);
    this.#channel = new OrderChannel({
      clock,
      rank,
      latency,
      arrived: (request, gone) => this.#arrived(request, gone),
      heard: (word) => output.next(word),
      spoken: (place) => {
        this.#exchange.speak(place);
        this.#leave();
      },
      timedOut: (awaited) => this.#voice.timedOut(awaited, faults?.timeout ?? 0),
      linked: (state) => this.#voice.linked(state),
      guard: (action) => this.#guard(action),
    });
    this.#exchange = new Exchange({
      ...settings,
      instruments,
      now: this.#now,
      report: (report) => this.#outbox.push(report),
    });
    if (restored !== undefined && restored !== null) this.#restore(restored);
    else {
      for (const { at, lasts } of this.#plan?.outages() ?? []) this.#channel.breakAt(at, lasts);
      for (const [place, { at }] of settings.schedule.entries()) this.#channel.speakAt(at, place);
    }
    output.add(() => this.#channel.close());
    const error = (cause: unknown) => output.error(cause);
    const complete = () => this.#end();
    output.add(
      context.events$.subscribe({
        next: ({ event }) => this.#observe(event),
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
      channel: this.#channel.save(),
      exchange: this.#exchange.save(),
      faults: this.#plan?.save() ?? null,
      outbox: [...this.#outbox],
      venue: this.#settings.venue,
      version: 3,
    };
  }

  #restore(restored: Plain): void {
    const state = restored as Partial<VenueState>;
    const { venue } = this.#settings;
    if (typeof state !== 'object' || state.version !== 3 || state.venue !== venue) {
      throw new ConfigurationError(
        `the restored state of simulated venue ${venue} must be one that it saved, not ${show(restored)}`,
      );
    }
    const { channel, exchange, faults, outbox } = state as VenueState;
    this.#exchange.restore(exchange);
    this.#outbox.push(...outbox);
    if (faults !== null) this.#plan?.restore(faults);
    this.#channel.restore(channel);
  }

  #take(command: Command): void {
    const request = requestFor(this.#settings.venue, command);
    if (request === undefined) return;
    const unapproved = command.kind === 'submit' ? checkApproval(command) : '';
    if (unapproved !== '') this.#voice.alarm(unapproved);
    else if (!this.#channel.up) this.#voice.notSent(request);
    else this.#send(request);
  }

  #send(request: VenueRequest): void {
    const faults = this.#plan?.ofRequest(request, this.#now()) ?? NO_REQUEST_FAULTS;
    if (this.#plan !== undefined && (request.kind === 'submit' || request.kind === 'cancel')) {
      const { instrument, clientOrderId } = request.kind === 'submit' ? request.order : request;
      this.#channel.await({ request: request.kind, instrument, clientOrderId }, this.#plan.timeout);
    }
    // The request has left when the link breaks: nobody hears what becomes of it.
    if (faults.outage > 0) this.#channel.breakFor(faults.outage);
    this.#channel.request(request, faults);
  }

  #arrived(request: VenueRequest, faults: RequestFaults): void {
    const before = this.#outbox.length;
    this.#exchange.handle(request, faults);
    if (faults.silent) {
      const id = orderIdOf(request);
      const others = this.#outbox
        .splice(before)
        .filter((word) => word.kind === 'report' && word.clientOrderId !== id);
      // What is told of other orders is no reply; a look-up of everything is answered by nothing at all.
      if (id !== undefined) this.#outbox.push(...others);
    }
    this.#leave();
  }

  /** As {@link #guard} does; a function made for every event of the market costs more than the lines written again. */
  #observe(event: Event): void {
    try {
      this.#exchange.observe(event);
      this.#leave();
      this.#endIfDone();
    } catch (cause) {
      this.#output.error(cause);
    }
  }

  /** An error thrown into RxJS would surface far from here: the driver fails instead, and its runner says so. */
  #guard(action: () => void): void {
    try {
      action();
      this.#endIfDone();
    } catch (cause) {
      this.#output.error(cause);
    }
  }

  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#exchange.tellAccount();
    for (let report = this.#outbox.shift(); report !== undefined; report = this.#outbox.shift()) {
      this.#channel.report(
        report,
        report.kind === 'report' ? this.#plan?.ofReport(report, this.#now()) : undefined,
      );
    }
    this.#leaving = false;
  }

  #end(): void {
    this.#sources--;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#sources === 0 && this.#channel.idle) this.#output.complete();
  }
}
