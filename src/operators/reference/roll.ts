import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { type InstrumentId, instrumentId } from '../../domain/brand.js';
import { knownKeys, nonEmptyName, oneOf, refuse } from '../../domain/check.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import type { RollAdjustment } from './continuous-price.js';
import { checkRollRule, fingerprintOfRule, type RollRule } from './roll-rule.js';
import { type Rolled, RollState } from './roll-state.js';

/** What `roll` adds to a frame. */
export interface RollFields {
  /** The contract of the chain that is traded now. */
  front: InstrumentId;
  /** On the frame on which the front changed, how; otherwise `undefined`. */
  rolled: Rolled | undefined;
  /** Price of the front without the jumps at rolls, on the level of the first contract; `NaN` while unknown. */
  continuous: number;
  /** The factor (or amount) between the front's price and `continuous`: see `RollOptions.adjust`. */
  adjustment: number;
}

/** The contracts of a chain, when it passes from one to the next, and how the continuous price is adjusted. */
export interface RollOptions {
  /** Ids of the contracts, in the order of their expiries. */
  readonly chain: readonly string[];
  readonly rule: RollRule;
  /** Name of the continuous contract, as `roll` events say it. @default the base of the first contract */
  readonly continuous?: string;
  /**
   * How `continuous` passes over a roll. What has been published never changes; a history on the present contract's
   * level (back-adjusted) is `continuous / adjustment` for a ratio and `continuous - adjustment` for a difference,
   * with the newest `adjustment`.
   *
   * @default "ratio"
   */
  readonly adjust?: RollAdjustment;
}

/**
 * Names the front contract of a chain of futures, and gives one price through all of them.
 *
 * ```
 * March   100---101-----103---      June trades more than March on the day that ends at the roll
 * June    110---111.1---114.4-
 *         roll({ chain: [march, june], rule: { by: 'volume', calendar } })
 * front   march-march---june--
 * continuous 100-101----104--       ratio: 114.4 x 101 / 111.1
 * derived  --------------e--        roll: from march to june, reason volume
 * ```
 *
 * It rolls on the first frame at or after the time that the rule says, never back, and one contract at a time: each
 * step is a derived `roll` event of its own. A price is the contract's mid where its market is known, else its last
 * trade. A roll with a price unknown leaves `continuous` unknown and tells so by a fault `no-price`. A definition of a
 * higher version moves the expiry of its contract; one that would put it out of the chain's order is refused with a
 * fault `chain-order`.
 *
 * @throws ConfigurationError for contracts that the table does not have or that do not expire one after the other
 *
 * @example
 * roll({ chain: ['ESH4.FUT@cme', 'ESM4.FUT@cme'], rule: { by: 'volume', calendar: cmeEquityIndex() } });
 */
export function roll(options: RollOptions): StageOperator<Frame & MarketFields, RollFields> {
  const { fingerprint, start, first } = chainOf('roll', options);
  return stage<Frame & MarketFields, RollFields, RollState>({
    name: 'roll',
    version: 2,
    fingerprint,
    adds: { ...first },
    init: start,
    step: (state, frame, context) => {
      frame.rolled = advance(state, frame, context);
      frame.front = state.front.id;
      frame.continuous = state.continuous;
      frame.adjustment = state.adjustment;
    },
    save: (state) => state.save(),
    restore: (saved: Plain, context) => {
      const state = start(context);
      state.restore(saved);
      return state;
    },
  });
}

/** What `rolls` adds to a frame. */
export interface RollsFields<N extends string = string> {
  /** By name, what {@link roll} says of each chain. */
  rolls: Readonly<Record<N, Readonly<RollFields>>>;
}

interface ChainsState<N extends string> {
  readonly chains: readonly RollState[];
  /** One object as long as nothing in it changes. */
  row: Readonly<Record<N, Readonly<RollFields>>>;
}

/**
 * {@link roll} for several chains of futures in one pipeline.
 *
 * @throws ConfigurationError as `roll`, when there is no chain, or two would have the same continuous contract
 * @example
 * rolls({ sp: { chain: [ESH4, ESM4], rule }, nasdaq: { chain: [NQH4, NQM4], rule } }) // frame.rolls.sp.front
 */
export function rolls<const N extends string>(
  chains: Readonly<Record<N, RollOptions>>,
): StageOperator<Frame & MarketFields, RollsFields<N>> {
  const names = Object.keys(chains) as N[];
  if (names.length === 0) refuse('rolls', 'at least one chain', chains);
  const all = names.map((name) => chainOf(`rolls.${name}`, chains[name]));
  const rowOf = (fields: (place: number) => Readonly<RollFields>): ChainsState<N>['row'] =>
    Object.fromEntries(names.map((name, place) => [name, fields(place)])) as ChainsState<N>['row'];
  const start = (context: StageContext): ChainsState<N> => {
    const states = all.map((one) => one.start(context));
    const continuous = states.map((state) => state.continuousName);
    const twice = continuous.find((name, place) => continuous.indexOf(name) !== place);
    if (twice !== undefined) refuse('rolls', 'chains of different continuous contracts', twice);
    return { chains: states, row: rowOf((place) => fieldsOf(states[place] as RollState, undefined)) };
  };
  return stage<Frame & MarketFields, RollsFields<N>, ChainsState<N>>({
    name: 'rolls',
    fingerprint: names.map((name, place) => `${name}=${all[place]?.fingerprint}`).join('|'),
    adds: { rolls: Object.freeze(rowOf((place) => Object.freeze({ ...(all[place] as Chain).first }))) },
    init: start,
    step: (state, frame, context) => {
      let row: Record<N, Readonly<RollFields>> | undefined;
      for (let place = 0; place < names.length; place++) {
        const chain = state.chains[place] as RollState;
        const rolled = advance(chain, frame, context);
        const name = names[place] as N;
        if (says(state.row[name], chain, rolled)) continue;
        row ??= { ...state.row };
        row[name] = fieldsOf(chain, rolled);
      }
      if (row !== undefined) state.row = row;
      frame.rolls = state.row;
    },
    save: (state) => state.chains.map((chain) => chain.save()),
    restore: (saved, context) => {
      const { chains: states } = start(context);
      states.forEach((chain, place) => {
        chain.restore((saved as readonly Plain[])[place] as Plain);
      });
      return { chains: states, row: rowOf((place) => fieldsOf(states[place] as RollState, undefined)) };
    },
  });
}

/** The options of one chain, checked. */
interface Chain {
  readonly fingerprint: string;
  /** What frames carry before the first. */
  readonly first: RollFields;
  start(context: StageContext): RollState;
}

function chainOf(name: string, options: RollOptions): Chain {
  knownKeys(name, options, ['chain', 'rule', 'continuous', 'adjust']);
  const { chain } = options;
  const rule = checkRollRule(options.rule);
  const adjust = oneOf(`${name}.adjust`, options.adjust ?? 'ratio', ['ratio', 'difference', 'none']);
  if (!Array.isArray(chain) || chain.length === 0) refuse(`${name}.chain`, 'at least one contract', chain);
  if (options.continuous !== undefined) nonEmptyName(`${name}.continuous`, options.continuous);
  return {
    fingerprint: `${options.continuous ?? ''};${chain.join(',')};${fingerprintOfRule(rule)};${adjust}`,
    first: {
      front: instrumentId(chain[0] as string),
      rolled: undefined,
      continuous: Number.NaN,
      adjustment: Number.NaN,
    },
    start: (context) => {
      const contracts = contractsOf(name, chain, context);
      const continuous = options.continuous ?? (contracts[0] as ListedInstrument).definition.base;
      return new RollState(contracts, rule, adjust, continuous, ({ from, to, reason, at }) =>
        context.derive({ kind: 'roll', venueTime: 0, continuous, from, to, reason, at }),
      );
    },
  };
}

/** Passes one frame through a chain; how its front changed, if it did. */
function advance(state: RollState, frame: Frame & MarketFields, context: StageContext): Rolled | undefined {
  const { event, instrument } = frame;
  if (event.kind === 'instrument' && instrument >= 0) {
    const revision = state.define(instrument, event.definition);
    if (revision?.outcome === 'refused' && revision.code === 'chain-order')
      context.fault('roll', revision.code, revision.message);
  }
  // Time next: a frame at the roll belongs to the new front.
  const rolled = state.passTime(frame.ts);
  if (rolled !== undefined && (Number.isNaN(rolled.fromPrice) || Number.isNaN(rolled.toPrice)))
    context.fault('roll', 'no-price', `rolled from ${rolled.from} to ${rolled.to} with a price unknown`);
  if (instrument >= 0) state.see(frame);
  return rolled;
}

function fieldsOf(
  { front, continuous, adjustment }: RollState,
  rolled: Rolled | undefined,
): Readonly<RollFields> {
  return { front: front.id, rolled, continuous, adjustment };
}

/** Whether the fields say this already. */
function says(
  fields: Readonly<RollFields>,
  { front, continuous, adjustment }: RollState,
  rolled: Rolled | undefined,
): boolean {
  return (
    fields.rolled === rolled &&
    fields.front === front.id &&
    Object.is(fields.continuous, continuous) &&
    Object.is(fields.adjustment, adjustment)
  );
}

function contractsOf(
  name: string,
  chain: readonly string[],
  { instruments }: StageContext,
): readonly ListedInstrument[] {
  const contracts = chain.map(
    (id) => instruments.find(instrumentId(id)) ?? refuse(`${name}.chain`, 'of instruments in the table', id),
  );
  contracts.forEach(({ id, definition: { expiry } }, index) => {
    const before = contracts[index - 1]?.definition.expiry ?? 0;
    if (expiry === undefined || expiry <= before)
      refuse(`${name}.chain`, 'contracts that expire one after the other', id);
  });
  return contracts;
}
