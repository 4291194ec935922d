import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { notionalOf } from './notional.js';

/** What {@link figures} asks of a ledger. Money in the reporting currency; `NaN` and `undefined` are unknown. */
export interface FiguresLedger {
  readonly reportingCurrency: string;
  /** Gross notional held at a venue, or everywhere. */
  exposure(venue?: string): number;
  /** Funding received so far; negative: paid. */
  fundingReceived(): number;
  /** Interest received so far; negative: paid. */
  interest(): number;
  convert(amount: number, from: string, to: string): number | undefined;
}

/** What `figures` adds to a frame. */
export interface FigureFields {
  /** Gross notional that the desk holds. */
  exposure: number;
  /** Funding received so far; negative: paid. */
  funding: number;
  /** Interest received so far; negative: paid. */
  interest: number;
  /** Of a fill, or of what one was corrected to: its notional. `NaN` on all other frames, and where no conversion rate is known. */
  fillNotional: number;
}

/**
 * Copies onto each frame what a summary wants to know of the ledger, which is live for one pass only.
 *
 * ```
 * frames        --tick--fill--tick--
 *               figures()
 * exposure      --0-----100---101---
 * fillNotional  --------100---------
 * ```
 *
 * @example
 * compose({ instruments: [btc] }, books(), ledger({ reportingCurrency: 'USD' }), figures());
 */
export function figures(): StageOperator<Frame & { readonly ledger: FiguresLedger }, FigureFields> {
  return stage<Frame & { readonly ledger: FiguresLedger }, FigureFields, null>({
    name: 'figures',
    adds: { exposure: 0, funding: 0, interest: 0, fillNotional: Number.NaN },
    init: () => null,
    step: (_state, frame, { instruments }) => {
      const { event, ledger } = frame;
      frame.exposure = ledger.exposure();
      frame.funding = ledger.fundingReceived();
      frame.interest = ledger.interest();
      if (event.kind !== 'report' || frame.instrument < 0) return;
      if (event.type !== 'fill' && event.type !== 'correction') return;
      const listed = instruments.at(frame.instrument);
      const notional = notionalOf(listed, event.quantity, listed.prices.toNumber(event.price));
      frame.fillNotional =
        ledger.convert(notional, listed.definition.quote, ledger.reportingCurrency) ?? Number.NaN;
    },
    save: () => null,
    restore: () => null,
  });
}
