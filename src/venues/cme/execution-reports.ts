import { type ClientOrderId, clientOrderId } from '../../domain/brand.js';
import type { FillReport, StateReport } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { acknowledged, refused } from '../driver/index.js';
import { type FixMessage, TAG } from '../fix/index.js';
import { type Execution, executionFacts, filledOf, lotsOf, readExecution, sideOf } from './execution.js';
import { feeOf } from './fees.js';
import type { OrderContext } from './order-context.js';
import type { OrderQueries } from './order-queries.js';

/** States (tag 39) of an order that rests. */
const ALIVE: ReadonlySet<string> = new Set(['0', '1', '5', '6', '9', 'A', 'D', 'E']);

/** What the venue says of orders (message 8), by the session for orders or by the drop copy, as reports of the core. */
export class ExecutionReports {
  readonly #context: OrderContext;
  readonly #queries: OrderQueries;

  constructor(context: OrderContext, queries: OrderQueries) {
    this.#context = context;
    this.#queries = queries;
  }

  /** Takes message 8. */
  take(message: FixMessage): void {
    const execution = readExecution(message);
    const { kind, originalId } = execution;
    const own = execution.clientOrderId;
    if (this.#queries.takeMass(message)) return;
    // An execution without a number of its own is no news, whatever the gateway calls it.
    const question = kind === 'status' || message.get(TAG.ExecID) === '0';
    if (question && this.#queries.answered(message, execution)) return;
    // What ends an order answers a cancel under the cancel's id, and names the order beside it.
    const ofCancel =
      this.#context.requests.find(own)?.kind === 'cancel' ||
      (kind === 'canceled' && originalId !== undefined);
    const id = clientOrderId(
      ofCancel && originalId !== undefined && this.#context.known.find(own) === undefined ? originalId : own,
    );
    const known = this.#context.known.find(id);
    const listed = this.#context.listedOf(message, known);
    if (listed === undefined || id === '') {
      this.#context.port.fault(
        'unknown-instrument',
        `a report of an order ${id} of no listed instrument: ${kind}`,
      );
      return;
    }
    const told = kind === 'accepted' || kind === 'fill' || kind === 'replaced';
    if (told && ALIVE.has(message.get(TAG.OrdStatus) ?? '')) {
      const quantity = lotsOf(message, TAG.OrderQty, listed);
      const side = sideOf(message.get(TAG.Side));
      this.#context.known.learn(id, listed.id, side, quantity > 0 ? quantity : Number.MAX_SAFE_INTEGER);
    }
    this.#context.known.counted(id, lotsOf(message, TAG.CumQty, listed));
    const filled = filledOf(message, listed, known?.base ?? 0);
    const base = {
      kind: 'report',
      venue: this.#context.settings.venue,
      instrument: listed.id,
      clientOrderId: id,
      venueTime: execution.venueTime,
    } as const;
    const state = (type: StateReport['type']): void =>
      this.#context.port.say({
        ...base,
        type,
        reason: execution.reason,
        ...(filled === undefined ? {} : { filled }),
      });
    const { venueTime } = execution;
    switch (kind) {
      case 'accepted':
        state('accepted');
        this.#context.requests.settle(id, acknowledged(venueTime));
        return;
      case 'fill': {
        const executionId = message.get(TAG.ExecID) ?? '';
        const facts = executionFacts(message, listed, known?.side, feeOf(this.#context.settings.commission));
        if (typeof facts === 'string' || executionId === '') {
          this.#context.port.fault('unreadable-fill', `execution ${executionId} of order ${id}: ${facts}`);
          // Its lots are told by their count: they are exposure until somebody explains them.
          state('accepted');
          return;
        }
        // Spelled out: spreading two objects into one costs more than reading the message.
        this.#context.port.say({
          kind: 'report',
          venue: this.#context.settings.venue,
          instrument: listed.id,
          clientOrderId: id,
          venueTime,
          type: 'fill',
          executionId,
          side: facts.side,
          price: facts.price,
          quantity: facts.quantity,
          liquidity: facts.liquidity,
          fee: facts.fee,
          feeCurrency: facts.feeCurrency,
        } satisfies FillReport);
        this.#context.requests.settle(id, acknowledged(venueTime));
        return;
      }
      case 'bust':
      case 'correction':
        this.#amended(message, execution, listed, id);
        return;
      case 'canceled':
      case 'expired': {
        // The drop copy, or a resend, repeats an end: it is no answer to a cancel that was sent since.
        const repeated = this.#context.known.hasEnded(id);
        state(kind);
        if (!repeated) this.#context.requests.settleCancels(id, acknowledged(venueTime, filled));
        return;
      }
      case 'rejected': {
        const replaces = this.#context.requests.find(id)?.kind === 'replace';
        if (!replaces) state('rejected');
        this.#context.requests.settle(id, refused('rejected', execution.reason, venueTime));
        return;
      }
      case 'replaced':
        this.#replaced(message, execution, listed, id);
        return;
      default:
        return;
    }
  }

  #replaced(message: FixMessage, execution: Execution, listed: ListedInstrument, id: ClientOrderId): void {
    const counted = lotsOf(message, TAG.CumQty, listed);
    this.#context.known.counts(id, Number.isNaN(counted) ? Number.NaN : counted);
    const { venueTime, reason, originalId } = execution;
    const base = {
      kind: 'report',
      venue: this.#context.settings.venue,
      instrument: listed.id,
      venueTime,
      reason,
    } as const;
    this.#context.port.say({ ...base, clientOrderId: id, type: 'replaced' });
    // The order that it replaced is over.
    if (originalId !== undefined && originalId !== id)
      this.#context.port.say({
        ...base,
        clientOrderId: clientOrderId(originalId),
        type: 'canceled',
        reason: `replaced by ${id}`,
      });
    this.#context.requests.settle(id, acknowledged(venueTime));
  }

  #amended(message: FixMessage, execution: Execution, listed: ListedInstrument, id: ClientOrderId): void {
    const executionId = message.get(TAG.ExecRefID) ?? '';
    const { venueTime } = execution;
    const reason = execution.reason === '' ? 'amended by the venue' : execution.reason;
    const base = {
      kind: 'report',
      venue: this.#context.settings.venue,
      instrument: listed.id,
      clientOrderId: id,
      venueTime,
      executionId,
      reason,
    } as const;
    if (executionId === '') {
      this.#context.port.fault(
        'unreadable-fill',
        `an amendment of an execution of order ${id} does not say which`,
      );
      return;
    }
    if (execution.kind === 'bust') {
      this.#context.port.say({ ...base, type: 'bust' });
      return;
    }
    const facts = executionFacts(
      message,
      listed,
      this.#context.known.find(id)?.side,
      feeOf(this.#context.settings.commission),
    );
    if (typeof facts === 'string')
      this.#context.port.fault(
        'unreadable-fill',
        `the correction of execution ${executionId} of order ${id}: ${facts}`,
      );
    else this.#context.port.say({ ...base, type: 'correction', ...facts });
  }
}
