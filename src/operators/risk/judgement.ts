import { mintApproved } from '../../domain/approval.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import type { Denied, Verdict } from '../../domain/verdict.js';
import { cutTo, largestPart } from './clip.js';
import type { FrameRiskView } from './frame-risk-view.js';
import type { Memories } from './memories.js';
import { closable, isReduction } from './reduction.js';
import type { RiskRule } from './rule.js';
import type { TradingState } from './trading-state.js';
import { malformed, outdated } from './validity.js';

/** What a proposal is judged by. */
export interface Bench {
  readonly rules: readonly RiskRule[];
  readonly memories: Memories;
  readonly view: FrameRiskView;
  readonly trading: TradingState;
  readonly instruments: InstrumentTable;
  /** Whether a reduction that would turn its position round is cut to what closes it. */
  readonly clipsReductions: boolean;
  limitOf(rule: RiskRule): number;
  /** Tells that a proposal was cut, and by whom. */
  clipped(rule: string, reason: string): void;
}

/** The verdict on a proposal. It is frozen in an approval of its own, so nobody can alter it afterwards. */
export function judge(proposal: Proposal, bench: Bench): Verdict {
  const { view, trading } = bench;
  const listed = bench.instruments.find(proposal.instrument);
  if (listed === undefined) return deny(proposal, undefined, 'instrument', 'nobody knows this instrument');
  const fault = malformed(proposal, listed) ?? outdated(proposal, view);
  if (fault !== undefined) return deny(proposal, listed, 'validity', fault);
  if (isReduction(proposal, listed, view)) return reduce(proposal, listed, bench);
  const restriction = trading.on(listed, proposal);
  if (restriction !== undefined || proposal.reduceOnly) {
    const part = bench.clipsReductions ? closingPart(proposal, listed, view) : undefined;
    if (part !== undefined) {
      const limit = `only ${listed.quantities.format(part.quantity)} of it would close what is held`;
      bench.clipped('reduceOnly', `${describe(proposal, listed)}: ${limit}`);
      return reduce(part, listed, bench);
    }
    return restriction === undefined
      ? deny(
          proposal,
          listed,
          'reduceOnly',
          'a reduce-only order must not add to a position or turn it round',
        )
      : deny(
          proposal,
          listed,
          'tradingState',
          `${restriction.scope} is ${restriction.status} (${restriction.reason})`,
        );
  }
  const unknown = unknownMarket(listed, view);
  if (unknown !== undefined) return deny(proposal, listed, 'market', unknown);
  return byRules(proposal, listed, bench);
}

/** The verdict of the rules alone. A part that one rule leaves goes before all of them again. */
function byRules(whole: Proposal, listed: ListedInstrument, bench: Bench): Verdict {
  const { rules, memories, view } = bench;
  let proposal = whole;
  for (let place = 0; place < rules.length; place++) {
    const rule = rules[place] as RiskRule;
    const limit = bench.limitOf(rule);
    const ask = (part: Proposal): string | undefined =>
      rule.judge?.(part, listed, limit, view, memories[place]);
    const reason = ask(proposal);
    if (reason === undefined) continue;
    const part = rule.clips
      ? largestPart(proposal, listed, (smaller) => ask(smaller) === undefined)
      : undefined;
    // What was wished for is denied, though it may be a part of it that failed.
    if (part === undefined) return { ...deny(proposal, listed, rule.name, reason), proposal: whole };
    const fault = malformed(part, listed);
    if (fault !== undefined)
      return {
        ...deny(proposal, listed, rule.name, `${reason}; of what the limit leaves, ${fault}`),
        proposal: whole,
      };
    const left = `cut to ${listed.quantities.format(part.quantity)}`;
    bench.clipped(rule.name, `${describe(proposal, listed)}: ${reason}; ${left}`);
    proposal = part;
    // Each turn the order is smaller, so this ends.
    place = -1;
  }
  return mintApproved(proposal);
}

/** A verified reduction passes in every state; few rules judge its price. */
function reduce(proposal: Proposal, listed: ListedInstrument, bench: Bench): Verdict {
  for (let place = 0; place < bench.rules.length; place++) {
    const rule = bench.rules[place] as RiskRule;
    if (rule.judgesReductions !== true) continue;
    const reason = rule.judge?.(proposal, listed, bench.limitOf(rule), bench.view, bench.memories[place]);
    if (reason !== undefined) return deny(proposal, listed, rule.name, reason);
  }
  return mintApproved(proposal);
}

function closingPart(
  proposal: Proposal,
  listed: ListedInstrument,
  view: FrameRiskView,
): Proposal | undefined {
  const lots = closable(listed, proposal.side, view);
  const part = cutTo(proposal, lots - (lots % listed.orderStep));
  return malformed(part, listed) === undefined ? part : undefined;
}

function deny(
  proposal: Proposal,
  listed: ListedInstrument | undefined,
  rule: string,
  reason: string,
): Denied {
  return { kind: 'denied', proposal, rule, reason: `${describe(proposal, listed)}: ${reason}` };
}

/** The order in the units that people read; lots and ticks where they are no whole numbers. */
function describe(
  { side, quantity, price, instrument, type, stopPrice }: Proposal,
  listed: ListedInstrument | undefined,
): string {
  if (listed === undefined || !Number.isSafeInteger(quantity) || !Number.isSafeInteger(price)) {
    return `${side} ${quantity} lots of ${instrument} at ${price} ticks`;
  }
  const at = type === 'limit' || type === 'stopLimit' ? listed.prices.format(price) : 'market';
  const wakes = Number.isSafeInteger(stopPrice)
    ? ` from ${listed.prices.format(stopPrice as number)} on`
    : '';
  return `${side} ${listed.quantities.format(quantity)} ${instrument} at ${at}${wakes}`;
}

function unknownMarket({ index, id }: ListedInstrument, { markets }: FrameRiskView): string | undefined {
  if (!markets.open(index)) return `${id} is not open for trading`;
  if (!markets.synced(index)) return `the market of ${id} is unknown: its book is unsynced, empty or crossed`;
  return undefined;
}
