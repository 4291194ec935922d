import type { Approved } from '../domain/approval.js';
import { approvalFault } from '../domain/approval-fault.js';
import type { ClientOrderId, InstrumentId } from '../domain/brand.js';
import type { CancelCommand, Command, SubmitCommand } from '../domain/command.js';
import type { Event, OutsideEvent } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';

/** What the gate works for. */
export interface GatePort {
  /** Hands a command to the drivers. */
  deliver(command: Command): void;
  /** Puts an event of the gate's own into the log. */
  offer(event: OutsideEvent): void;
}

/** How the gate behaves. */
export interface GateOptions {
  /** A follower lets nothing out, yet keeps the table of what its leader sent. */
  readonly role: 'leader' | 'follower';
  /**
   * How many acknowledgements a submit waits for: one for each journal or mirror. With 0 nothing waits, as in
   * tests and replay.
   */
  readonly acknowledgers: number;
}

interface Sent {
  readonly venue: string;
  readonly instrument: InstrumentId;
  /** Lots that the venue may still fill. */
  remaining: number;
  /** Whether the venue has said that it has it: from then on a rejection speaks of a duplicate, not of this order. */
  accepted: boolean;
  /** When its cancel was last asked for, by the core or by the gate itself. */
  askedAt: number;
}

/** Milliseconds until a shut gate asks again for the cancels of what may be alive; each time twice as long. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** Repetitions at a time: the rest comes with the next timer, a second later. */
const MOST = 10;
/** A link that flaps makes no storm: an order is not asked about more often than this. */
const LEAST_GAP = 100;
const TIMER = 'gate:cancels';

type SavedOrder = readonly [
  id: string,
  venue: string,
  instrument: string,
  remaining: number,
  accepted: boolean,
];

/**
 * Stands between the core's commands and the drivers; the only place that knows the role.
 *
 * ```
 * submits   -s(1)----s(2)------
 * acks      -----1---------2---
 * cancels   ---c---------------
 *           gate
 * drivers   ---c-s(1)------s(2)
 * ```
 *
 * Submits wait until every acknowledger has their place in the log. Cancels never wait; one that meets its submit
 * still held annihilates it, and says so by a `canceled` report. Asks and timers are a leader's.
 *
 * Once shut it asks for the cancels of whatever may be alive, and again, by timers and when a link comes up, until a report
 * says that the order has ended.
 */
export class Gate {
  readonly #port: GatePort;
  readonly #role: 'leader' | 'follower';
  readonly #acknowledged: number[];
  #held: { readonly seq: number; readonly command: SubmitCommand }[] = [];
  readonly #sent = new Map<ClientOrderId, Sent>();
  readonly #used = new WeakSet<Approved>();
  #shut: string | undefined;
  #wait = FIRST_WAIT;
  /** When the gate's timer is due. */
  #due = Number.NaN;

  constructor(port: GatePort, options: GateOptions, restored?: Plain) {
    this.#port = port;
    this.#role = options.role;
    this.#acknowledged = new Array<number>(options.acknowledgers).fill(0);
    if (restored !== undefined) {
      for (const [id, venue, instrument, remaining, accepted] of restored as readonly SavedOrder[]) {
        this.#sent.set(id as ClientOrderId, {
          venue,
          instrument: instrument as InstrumentId,
          remaining,
          accepted,
          askedAt: Number.NEGATIVE_INFINITY,
        });
      }
    }
  }

  /** Why no new risk may pass any more, or `undefined` while it may. */
  get shut(): string | undefined {
    return this.#shut;
  }

  /** Submits that wait for an acknowledgement. */
  get held(): number {
    return this.#held.length;
  }

  /** Orders that may be alive at a venue. */
  get open(): number {
    return this.#sent.size;
  }

  /**
   * Takes the commands of the frame at `seq`.
   *
   * @throws TypeError when a submit holds no genuine approval, not that of its order, or one that was used before
   */
  handle(seq: number, commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.kind === 'submit') this.#submit(seq, command);
      else if (command.kind === 'cancel') this.#cancel(command);
      else if (this.#role === 'leader') this.#port.deliver(command);
    }
  }

  /** One acknowledger has everything up to `seq`. */
  acknowledge(acknowledger: number, seq: number): void {
    if (seq > (this.#acknowledged[acknowledger] ?? 0)) this.#acknowledged[acknowledger] = seq;
    const upTo = Math.min(...this.#acknowledged);
    while (this.#held.length > 0 && (this.#held[0] as { seq: number }).seq <= upTo) {
      const { command } = this.#held.shift() as { command: SubmitCommand };
      this.#send(command);
    }
  }

  /** Watches what becomes of orders, to know which are alive without asking the core. */
  observe(event: Event, ts: number): void {
    if (this.#shut !== undefined) this.#insist(event, ts);
    if (event.kind !== 'report') return;
    const { clientOrderId } = event;
    const sent = this.#sent.get(clientOrderId);
    if (sent === undefined) return;
    if (
      event.type === 'canceled' ||
      event.type === 'expired' ||
      (event.type === 'rejected' && !sent.accepted)
    ) {
      this.#sent.delete(clientOrderId);
    } else if (event.type === 'accepted') sent.accepted = true;
    else if (event.type === 'fill') {
      sent.accepted = true;
      sent.remaining -= event.quantity;
      if (sent.remaining <= 0) this.#sent.delete(clientOrderId);
    }
  }

  /** Lets no new risk out any more, and cancels whatever may be alive, by its own table: the core may be broken. */
  halt(reason: string, ts: number): void {
    if (this.#shut !== undefined) return;
    this.#shut = reason;
    const held = this.#held;
    this.#held = [];
    for (const { command } of held) this.#annihilate(command, `the gate is shut: ${reason}`);
    for (const [id, sent] of [...this.#sent]) this.#askFor(id, sent, ts);
    this.#await(ts, FIRST_WAIT);
  }

  /** The table of sent orders, sorted by id. Held submits are not in it: whoever restores makes them again from the log. */
  save(): Plain {
    return [...this.#sent]
      .map(
        ([id, { venue, instrument, remaining, accepted }]) =>
          [id, venue, instrument, remaining, accepted] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #submit(seq: number, command: SubmitCommand): void {
    verify(command);
    const { approved, order } = command;
    if (this.#used.has(approved))
      throw new TypeError(
        `order ${order.clientOrderId} carries an approval that was used before; it is not sent`,
      );
    this.#used.add(approved);
    if (this.#shut !== undefined) {
      this.#annihilate(command, `the gate is shut: ${this.#shut}`);
      return;
    }
    if (this.#acknowledged.length === 0 || Math.min(...this.#acknowledged) >= seq) this.#send(command);
    else this.#held.push({ seq, command });
  }

  #send(command: SubmitCommand): void {
    const { clientOrderId, venue, instrument, quantity } = command.order;
    this.#sent.set(clientOrderId, {
      venue,
      instrument,
      remaining: quantity,
      accepted: false,
      askedAt: Number.NEGATIVE_INFINITY,
    });
    if (this.#role === 'leader') this.#port.deliver(command);
  }

  #cancel(command: CancelCommand): void {
    const index = this.#held.findIndex((held) => held.command.order.clientOrderId === command.clientOrderId);
    if (index >= 0) {
      const [held] = this.#held.splice(index, 1);
      this.#annihilate((held as { command: SubmitCommand }).command, 'canceled before it was sent');
      return;
    }
    const sent = this.#sent.get(command.clientOrderId);
    if (sent !== undefined) sent.askedAt = command.requestTime;
    if (this.#role === 'leader') this.#port.deliver(command);
  }

  /** Asks again when it is time, or a link of orders is up again. */
  #insist(event: Event, ts: number): void {
    if (event.kind === 'timer' && event.name === TIMER && event.due === this.#due) {
      let left = MOST;
      for (const [id, sent] of [...this.#sent]) {
        if (left > 0 && ts - sent.askedAt >= this.#wait) {
          this.#askFor(id, sent, ts);
          left--;
        }
      }
      if (left > 0) this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
      // With some left over the next turn is theirs, and soon.
      this.#await(ts, left > 0 ? this.#wait : FIRST_WAIT);
    } else if (event.kind === 'link' && event.channel === 'orders' && event.state === 'up') {
      this.#wait = FIRST_WAIT;
      this.#await(ts, FIRST_WAIT);
      let left = MOST;
      for (const [id, sent] of [...this.#sent]) {
        if (sent.venue !== event.venue || left === 0 || ts - sent.askedAt < LEAST_GAP) continue;
        this.#askFor(id, sent, ts);
        left--;
      }
    }
  }

  #askFor(clientOrderId: ClientOrderId, sent: Sent, ts: number): void {
    const { venue, instrument } = sent;
    sent.askedAt = ts;
    if (this.#role !== 'leader') return;
    const reason = `halt: ${this.#shut}`;
    this.#port.deliver({ kind: 'cancel', venue, instrument, clientOrderId, requestTime: ts, reason });
  }

  #await(ts: number, wait: number): void {
    if (this.#sent.size === 0 || this.#role !== 'leader') return;
    this.#due = ts + wait;
    this.#port.deliver({ kind: 'timer', name: TIMER, due: this.#due });
  }

  #annihilate({ order }: SubmitCommand, reason: string): void {
    if (this.#role !== 'leader') return;
    this.#port.offer({
      kind: 'report',
      type: 'canceled',
      venue: order.venue,
      instrument: order.instrument,
      clientOrderId: order.clientOrderId,
      venueTime: 0,
      reason,
    });
  }
}

/** An order leaves only as risk approved it: the seal is genuine and the order says what was approved. */
function verify(command: SubmitCommand): void {
  const fault = approvalFault(command);
  if (fault === undefined) return;
  const { clientOrderId } = command.order;
  throw new TypeError(
    fault === 'forged'
      ? `order ${clientOrderId} carries no approval of risk: it was forged and is not sent`
      : `order ${clientOrderId} was altered after risk approved it: ${fault.term} ${String(fault.approved)} became ${String(fault.ordered)}`,
  );
}
