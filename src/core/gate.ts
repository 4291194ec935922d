import type { Approved } from '../domain/approval.js';
import { approvalFault } from '../domain/approval-fault.js';
import type { ClientOrderId } from '../domain/brand.js';
import type { CancelCommand, Command, SubmitCommand } from '../domain/command.js';
import type { Event, OutsideEvent } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';
import { InsistentCancels } from './insistent-cancels.js';
import { type SentOrder, SentOrders } from './sent-orders.js';

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

interface HeldSubmit {
  readonly seq: number;
  readonly command: SubmitCommand;
}

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
 * still held annihilates it, and says so by a `canceled` report. Asks are a leader's; timers are kept by both.
 *
 * Once shut it asks for the cancels of whatever may be alive, and again, by timers, when a link comes up and after a
 * takeover, until a report says that the order has ended.
 */
export class Gate {
  readonly #port: GatePort;
  #role: 'leader' | 'follower';
  readonly #acknowledged: number[];
  #held: HeldSubmit[] = [];
  readonly #sent = new SentOrders();
  readonly #cancels = new InsistentCancels(
    {
      cancel: (order, ts) => this.#cancelAlive(order, ts),
      wake: (name, due) => this.#port.deliver({ kind: 'timer', name, due }),
    },
    this.#sent,
  );
  readonly #used = new WeakSet<Approved>();
  /** Of a follower: submits of which the venue has said nothing yet, with their place in the log. */
  readonly #unsettled = new Map<ClientOrderId, HeldSubmit>();
  #shut: string | undefined;

  constructor(port: GatePort, options: GateOptions, restored?: Plain) {
    this.#port = port;
    this.#role = options.role;
    this.#acknowledged = new Array<number>(options.acknowledgers).fill(0);
    if (restored !== undefined) this.#sent.restore(restored);
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
   * Takes over: from here on commands leave. What the former leader may have sent is in the table already. Of a leader
   * that handed over it is known that no submit of a frame behind `unsentAfter` has left: those are held like our own.
   */
  lead(unsentAfter: number = Number.POSITIVE_INFINITY): void {
    if (this.#role === 'leader') return;
    this.#role = 'leader';
    for (const held of this.#unsettled.values()) {
      if (held.seq <= unsentAfter) continue;
      this.#sent.forget(held.command.order.clientOrderId);
      if (this.#shut === undefined) this.#held.push(held);
      else this.#annihilate(held.command, `the gate is shut: ${this.#shut}`);
    }
    this.#unsettled.clear();
  }

  /**
   * Gives up leadership: nothing leaves any more, not even a cancel, since another member speaks for the desk. What is
   * held is dropped unsent; the successor has it in its log and looks it up.
   */
  stepDown(): void {
    this.#role = 'follower';
    for (const { command } of this.#held) this.#sent.add(command.order);
    this.#held = [];
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
      // Whoever takes over waits for what its leader waited for.
      else if (this.#role === 'leader' || command.kind === 'timer') this.#port.deliver(command);
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
    this.#sent.observe(event);
    this.#cancels.observe(event, ts);
    if (event.kind === 'report') this.#unsettled.delete(event.clientOrderId);
  }

  /**
   * Lets no new risk out any more, and cancels whatever may be alive, by its own table: the core may be broken.
   *
   * @param say called when the gate is shut, before it is said which orders never left: whoever would try them again
   * must know by then that it is no use, or both would go on for ever
   */
  halt(reason: string, ts: number, say: () => void = () => {}): void {
    if (this.#shut !== undefined) return;
    this.#shut = reason;
    say();
    const held = this.#held;
    this.#held = [];
    for (const { command } of held) this.#annihilate(command, `the gate is shut: ${reason}`);
    this.#cancels.begin(ts);
  }

  /** The table of sent orders. Held submits are not in it: whoever restores makes them again from the log. */
  save(): Plain {
    return this.#sent.save();
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
    if (this.#role === 'follower') {
      // It cannot know which of them left: all of them may have.
      this.#unsettled.set(order.clientOrderId, { seq, command });
      this.#send(command);
    } else if (this.#acknowledged.length === 0 || Math.min(...this.#acknowledged) >= seq) this.#send(command);
    else this.#held.push({ seq, command });
  }

  #send(command: SubmitCommand): void {
    this.#sent.add(command.order);
    if (this.#role === 'leader') this.#port.deliver(command);
  }

  #cancel(command: CancelCommand): void {
    const index = this.#held.findIndex((held) => held.command.order.clientOrderId === command.clientOrderId);
    if (index >= 0) {
      const [held] = this.#held.splice(index, 1);
      this.#annihilate((held as { command: SubmitCommand }).command, 'canceled before it was sent');
      return;
    }
    this.#cancels.note(command.clientOrderId, command.requestTime);
    if (this.#role === 'leader') this.#port.deliver(command);
  }

  #cancelAlive({ clientOrderId, venue, instrument }: SentOrder, ts: number): void {
    if (this.#role !== 'leader') return;
    const reason = `halt: ${this.#shut}`;
    this.#port.deliver({ kind: 'cancel', venue, instrument, clientOrderId, requestTime: ts, reason });
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
