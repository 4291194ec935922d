import { clientOrderId } from '../../domain/brand.js';
import type { TrueOrder } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Field, type FixMessage, TAG } from '../fix/index.js';
import { lotsOf, statusOf } from './execution.js';

/** Reports beyond which an answer without an end is given up. */
const MOST = 100_000;

/** Message AF: all open orders of the account. */
export function massStatusRequest(id: string, account: string): readonly Field[] {
  return [
    [TAG.MsgType, 'AF'],
    [TAG.MassStatusReqID, id],
    // 7: all orders.
    [TAG.MassStatusReqType, 7],
    [TAG.Account, account],
  ];
}

/** Gathers the reports that answer one request for all open orders. */
export class MassStatus {
  readonly id: string;
  readonly #orders: TrueOrder[] = [];
  readonly #done: (orders: readonly TrueOrder[] | undefined) => void;
  #reports = 0;

  /** @param done is called once: with the orders, or with nothing where there was no answer */
  constructor(id: string, done: (orders: readonly TrueOrder[] | undefined) => void) {
    this.id = id;
    this.#done = done;
  }

  /** Takes a report. @param base lots that the venue counts for orders before it */
  take(message: FixMessage, listed: ListedInstrument | undefined, base: number): void {
    this.#reports++;
    const total = message.integer(TAG.TotNumReports);
    const id = message.get(TAG.ClOrdID) ?? '';
    // A rejected status with no order in it says that there is none.
    if (listed !== undefined && id !== '' && message.get(TAG.OrdStatus) !== '8') {
      const counted = lotsOf(message, TAG.CumQty, listed) - base;
      const filled = counted >= 0 ? counted : 0;
      const status = statusOf(message, filled);
      if (status !== undefined)
        this.#orders.push({ clientOrderId: clientOrderId(id), instrument: listed.id, status, filled });
    } else if (message.get(TAG.OrdStatus) === '8' && !(total > 1)) {
      this.#done(this.#orders);
      return;
    }
    if (this.#reports >= total || message.flag(TAG.LastRptRequested) || this.#reports >= MOST)
      this.#done(this.#orders);
  }

  /** There will be no answer, or no more of it. */
  giveUp(): void {
    this.#done(undefined);
  }
}
