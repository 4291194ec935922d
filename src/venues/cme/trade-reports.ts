import { clientOrderId } from '../../domain/brand.js';
import type { FillReport } from '../../domain/event.js';
import { type FixMessage, TAG } from '../fix/index.js';
import { executionFacts, sideOf, timeOf } from './execution.js';
import { feeOf } from './fees.js';
import type { OrderContext } from './order-context.js';

/** A side of a trade as far as it is read here. */
interface TradeSide {
  get(tag: number): string | undefined;
}

/** Fields that a side of a trade may have in FIX 4.4, those of its parties and fees among them. */
const MEMBERS: ReadonlySet<number> = new Set([
  ...[54, 37, 198, 11, 526, 66, 1, 660, 581, 81, 575, 576, 635, 578, 579, 821, 15, 376, 377, 528, 529, 582],
  ...[40, 18, 483, 336, 625, 943, 12, 13, 479, 497, 381, 157, 230, 158, 159, 738, 920, 921, 922, 238, 237],
  ...[118, 119, 155, 156, 77, 58, 354, 355, 752, 825, 826, 591, 70, 78, 79, 467, 661, 736, 80, 756, 757, 758],
  ...[759, 806, 453, 448, 447, 452, 802, 523, 803, 136, 137, 138, 139, 891, 518, 519, 520, 232, 233, 234],
]);

/** What message AE says of executions that may have been missed, as reports of the core. */
export class TradeReports {
  readonly #context: OrderContext;

  constructor(context: OrderContext) {
    this.#context = context;
  }

  /**
   * Tells the fill of ours that a trade is. Those that are known are told again: an execution is known by its id, which is
   * that of its execution report.
   */
  take(message: FixMessage): void {
    const { port } = this.#context;
    const told = this.#fill(message);
    if (typeof told === 'string')
      port.fault('unreadable-fill', `trade ${message.get(TAG.TradeReportID) ?? '?'}: ${told}`);
    else if (told !== undefined) port.say(told);
  }

  /** @returns why it cannot be read; nothing where it is no fill of ours */
  #fill(message: FixMessage): FillReport | string | undefined {
    const { settings, known } = this.#context;
    // Executions that are taken back or changed are told by execution reports.
    if ((message.get(TAG.TradeReportTransType) ?? '0') !== '0') return undefined;
    if (!['F', '0', undefined].includes(message.get(TAG.ExecType))) return undefined;
    const account = (side: TradeSide): string | undefined => side.get(TAG.Account);
    const ours = sidesOf(message).filter(
      (side) =>
        (account(side) ?? settings.account) === settings.account && (side.get(TAG.ClOrdID) ?? '') !== '',
    );
    const [side] = ours;
    if (side === undefined) return undefined;
    if (ours.length > 1) return 'both sides are of this account, and one execution id cannot be of two fills';
    const id = clientOrderId(side.get(TAG.ClOrdID) as string);
    const order = known.find(id);
    const listed = this.#context.listedOf(message, order);
    // Of an instrument that is not traded here nothing is to be known.
    if (listed === undefined) return undefined;
    const executionId = message.get(TAG.ExecID) ?? '';
    if (executionId === '' || executionId === '0')
      return `it has no execution id, without which order ${id} could count it twice`;
    const traded = sideOf(side.get(TAG.Side));
    if (order?.side !== undefined && traded !== undefined && order.side !== traded)
      return `execution ${executionId} is a ${traded}, and order ${id} is a ${order.side}`;
    const facts = executionFacts(message, listed, order?.side ?? traded, feeOf(settings.commission));
    if (typeof facts === 'string') return `execution ${executionId} of order ${id}: ${facts}`;
    return {
      kind: 'report',
      venue: settings.venue,
      instrument: listed.id,
      clientOrderId: id,
      venueTime: timeOf(message),
      type: 'fill',
      executionId,
      ...facts,
    };
  }
}

/** Of a trade with one side every field is its own, wherever it stands. */
function sidesOf(message: FixMessage): readonly TradeSide[] {
  const sides = message.integer(TAG.NoSides);
  return sides === 1 ? [message] : message.groups(TAG.NoSides, MEMBERS);
}
