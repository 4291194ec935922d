import { Observable, type Subscriber } from 'rxjs';
import type { Driver, DriverContext } from '../../core/driver.js';
import type { ClientOrderId } from '../../domain/brand.js';
import type { Command, SubmitCommand } from '../../domain/command.js';
import type { FillReport, OutsideEvent, ReportEvent, StateReport } from '../../domain/event.js';
import type { Order } from '../../domain/order.js';
import { wholeMilliseconds } from '../duration.js';
import { ticksOf } from './on-grid.js';
import { type BookAnswer, fillOrder, type VenueAnswer, type VenueReply } from './venue-answer.js';

/** How a fake venue behaves. */
export interface FakeVenueOptions {
  /** What it says to an order. @default it fills it at its limit, at once */
  readonly answer?: VenueAnswer;
  /** What it does with a cancel of an order that works. @default 'confirm' */
  readonly cancels?: 'confirm' | 'reject' | 'ignore';
  /** What it says when it is asked for a book. @default nothing */
  readonly book?: BookAnswer;
}

/** A venue that a test writes: it answers by a script and keeps what it was told. */
export interface FakeVenue extends Driver {
  /** Every command that reached it in its last run, in order. */
  readonly commands: readonly Command[];
}

/**
 * A venue that answers orders by a policy, at once or after a delay of the pipeline's clock.
 *
 * ```
 * orders   -s------s----
 *          fakeVenue('binance', { answer: inTurn(rejectOrder(), fillOrder({ after: '3ms' })) })
 * reports  -r---------f-      within the submit, and three milliseconds after
 * ```
 *
 * Unlike the simulated venue it has no market: it fills what it is told to fill.
 *
 * @example
 * const venue = fakeVenue('binance');
 * expectPipeline(changesOf(core, ({ position }) => position, { drivers: [venue] }))
 */
export function fakeVenue(venue: string, options: FakeVenueOptions = {}): FakeVenue {
  let session: Session | undefined;
  return {
    name: `venue:${venue}`,
    connect: (context) =>
      new Observable((output) => {
        session = new Session(venue, options, context, output);
        return context.commands$.subscribe((command) => session?.take(command));
      }),
    get commands() {
      return session?.commands ?? [];
    },
  };
}

class Session {
  readonly commands: Command[] = [];
  readonly #venue: string;
  readonly #options: FakeVenueOptions;
  readonly #context: DriverContext;
  readonly #output: Subscriber<OutsideEvent>;
  /** Orders that may still be canceled, with the lots they have left. */
  readonly #working = new Map<ClientOrderId, { readonly order: Order; left: number }>();
  #orders = 0;
  #questions = 0;
  #executions = 0;

  constructor(
    venue: string,
    options: FakeVenueOptions,
    context: DriverContext,
    output: Subscriber<OutsideEvent>,
  ) {
    this.#venue = venue;
    this.#options = options;
    this.#context = context;
    this.#output = output;
  }

  take(command: Command): void {
    if (command.kind === 'timer' || command.kind === 'consult' || venueOf(command) !== this.#venue) return;
    this.commands.push(command);
    if (command.kind === 'submit') this.#submit(command);
    else if (command.kind === 'cancel') this.#cancel(command.clientOrderId, command.reason);
    else if (command.kind === 'ask' && command.what === 'book') this.#show();
  }

  #submit({ order }: SubmitCommand): void {
    this.#working.set(order.clientOrderId, { order, left: order.quantity });
    const answer = this.#options.answer ?? fillOrder();
    for (const reply of answer(order, this.#orders++)) this.#later(reply, () => this.#say(order, reply));
  }

  #later({ after }: VenueReply, action: () => void): void {
    const delay = after === undefined ? 0 : (wholeMilliseconds(after) ?? Number.NaN);
    if (Number.isNaN(delay)) throw new TypeError(`after is no duration in whole milliseconds: "${after}"`);
    if (delay === 0) action();
    else this.#context.clock.schedule(this.#context.clock.now() + delay, this.#context.rank, action);
  }

  #say(order: Order, reply: VenueReply): void {
    // An order that was canceled meanwhile is dead.
    const working = this.#working.get(order.clientOrderId);
    if (working === undefined) return;
    if (reply.type === 'fill') this.#fill(order, working, reply);
    else {
      if (reply.type === 'rejected' || reply.type === 'canceled' || reply.type === 'expired')
        this.#working.delete(order.clientOrderId);
      this.#output.next(this.#word(order, reply.type, reply.reason ?? ''));
    }
  }

  #fill(order: Order, working: { left: number }, { share = 1, price, fee = '0' }: VenueReply): void {
    const { instruments, clock } = this.#context;
    const listed = instruments.at(instruments.indexOf(order.instrument));
    const quantity = Math.min(working.left, Math.round(order.quantity * share));
    working.left -= quantity;
    if (working.left === 0) this.#working.delete(order.clientOrderId);
    const fill: FillReport = {
      kind: 'report',
      type: 'fill',
      venue: this.#venue,
      instrument: order.instrument,
      clientOrderId: order.clientOrderId,
      venueTime: clock.now(),
      executionId: `${this.#venue}-${++this.#executions}`,
      side: order.side,
      price: price === undefined ? order.price : ticksOf(listed.definition, price),
      quantity,
      liquidity: 'taker',
      fee,
      feeCurrency: listed.definition.settle,
    };
    this.#output.next(fill);
  }

  #cancel(id: ClientOrderId, reason: string): void {
    const { cancels = 'confirm' } = this.#options;
    const working = this.#working.get(id);
    if (cancels === 'ignore' || working === undefined) return;
    if (cancels === 'confirm') this.#working.delete(id);
    this.#output.next(
      this.#word(working.order, cancels === 'confirm' ? 'canceled' : 'cancelRejected', reason),
    );
  }

  #show(): void {
    const event = this.#options.book?.(this.#questions++);
    if (event !== undefined) this.#output.next(event);
  }

  #word({ instrument, clientOrderId }: Order, type: StateReport['type'], reason: string): ReportEvent {
    const venueTime = this.#context.clock.now();
    return { kind: 'report', type, venue: this.#venue, instrument, clientOrderId, venueTime, reason };
  }
}

function venueOf(command: Exclude<Command, { kind: 'timer' | 'consult' }>): string {
  return command.kind === 'submit' ? command.order.venue : command.venue;
}
