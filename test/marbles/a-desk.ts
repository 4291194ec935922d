import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { Instrument } from '../../src/domain/instrument.js';
import {
  type Agent,
  type AgentFields,
  agents,
  type BestNetPriceOptions,
  bestNetPrice,
  books,
  type CommandFields,
  confidenceWeighted,
  dispatch,
  type IntentFields,
  type LedgerFields,
  ledger,
  type MarketFields,
  type ProposalFields,
  type RiskOptions,
  type RiskRule,
  risk,
  type SizingOptions,
  sizing,
  type TargetFields,
  type VerdictFields,
} from '../../src/operators/index.js';
import { fakeAgent, spot, wants } from '../../src/testing/index.js';

/** Spot at `venue`, in USD: a tick is a cent, a lot a thousandth, and nothing costs a fee. */
export const BTC: Instrument = spot();

/** What a test of the whole chain says of its desk; the rest buys 1 BTC at 100 on the first quote. */
export interface ADesk {
  readonly instruments?: readonly Instrument[];
  readonly agents?: readonly Agent<Frame & MarketFields>[];
  readonly sizing?: Partial<SizingOptions>;
  readonly routing?: BestNetPriceOptions;
  readonly rules?: readonly RiskRule[];
  readonly risk?: RiskOptions;
  /** First part of its client order ids. */
  readonly desk?: string;
}

/** Copied out of the live ledger, by instrument, in lots: what a frame may show when it has left. */
export interface Copied {
  readonly held: readonly number[];
  /** Buys less sells that still work. */
  readonly working: readonly number[];
}

export type DeskFrame = Frame &
  MarketFields &
  LedgerFields &
  AgentFields &
  TargetFields &
  IntentFields &
  ProposalFields &
  VerdictFields &
  CommandFields &
  Copied;

/** Every operator of the chain, from books to dispatch. */
export function aDesk(settings: ADesk = {}): Core<DeskFrame> {
  const { instruments = [BTC] } = settings;
  const lots = (read: (index: number) => number): readonly number[] =>
    instruments.map((_, index) => read(index));
  return compose(
    { instruments },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    agents(settings.agents ?? [fakeAgent('buyer', [wants('BTC', 1)])]),
    confidenceWeighted(),
    sizing({ budget: 100, ...settings.sizing }),
    bestNetPrice(settings.routing),
    risk(settings.rules ?? [], settings.risk),
    dispatch(settings.desk === undefined ? {} : { desk: settings.desk }),
    pure('held', (frame: Frame & LedgerFields) => lots((index) => frame.ledger.position(index))),
    pure('working', (frame: Frame & LedgerFields) =>
      lots((index) => frame.ledger.workingBuy(index) - frame.ledger.workingSell(index)),
    ),
  ) as unknown as Core<DeskFrame>;
}

/** Lots held of the first instrument. */
export const firstHeld = ({ held }: Copied): number => held[0] as number;

/** Lots that work for the first instrument, buys less sells. */
export const firstWorking = ({ working }: Copied): number => working[0] as number;
