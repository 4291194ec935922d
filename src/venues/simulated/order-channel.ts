import type { Clock } from '../../core/clock.js';
import { Chance, type ChanceState } from '../../domain/chance.js';
import { delayOf } from '../../domain/latency-model.js';
import { type Delayed, DelayLine } from './delay-line.js';
import { NO_REPORT_FAULTS, type ReportFaults, type RequestFaults } from './fault-plan.js';
import type { LatencySettings } from './latency.js';
import { type Awaited, Timeouts } from './timeouts.js';
import type { Word } from './venue-order.js';
import type { VenueRequest } from './venue-request.js';

/**
 * On its way to the venue, or back to us on one connection; a time-out; the end (or, with a length, the start) of an
 * outage; a word that the venue says of its own accord.
 */
type Message =
  | { readonly to: 'venue'; readonly request: VenueRequest; readonly faults: RequestFaults }
  | { readonly to: 'us'; readonly report: Word; readonly connection: number }
  | { readonly to: 'desk'; readonly awaited: Awaited }
  | { readonly to: 'link'; readonly lasts: number }
  | { readonly to: 'schedule'; readonly place: number };

export type ChannelState = {
  readonly chance: ChanceState;
  readonly connection: number;
  readonly up: boolean;
  readonly latest: { readonly venue: number; readonly us: number };
  readonly pending: readonly Delayed<Message>[];
};

/** What a channel is given. */
export interface ChannelPort {
  readonly clock: Clock;
  readonly rank: number;
  readonly latency: LatencySettings;
  /** A request has arrived at the venue. */
  readonly arrived: (request: VenueRequest, faults: RequestFaults) => void;
  /** A report has arrived here. */
  readonly heard: (word: Word) => void;
  /** The time of a scheduled word has come. */
  readonly spoken: (place: number) => void;
  /** Nothing was heard of a request in time. */
  readonly timedOut: (awaited: Awaited) => void;
  readonly linked: (state: 'up' | 'down') => void;
  /** Runs what comes due by itself. */
  readonly guard: (action: () => void) => void;
}

/**
 * The connection over which orders go out and reports come back: delays, time-outs and outages.
 *
 * ```
 * reports   a-b-c--d--e-     latency 2
 * outage    ----(----)--
 * heard     --a---------e    b and c were under way, d was told meanwhile: all are lost
 * ```
 *
 * What is under way to the venue when the link breaks arrives all the same.
 */
export class OrderChannel {
  readonly #port: ChannelPort;
  readonly #line: DelayLine<Message>;
  readonly #timeouts = new Timeouts();
  readonly #chance: Chance;
  readonly #random = (): number => this.#chance.draw();
  /** When the last word of each direction arrives, for the next one not to overtake it. */
  readonly #latest = { venue: -1, us: -1 };
  #connection = 0;
  #up = true;

  constructor(port: ChannelPort) {
    this.#port = port;
    this.#chance = new Chance(port.latency.seed, 'latency');
    this.#line = new DelayLine(port.clock, port.rank, (message) => port.guard(() => this.#arrive(message)));
  }

  get up(): boolean {
    return this.#up;
  }

  /** Whether nothing is on its way. */
  get idle(): boolean {
    return this.#line.size === 0;
  }

  request(request: VenueRequest, faults: RequestFaults): void {
    const delay = delayOf(this.#port.latency.submit, this.#random);
    if (!faults.lost) this.#send({ to: 'venue', request, faults }, delay, 'keep');
  }

  report(report: Word, faults: ReportFaults = NO_REPORT_FAULTS): void {
    const delay = delayOf(this.#port.latency.report, this.#random);
    if (!this.#up) return;
    const message = { to: 'us', report, connection: this.#connection } as const;
    const place = faults.reorder > 0 ? 'leave' : 'keep';
    this.#send(message, delay + faults.late + faults.reorder, place);
    if (faults.double) this.#send(message, delay + faults.late + faults.reorder, place);
    if (faults.again === 0) return;
    const venueTime = this.#port.clock.now() + faults.again;
    this.#send({ ...message, report: { ...report, venueTime } as Word }, delay + faults.again, 'leave');
  }

  /** Says so when nothing is heard of a request in time. */
  await(awaited: Awaited, timeout: number): void {
    this.#timeouts.add(awaited, this.#line.send({ to: 'desk', awaited }, this.#port.clock.now() + timeout));
  }

  /** The link breaks now, for so long. A longer outage that is on already stays. */
  breakFor(lasts: number): void {
    if (!this.#up) return;
    this.#up = false;
    this.#connection++;
    // What was under way to us is lost: nobody waits behind it.
    this.#latest.us = -1;
    this.#line.send({ to: 'link', lasts: 0 }, this.#port.clock.now() + lasts);
    this.#port.linked('down');
  }

  breakAt(time: number, lasts: number): void {
    this.#line.send({ to: 'link', lasts }, time);
  }

  /** A scheduled word is said at a time. */
  speakAt(time: number, place: number): void {
    this.#line.send({ to: 'schedule', place }, time);
  }

  close(): void {
    this.#line.close();
  }

  save(): ChannelState {
    return {
      chance: this.#chance.save(),
      connection: this.#connection,
      up: this.#up,
      latest: { ...this.#latest },
      pending: this.#line.save(),
    };
  }

  restore({ chance, connection, up, latest, pending }: ChannelState): void {
    this.#chance.restore(chance);
    this.#connection = connection;
    this.#up = up;
    Object.assign(this.#latest, latest);
    this.#line.restore(pending, (message, takeBack) => {
      if (message.to === 'desk') this.#timeouts.add(message.awaited, takeBack);
    });
  }

  /** Without a delay a message arrives at once, within this call, unless one before it is still to come. */
  #send(message: Message & { readonly to: 'venue' | 'us' }, delay: number, place: 'keep' | 'leave'): void {
    const { clock, latency } = this.#port;
    const now = clock.now();
    const ordered = latency.inOrder && place === 'keep';
    const latest = this.#latest[message.to];
    const due = ordered ? Math.max(now + delay, latest) : now + delay;
    if (delay === 0 && (!ordered || latest < now)) {
      this.#arrive(message);
      return;
    }
    if (ordered) this.#latest[message.to] = due;
    this.#line.send(message, due);
  }

  #arrive(message: Message): void {
    const { arrived, heard, timedOut, linked, spoken } = this.#port;
    if (message.to === 'venue') arrived(message.request, message.faults);
    else if (message.to === 'us') {
      if (message.connection !== this.#connection || !this.#up) return;
      this.#timeouts.heard(message.report);
      heard(message.report);
    } else if (message.to === 'desk') {
      this.#timeouts.over(message.awaited);
      timedOut(message.awaited);
    } else if (message.to === 'schedule') spoken(message.place);
    else if (message.lasts > 0) this.breakFor(message.lasts);
    else {
      this.#up = true;
      linked('up');
    }
  }
}
