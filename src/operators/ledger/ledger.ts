import type { Event } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';
import { payDue, payOwed } from './funding-payments.js';
import { bookInterest } from './interest.js';
import { type LedgerNotice, NO_NOTICES } from './ledger-notice.js';
import type { LedgerOptions } from './ledger-options.js';
import { LedgerReadings } from './ledger-readings.js';
import { restoreState, saveState } from './ledger-snapshot.js';
import { seeToGroups } from './order-groups.js';
import { bookOrder, bookReport, bookState } from './order-reports.js';
import { takeTruth } from './truth.js';

const NOTHING: readonly never[] = Object.freeze([]);

/**
 * Orders, positions, profit and fees of a desk and of its agents: exact money, integer lots.
 *
 * `apply` every event in order, `mark` instruments as their prices move, read through `LedgerView`.
 *
 * - A fill is booked once, by (venue, instrument, execution id), in any state of its order and in any
 *   order of arrival; an overfill and a late fill are booked and told of.
 * - A fill of an order that is not known (or is of another instrument or side) is booked to the agent
 *   `unattributed`.
 * - Positions are at average cost, or first in, first out; fees are kept beside them, by the currency in which they
 *   were paid, and so is funding.
 * - What is in other currencies is converted at the rate of the moment of reading, closed profit too.
 *
 * @example
 * const ledger = new Ledger(instruments, { reportingCurrency: 'USDT', capital: 100_000 });
 * for (const notice of ledger.apply(event, ts)) alarm(notice);
 * ledger.mark(0, 50_000.5);
 * ledger.equity();
 * @throws ConfigurationError from the constructor, naming the option that is wrong
 */
export class Ledger extends LedgerReadings {
  /**
   * Takes one event. Market data other than `rate` changes nothing but the day, and costs next to nothing.
   *
   * @param ts Unix milliseconds of the log, never going back
   * @returns what was odd about it; one shared empty array when nothing was
   * @throws InputError when an inverse contract is filled at a price of 0 or below
   */
  apply(event: Event, ts: number): readonly LedgerNotice[] {
    const { state } = this;
    if (ts >= state.funding.nextDue) payDue(state, ts);
    state.profit.at(ts);
    switch (event.kind) {
      case 'report':
        return bookReport(state, event, ts);
      case 'submitted':
        return bookOrder(state, event.order, ts);
      case 'cancelRequested':
        return bookState(state, event.clientOrderId, 'cancelRequested', ts);
      case 'lookedUp':
        return event.outcome === 'neverArrived'
          ? bookState(state, event.clientOrderId, 'rejected', ts)
          : NO_NOTICES;
      case 'epoch':
        seeToGroups(state);
        return NO_NOTICES;
      case 'rate':
        if (state.rates.set(event.from, event.to, event.rate, ts)) {
          state.valuation.refresh();
          state.revalue();
        }
        return NO_NOTICES;
      case 'account':
        state.balances.take(event);
        return NO_NOTICES;
      case 'truth':
        return takeTruth(state, this, event, ts);
      case 'interest':
        return bookInterest(state, event);
      case 'funding': {
        const index = state.instruments.indexOf(event.instrument);
        if (index >= 0) state.funding.take(index, event.rate, event.fundingTime);
        if (ts >= state.funding.nextDue) payDue(state, ts);
        return NO_NOTICES;
      }
      default:
        return NO_NOTICES;
    }
  }

  /** Tells the plain price of an instrument, usually its mid; anything but a finite number is unknown. */
  mark(index: number, price: number): void {
    const { valuation, accounts, profit, exposure, funding } = this.state;
    valuation.marks[index] = Number.isFinite(price) ? price : Number.NaN;
    if (funding.owes) payOwed(this.state, index);
    if (accounts.desk.lots[index] === 0) return;
    profit.changed(index);
    exposure.changed(index);
  }

  /** Orders that their group wants canceled since the last call; whoever asks sees to it. */
  takeCancels(): readonly Order[] {
    const { toCancel } = this.state;
    if (toCancel.length === 0) return NOTHING;
    this.state.toCancel = [];
    return toCancel;
  }

  /** All state as plain data, for {@link Ledger.restore}. */
  save(): Plain {
    return saveState(this.state);
  }

  /**
   * A ledger that goes on where another was saved, the same to the bit.
   *
   * The table may be in another order and have more instruments, but not fewer.
   *
   * @throws ConfigurationError when the snapshot does not fit the table or the reporting currency
   */
  static restore(instruments: InstrumentTable, options: LedgerOptions, saved: Plain): Ledger {
    const ledger = new Ledger(instruments, options);
    restoreState(ledger.state, saved);
    return ledger;
  }
}
