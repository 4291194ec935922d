import type { StageContext } from '../../core/context.js';
import { filledInPass } from '../../core/filled-in-pass.js';
import type { Frame } from '../../core/frame.js';
import { liveView } from '../../core/live-view.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { Order } from '../../domain/order.js';
import type { MarketFields } from '../books/books.js';
import { Ledger } from './ledger.js';
import type { LedgerNotice } from './ledger-notice.js';
import { type LedgerOptions, ledgerOptions } from './ledger-options.js';
import type { LedgerView } from './ledger-view.js';

/** What `ledger` adds to a frame. */
export interface LedgerFields {
  /** Signed lots held of the frame's instrument. */
  position: number;
  /** Profit of the desk in the reporting currency; `NaN` while a rate or a mark that matters is unknown. */
  profit: number;
  /** All the ledger knows: live, for this pass only. */
  ledger: LedgerView;
}

/**
 * Keeps orders, positions and profit, and puts them on each frame.
 *
 * ```
 * events    q-b-u-s-     quote 100, bought 2 at 100 for a fee of 0.5, quote 103, sold 1 at 104
 *           ledger({ reportingCurrency: 'USD' })
 * position  z-t-t-o-     0, 2, 2, 1
 * profit    z-f-p-r-     0, -0.5, 5.5, 6.5
 * ```
 *
 * What is odd about a report (an overfill, a repeated execution, an order nobody knows) is booked as far as it can be
 * and told by a `fault` event.
 *
 * When one order of a group (`Proposal.group`) trades, it asks for the others to be canceled.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * compose({ instruments: [btc] }, books(), ledger({ reportingCurrency: 'USD' }));
 */
export function ledger(options: LedgerOptions): StageOperator<Frame & MarketFields, LedgerFields> {
  const settings = ledgerOptions(options);
  return stage<Frame & MarketFields, LedgerFields, Ledger>({
    name: 'ledger',
    version: 4,
    fingerprint: JSON.stringify(settings),
    adds: { position: 0, profit: Number.NaN, ledger: filledInPass<LedgerView>() },
    init: (context) => new Ledger(context.instruments, settings),
    step: (state, frame, context) => {
      const { instrument } = frame;
      const notices = state.apply(frame.event, frame.ts);
      if (notices.length > 0) tell(notices, context);
      const cancels = state.takeCancels();
      if (cancels.length > 0) cancel(cancels, frame.ts, context);
      if (instrument >= 0) {
        if (frame.synced) state.mark(instrument, frame.mid);
        frame.position = state.position(instrument);
      }
      frame.profit = state.profit();
      frame.ledger = liveView<LedgerView>(context, 'frame.ledger', state);
    },
    save: (state) => state.save(),
    restore: (saved, context) => Ledger.restore(context.instruments, settings, saved),
  });
}

function tell(notices: readonly LedgerNotice[], context: StageContext): void {
  for (const { code, message, severity } of notices) context.fault('ledger', code, message, severity);
}

function cancel(orders: readonly Order[], ts: number, context: StageContext): void {
  for (const { clientOrderId, venue, instrument } of orders) {
    const reason = 'another order of its group traded or is over';
    const of = { instrument, clientOrderId, reason };
    context.request({ kind: 'cancel', venue, requestTime: ts, ...of });
    context.derive({ kind: 'cancelRequested', ...of });
  }
}
