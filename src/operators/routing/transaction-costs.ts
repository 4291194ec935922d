import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { TargetOf } from '../../domain/decision.js';
import type { BustReport, CorrectionReport, FillReport } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { type Order, type Side, sign } from '../../domain/order.js';
import { asPlain, fromPlain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import { baseUnitsPerLot } from '../contract-units.js';
import type { LedgerFields } from '../ledger/stage.js';
import { instrumentsOf } from './offers.js';
import type { ParentWord } from './parent-word.js';

/** What a part of an order cost, in the reporting currency; above 0: it cost. */
export interface CostParts {
  /** Base units. */
  readonly filled: number;
  /** Traded worth. */
  readonly notional: number;
  /** From the decision until a child was sent: side × (mid then - mid at the decision). */
  readonly delay: number;
  /** From there to the execution: side × (price - mid when the child was sent). */
  readonly trading: number;
  readonly fees: number;
}

/** The implementation shortfall of one parent order, or of an order that has none. */
export interface TransactionCosts extends CostParts {
  readonly id: string;
  readonly of: TargetOf;
  readonly side: Side;
  /** Base units that were wanted. */
  readonly quantity: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** What was not traded: side × (mid at the end - mid at the decision). `NaN`: one of them is unknown. */
  readonly opportunity: number;
  /** Delay, trading, opportunity and fees. */
  readonly shortfall: number;
  /** The same of what the whole was worth at the decision, in basis points; `NaN`: unknown. */
  readonly basisPoints: number;
  /** Fills that are not counted, because a mid or a rate was unknown. */
  readonly unmeasured: number;
  readonly venues: readonly (CostParts & { readonly venue: string })[];
}

/** What `transactionCosts` adds to a frame. */
export interface CostFields {
  /** Of parents that ended on this frame, or of which an earlier word is revised (a fill that came late, or was busted). */
  costs: readonly TransactionCosts[];
}

type Seen = Frame & MarketFields & LedgerFields & { readonly parents?: readonly ParentWord[] };
type Parts = { filled: number; notional: number; delay: number; trading: number; fees: number };

interface Account {
  readonly id: string;
  readonly of: TargetOf;
  readonly side: Side;
  readonly startedAt: number;
  /** Mids at the decision by instrument index, plain prices of their own quote currency. */
  readonly mids: Map<number, number>;
  /** What a base unit was worth at the decision, in the reporting currency; `NaN`: unknown. */
  readonly price: number;
  quantity: number;
  endedAt: number | null;
  opportunity: number;
  unmeasured: number;
  readonly venues: Map<string, Parts>;
}

interface Execution {
  readonly account: string;
  readonly venue: string;
  /** `null`: it was not measured. */
  readonly parts: Parts | null;
}

interface State {
  readonly accounts: Map<string, Account>;
  readonly executions: Map<string, Execution>;
}

/** How many ended parents, and executions, may still be revised. */
const REMEMBERED = 1_000;

/**
 * Measures what parent orders cost against the moment at which they were decided (implementation shortfall).
 *
 * ```
 * parents  b-----------e     began at a mid of 100; ended
 * fills    ---x----y----     bought 1 at 101 (sent at 100.5), 1 at 102 (sent at 101)
 *          transactionCosts()
 * costs    ------------c     delay 1.5, trading 1.5, opportunity 0, and the fees
 * ```
 *
 * The whole is Perold's ("The Implementation Shortfall: Paper versus Reality", 1988): what was paid beyond the paper portfolio that trades at the
 * mid of the decision. The parts are those of Kissell ("The Expanded Implementation Shortfall", 2006), taken child by child: delay up to the sending
 * of a child, trading from there to its fills, opportunity for what was never traded, and fees; they add up to the whole. An order without a
 * parent is its own. Rates of the moment of the fill convert into the reporting currency.
 *
 * It stands behind routing; an order that ends as soon as it begins is told of all the same.
 *
 * @example
 * transactionCosts();
 */
export function transactionCosts(): StageOperator<Frame & MarketFields & LedgerFields, CostFields> {
  return stage<Frame & MarketFields & LedgerFields, CostFields, State>({
    name: 'transactionCosts',
    adds: { costs: NONE },
    init: () => ({ accounts: new Map(), executions: new Map() }),
    step: (state, frame, { instruments }) => {
      const { kind } = frame.event;
      const { parents = NONE } = frame as Seen;
      // Most frames are of market data, and cost nothing here.
      if (kind !== 'report' && kind !== 'submitted' && parents.length === 0) return;
      const costs = take(state, frame as Seen, instruments);
      if (costs.length > 0) frame.costs = costs;
    },
    save: ({ accounts, executions }) =>
      asPlain({
        accounts: [...accounts.values()].map((account) => ({
          ...account,
          mids: [...account.mids],
          venues: [...account.venues].map(([venue, parts]) => [venue, { ...parts }]),
        })),
        executions: [...executions].map(([key, execution]) => [key, { ...execution }]),
      }),
    restore: (saved) => {
      const { accounts, executions } = fromPlain<{
        readonly accounts: readonly (Omit<Account, 'mids' | 'venues'> & {
          readonly mids: readonly (readonly [number, number])[];
          readonly venues: readonly (readonly [string, Parts])[];
        })[];
        readonly executions: readonly (readonly [string, Execution])[];
      }>(saved);
      return {
        accounts: new Map(
          accounts.map((account) => [
            account.id,
            {
              ...account,
              mids: new Map(account.mids),
              venues: new Map(account.venues.map(([venue, parts]) => [venue, { ...parts }])),
            },
          ]),
        ),
        executions: new Map(executions),
      };
    },
  });
}

function take(state: State, frame: Seen, table: InstrumentTable): readonly TransactionCosts[] {
  const { event, parents = NONE } = frame;
  const revised = new Set<Account>();
  if (event.kind === 'submitted' && event.order.parent === undefined)
    begin(state, ofOrder(event.order, frame, table));
  else if (event.kind === 'report') {
    if (event.type === 'fill' || event.type === 'correction' || event.type === 'bust')
      revise(state, event, frame, table, revised);
    endOrder(state, frame, revised, table);
  }
  for (const word of parents) {
    const known = state.accounts.get(word.id);
    if (known === undefined) begin(state, ofParent(word, frame, table));
    else known.quantity = word.quantity;
    const account = state.accounts.get(word.id) as Account;
    if (word.type === 'ended') end(account, frame, table, revised);
  }
  return [...revised].filter(({ endedAt }) => endedAt !== null).map(reportOf);
}

function begin({ accounts }: State, account: Account): void {
  accounts.set(account.id, account);
  if (accounts.size <= REMEMBERED) return;
  for (const [id, { endedAt }] of accounts) {
    if (endedAt === null) continue;
    accounts.delete(id);
    return;
  }
}

function ofParent({ id, of, side, quantity }: ParentWord, frame: Seen, table: InstrumentTable): Account {
  const mids = new Map(instrumentsOf(of, table).map(({ index }) => [index, frame.markets.mid(index)]));
  return accountOf({ id, of, side, quantity }, mids, frame, table);
}

function ofOrder(order: Order, frame: Seen, table: InstrumentTable): Account {
  const { clientOrderId: id, side, quantity: lots, arrivalMid, instrument } = order;
  const quantity = lots * baseUnitsPerLot(table.at(frame.instrument), arrivalMid);
  const mids = new Map([[frame.instrument, arrivalMid]]);
  return accountOf({ id, of: { instrument }, side, quantity }, mids, frame, table);
}

function accountOf(
  what: Pick<Account, 'id' | 'of' | 'side' | 'quantity'>,
  mids: Map<number, number>,
  { ledger, ts }: Seen,
  table: InstrumentTable,
): Account {
  let price = Number.NaN;
  for (const [index, mid] of mids) {
    const rate = ledger.convert(1, table.at(index).definition.quote, ledger.reportingCurrency) ?? Number.NaN;
    if (!Number.isNaN(mid * rate)) {
      price = mid * rate;
      break;
    }
  }
  return {
    ...what,
    startedAt: ts,
    mids,
    price,
    endedAt: null,
    opportunity: 0,
    unmeasured: 0,
    venues: new Map(),
  };
}

/** An execution counts once, with the facts that it has now. */
function revise(
  { accounts, executions }: State,
  event: FillReport | CorrectionReport | BustReport,
  frame: Seen,
  table: InstrumentTable,
  revised: Set<Account>,
): void {
  const key = `${event.venue} ${event.instrument} ${event.executionId}`;
  const known = executions.get(key);
  if (event.type === 'fill' && known !== undefined) return;
  const record = frame.ledger.order(event.clientOrderId);
  const account = accounts.get(known?.account ?? record?.order.parent?.id ?? event.clientOrderId);
  if (account === undefined) return;
  if (known !== undefined) count(account, known, -1);
  revised.add(account);
  if (event.type === 'bust') {
    // Told again it is nothing new.
    executions.set(key, { account: account.id, venue: event.venue, parts: { ...NOTHING } });
    return;
  }
  const parts = record === undefined ? null : measure(event, record.order, account, frame, table);
  const execution: Execution = { account: account.id, venue: event.venue, parts };
  executions.set(key, execution);
  count(account, execution, 1);
  if (executions.size <= REMEMBERED) return;
  for (const oldest of executions.keys()) {
    executions.delete(oldest);
    return;
  }
}

const NOTHING: Parts = { filled: 0, notional: 0, delay: 0, trading: 0, fees: 0 };

function count(account: Account, { venue, parts }: Execution, direction: 1 | -1): void {
  if (parts === null) {
    account.unmeasured += direction;
    return;
  }
  let known = account.venues.get(venue);
  if (known === undefined) {
    known = { ...NOTHING };
    account.venues.set(venue, known);
  }
  known.filled += direction * parts.filled;
  known.notional += direction * parts.notional;
  known.delay += direction * parts.delay;
  known.trading += direction * parts.trading;
  known.fees += direction * parts.fees;
}

/** `null` where a mid or a rate is unknown. */
function measure(
  { price: ticks, quantity, fee, feeCurrency, side }: FillReport | CorrectionReport,
  { arrivalMid }: Order,
  { mids }: Account,
  { ledger, instrument: index }: Seen,
  table: InstrumentTable,
): Parts | null {
  const listed = table.at(index);
  const price = listed.prices.toNumber(ticks);
  const decided = mids.get(index) ?? Number.NaN;
  const rate = ledger.convert(1, listed.definition.quote, ledger.reportingCurrency);
  const fees = ledger.convert(Number(fee), feeCurrency, ledger.reportingCurrency);
  const filled = quantity * baseUnitsPerLot(listed, price);
  if (rate === undefined || fees === undefined || Number.isNaN(decided + arrivalMid + filled)) return null;
  const worth = sign(side) * filled * rate;
  return {
    filled,
    notional: filled * price * rate,
    delay: worth * (arrivalMid - decided),
    trading: worth * (price - arrivalMid),
    fees,
  };
}

/** An order without a parent ends with its own end. */
function endOrder(state: State, frame: Seen, revised: Set<Account>, table: InstrumentTable): void {
  const { event, ledger } = frame;
  if (event.kind !== 'report') return;
  const account = state.accounts.get(event.clientOrderId);
  if (account === undefined || account.endedAt !== null) return;
  if (ledger.order(event.clientOrderId)?.remaining === 0) end(account, frame, table, revised);
}

function end(
  account: Account,
  { markets, ledger, ts }: Seen,
  table: InstrumentTable,
  revised: Set<Account>,
): void {
  account.endedAt = ts;
  revised.add(account);
  const missing = account.quantity - filledOf(account);
  // What makes no order is nothing that could have been traded.
  if (!(missing > account.quantity * 1e-9)) return;
  for (const [index, decided] of account.mids) {
    const now = markets.mid(index);
    const { quote } = table.at(index).definition;
    const rate = ledger.convert(1, quote, ledger.reportingCurrency) ?? Number.NaN;
    account.opportunity = sign(account.side) * missing * (now - decided) * rate;
    if (!Number.isNaN(account.opportunity)) return;
  }
  account.opportunity = Number.NaN;
}

function filledOf({ venues }: Account): number {
  let filled = 0;
  for (const parts of venues.values()) filled += parts.filled;
  return filled;
}

function reportOf(account: Account): TransactionCosts {
  const { id, of, side, quantity, price, startedAt, endedAt, opportunity, unmeasured } = account;
  const whole = { ...NOTHING };
  const venues = [...account.venues].map(([venue, parts]) => {
    for (const part of Object.keys(whole) as (keyof Parts)[]) whole[part] += parts[part];
    return { venue, ...parts };
  });
  const shortfall = whole.delay + whole.trading + opportunity + whole.fees;
  return {
    id,
    of,
    side,
    quantity,
    startedAt,
    endedAt: endedAt as number,
    ...whole,
    opportunity,
    shortfall,
    basisPoints: (shortfall / (quantity * price)) * 10_000,
    unmeasured,
    venues,
  };
}
