import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import type { Instrument } from '../../src/domain/instrument.js';
import {
  agents,
  books,
  confidenceWeighted,
  dispatch,
  ledger,
  lookUps,
  type ParentFields,
  type ProposalFields,
  type RiskRule,
  risk,
  type SmartRoutingOptions,
  sizing,
  smartRouting,
} from '../../src/operators/index.js';

export type RoutedFrame = Frame & ProposalFields & ParentFields;

/** A desk that does as decisions from outside say, and routes by parent orders. A budget of 100 USD. */
export function routedDesk(
  instruments: readonly Instrument[],
  routing: SmartRoutingOptions = {},
  rules: readonly RiskRule[] = [],
): Core<RoutedFrame> {
  return compose(
    { instruments },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    lookUps(),
    agents([]),
    confidenceWeighted(),
    sizing({ budget: 100, minimumTrade: 0.01 }),
    smartRouting(routing),
    risk(rules),
    dispatch(),
  ) as unknown as Core<RoutedFrame>;
}
