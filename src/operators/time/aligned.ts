import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { instrumentId } from '../../domain/brand.js';
import { refuse } from '../../domain/check.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import type { AsOf } from './as-of.js';
import { AsOfJoin, type AsOfPrices, UNKNOWN_PRICES } from './as-of-join.js';

/** What `aligned` adds to a frame. */
export interface AlignedFields<N extends string = string> {
  /** By name, the other instrument's prices as of this frame; `NaN` on frames of other instruments. */
  aligned: Readonly<Record<N, AsOfPrices>>;
}

interface State<N extends string> {
  readonly joins: readonly AsOfJoin[];
  /** The newest answers by instrument: one object as long as they do not change. */
  readonly rows: Readonly<Record<N, AsOfPrices>>[];
}

/**
 * Puts two markets side by side in time: as-of joins by name.
 *
 * ```
 * futures  100-----101------------
 * spot     ----99------99.5---98--
 *          aligned({ futures: asOf(spot, futures) })
 * futures  ----100-----101----101-     on frames of spot
 * ```
 *
 * @throws ConfigurationError when there is no join, or one is of an instrument that the table does not have
 * @example
 * aligned({ perpetual: asOf('BTC-USDT.SPOT@binance', 'BTC-USDT.PERP@binance', { staleAfter: '1s' }) })
 */
export function aligned<const N extends string>(
  joins: Readonly<Record<N, AsOf>>,
): StageOperator<Frame & MarketFields, AlignedFields<N>> {
  const names = Object.keys(joins) as N[];
  if (names.length === 0) refuse('aligned', 'at least one join', joins);
  const unknown = Object.freeze(Object.fromEntries(names.map((name) => [name, UNKNOWN_PRICES]))) as Readonly<
    Record<N, AsOfPrices>
  >;
  const start = (instruments: InstrumentTable): State<N> => ({
    joins: names.map((name) => {
      const { instrument, other, on, staleAfter, memory } = joins[name];
      const place = (id: string): number =>
        instruments.find(instrumentId(id))?.index ??
        refuse(`aligned.${name}`, 'of instruments in the table', id);
      return new AsOfJoin(place(instrument), place(other), on === 'event', staleAfter, memory);
    }),
    rows: new Array(instruments.size).fill(unknown),
  });
  return stage<Frame & MarketFields, AlignedFields<N>, State<N>>({
    name: 'aligned',
    fingerprint: names
      .map((name) => {
        const { instrument, other, on, staleAfter, memory } = joins[name];
        return `${name}=asOf(${instrument},${other},${on},${staleAfter},${memory})`;
      })
      .join(';'),
    adds: { aligned: unknown },
    init: ({ instruments }) => start(instruments),
    step: (state, frame) => {
      const { instrument } = frame;
      if (instrument < 0) return;
      let row = state.rows[instrument] as Record<N, AsOfPrices>;
      let changed = false;
      for (let index = 0; index < names.length; index++) {
        const join = state.joins[index] as AsOfJoin;
        if (join.other === instrument) join.learn(frame);
        if (join.instrument !== instrument) continue;
        const name = names[index] as N;
        const last = row[name];
        const prices = join.answer(frame, last);
        if (prices === last) continue;
        if (!changed) {
          row = { ...row };
          changed = true;
        }
        row[name] = prices;
      }
      if (changed) state.rows[instrument] = row;
      frame.aligned = row;
    },
    save: ({ joins: all }) => all.map((join) => join.save()),
    restore: (saved, { instruments }) => {
      const state = start(instruments);
      state.joins.forEach((join, index) => {
        join.restore((saved as readonly Plain[])[index] as Plain);
      });
      return state;
    },
  });
}
