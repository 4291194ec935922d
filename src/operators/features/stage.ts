import type { BookView } from '../../books/index.js';
import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { InstrumentId } from '../../domain/brand.js';
import { show } from '../../domain/errors.js';
import type { EventKind } from '../../domain/event.js';
import type { Plain } from '../../domain/plain.js';
import type { BarFields, ClosedBar } from '../bars/closed-bar.js';
import type { MarketFields } from '../books/books.js';
import type { MarketsView } from '../books/markets-view.js';
import { noPromise } from '../no-promise.js';
import { Quarantine } from '../quarantine.js';
import type { Feature, FeatureInput } from './feature.js';
import { type FeatureRow, type RowFactory, rowFactory } from './feature-row.js';

/** What `features` adds to a frame: the newest values for its instrument, by name. */
export interface FeatureFields<N extends string = string> {
  features: FeatureRow<N>;
}

/** The features that are computed, by name. */
export type FeatureSet<N extends string> = Readonly<Record<N, Feature>>;

class Input implements FeatureInput {
  ts = 0;
  kind: EventKind = 'quote';
  mid = Number.NaN;
  bid = Number.NaN;
  ask = Number.NaN;
  bidQuantity = Number.NaN;
  askQuantity = Number.NaN;
  tradePrice = Number.NaN;
  tradeQuantity = Number.NaN;
  tradeSign = 0;
  barName = '';
  barStart = Number.NaN;
  barOpen = Number.NaN;
  barHigh = Number.NaN;
  barLow = Number.NaN;
  barClose = Number.NaN;
  barVolume = Number.NaN;
  fundingRate = Number.NaN;
  fundingTime = Number.NaN;
  lotSize = Number.NaN;
  book: BookView | undefined = undefined;
  markets: MarketsView | undefined = undefined;

  market(instrument: InstrumentId, price: 'bid' | 'ask' | 'mid'): number {
    const { markets } = this;
    const index = markets === undefined ? -1 : markets.indexOf(instrument);
    if (markets === undefined || index < 0 || !markets.synced(index)) return Number.NaN;
    return price === 'mid' ? markets.mid(index) : price === 'bid' ? markets.bid(index) : markets.ask(index);
  }
}

interface Unit {
  readonly name: string;
  readonly feature: Feature;
  /** One state an instrument, made when the instrument is first heard of. */
  readonly states: unknown[];
  readonly quarantines: Quarantine[];
}

interface State<N extends string> {
  readonly units: readonly Unit[];
  readonly rows: FeatureRow<N>[];
  readonly input: Input;
}

/**
 * Computes features in one pass, typed by name.
 *
 * ```
 * quotes  a-b-c-     100, 101, 104
 *         features({ fast: ema({ period: 2 }) })
 * fast    u-x-y-     NaN, 100.5, 102.83
 * ```
 *
 * A feature that throws is `NaN`, reported by a `fault` and left alone for a while; the others do not notice.
 *
 * @throws ConfigurationError when a name is no identifier
 * @example
 * features({ fast: ema({ period: 20, every: '1s' }), rsi: rsi({ period: 14, every: '1s' }) })
 */
export function features<const N extends string>(
  definitions: FeatureSet<N>,
): StageOperator<Frame & MarketFields, FeatureFields<N>> {
  const names = Object.keys(definitions) as N[];
  const make = rowFactory(names);
  const unknown = make(names.map(() => Number.NaN));
  const units = (size: number): Unit[] =>
    names.map((name) => ({
      name,
      feature: definitions[name],
      states: new Array(size).fill(undefined),
      quarantines: Array.from({ length: size }, () => new Quarantine()),
    }));
  return stage<Frame & MarketFields, FeatureFields<N>, State<N>>({
    name: 'features',
    version: 2,
    fingerprint: names.map((name) => `${name}=${definitions[name].fingerprint}`).join(';'),
    adds: { features: unknown },
    init: ({ instruments: { size } }) => ({
      units: units(size),
      rows: new Array(size).fill(unknown),
      input: new Input(),
    }),
    step: (state, frame, context) => {
      const { instrument, event } = frame;
      const { bars } = frame as Partial<BarFields>;
      if (bars !== undefined) {
        for (let at = 0; at < bars.length; at++) {
          const bar = bars[at] as ClosedBar;
          fillBar(state.input, frame, bar, context);
          state.rows[bar.index] = update(state, bar.index, make, context);
        }
      }
      if (instrument < 0) return;
      switch (event.kind) {
        case 'quote':
        case 'book':
        case 'bookOrder':
        case 'trade':
        case 'bar':
        case 'sync':
        case 'funding':
          fill(state.input, frame, context);
          state.rows[instrument] = update(state, instrument, make, context);
          break;
        default:
      }
      frame.features = state.rows[instrument] as FeatureRow<N>;
    },
    save: (state) => ({
      rows: state.rows.map(({ values }) => [...values]),
      units: Object.fromEntries(
        state.units.map(({ name, feature, states, quarantines }) => [
          name,
          {
            states: states.map((one) => (one === undefined ? null : feature.save(one))),
            quarantines: quarantines.map((one) => one.save()),
          },
        ]),
      ),
    }),
    restore: (saved, { instruments: { size } }) => {
      const { rows, units: savedUnits } = saved as {
        rows: readonly (readonly number[])[];
        units: Readonly<Record<string, { states: readonly Plain[]; quarantines: readonly Plain[] }>>;
      };
      return {
        input: new Input(),
        rows: rows.map((values) => make([...values])),
        units: units(size).map((unit) => {
          const { states, quarantines } = savedUnits[unit.name] as (typeof savedUnits)[string];
          return {
            ...unit,
            states: states.map((one) => (one === null ? undefined : unit.feature.restore(one))),
            quarantines: quarantines.map((one) => Quarantine.restore(one)),
          };
        }),
      };
    },
  });
}

/** Forgets what happened before. */
function clear(input: Input, frame: Frame & MarketFields, index: number, context: StageContext): void {
  input.ts = frame.ts;
  input.markets = frame.markets;
  input.lotSize = context.instruments.at(index).quantities.toNumber(1);
  input.tradePrice = Number.NaN;
  input.tradeQuantity = Number.NaN;
  input.tradeSign = 0;
  input.barName = '';
  input.barStart = Number.NaN;
  input.barOpen = Number.NaN;
  input.barHigh = Number.NaN;
  input.barLow = Number.NaN;
  input.barClose = Number.NaN;
  input.barVolume = Number.NaN;
  input.fundingRate = Number.NaN;
  input.fundingTime = Number.NaN;
}

/** Sets a bar that a stage before has closed, of any instrument, with the market that stands. */
function fillBar(input: Input, frame: Frame & MarketFields, bar: ClosedBar, context: StageContext): void {
  const { index, name, start, plain } = bar;
  clear(input, frame, index, context);
  const { markets } = frame;
  const known = markets.synced(index);
  input.mid = known ? markets.mid(index) : Number.NaN;
  input.bid = known ? markets.bid(index) : Number.NaN;
  input.ask = known ? markets.ask(index) : Number.NaN;
  input.bidQuantity = known ? markets.bidQuantity(index) : Number.NaN;
  input.askQuantity = known ? markets.askQuantity(index) : Number.NaN;
  input.book = markets.book(index);
  input.kind = 'bar';
  input.barName = name;
  input.barStart = start;
  input.barOpen = plain.open;
  input.barHigh = plain.high;
  input.barLow = plain.low;
  input.barClose = plain.close;
  input.barVolume = plain.volume;
}

/** Sets what the frame's event tells. */
function fill(input: Input, frame: Frame & MarketFields, context: StageContext): void {
  const { event, instrument } = frame;
  clear(input, frame, instrument, context);
  const known = frame.synced;
  input.mid = known ? frame.mid : Number.NaN;
  input.bid = known ? frame.bid : Number.NaN;
  input.ask = known ? frame.ask : Number.NaN;
  input.bidQuantity = known ? frame.bidQuantity : Number.NaN;
  input.askQuantity = known ? frame.askQuantity : Number.NaN;
  input.book = frame.book;
  input.kind = event.kind;
  const { prices, quantities } = context.instruments.at(instrument);
  if (event.kind === 'trade') {
    input.tradePrice = prices.toNumber(event.price);
    input.tradeQuantity = quantities.toNumber(event.quantity);
    input.tradeSign = event.aggressor === 'buy' ? 1 : event.aggressor === 'sell' ? -1 : 0;
  } else if (event.kind === 'bar') {
    input.barStart = event.start;
    input.barOpen = prices.toNumber(event.open);
    input.barHigh = prices.toNumber(event.high);
    input.barLow = prices.toNumber(event.low);
    input.barClose = prices.toNumber(event.close);
    input.barVolume = quantities.toNumber(event.volume);
  } else if (event.kind === 'funding') {
    input.fundingRate = Number(event.rate);
    input.fundingTime = event.fundingTime;
  }
}

/** The new row; the old one when nothing changed, so that quiet events allocate nothing. */
function update<N extends string>(
  state: State<N>,
  instrument: number,
  make: RowFactory<N>,
  context: StageContext,
): FeatureRow<N> {
  const { units, input } = state;
  const last = state.rows[instrument] as FeatureRow<N>;
  let values: number[] | undefined;
  for (let index = 0; index < units.length; index++) {
    const value = evaluate(units[index] as Unit, instrument, input, context);
    if (values !== undefined) values[index] = value;
    else if (!Object.is(value, last.values[index])) {
      values = last.values.slice();
      values[index] = value;
    }
  }
  return values === undefined ? last : make(values);
}

function evaluate(unit: Unit, instrument: number, input: Input, context: StageContext): number {
  const quarantine = unit.quarantines[instrument] as Quarantine;
  if (quarantine.holds(input.ts)) return Number.NaN;
  try {
    let state = unit.states[instrument];
    if (state === undefined) {
      state = unit.feature.init();
      unit.states[instrument] = state;
    }
    const value = unit.feature.update(state, input);
    if (typeof value !== 'number') {
      noPromise(value, 'a feature is computed at once');
      throw new TypeError(`it gave ${show(value)}, which is no number`);
    }
    quarantine.passed();
    return value;
  } catch (error) {
    quarantine.failed(context, `feature:${unit.name}`, input.ts, error);
    return Number.NaN;
  }
}
