import type { Instrument } from '../../domain/instrument.js';
import { InstrumentTable } from '../../domain/instrument-table.js';
import type { Side } from '../../domain/order.js';
import type { MonitoredFrame } from '../monitor/monitored-frame.js';
import { Curve, type CurvePoint } from '../summary/curve.js';
import type { SummaryResult } from '../summary/result.js';
import { RunSummary, type SummaryFrame } from '../summary/run-summary.js';
import { type HitRate, SignalOutcomes } from './signal-outcomes.js';
import { Thinned } from './thinned.js';

/** Points of a curve, and fills on a chart. */
const POINTS = 512;
const MARKS = 400;

/** A fill on the chart of its instrument. */
export interface FillMark {
  readonly ts: number;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
}

/** The price of an instrument that was traded, and the fills on it. */
export interface TradedInstrument {
  readonly instrument: string;
  readonly mids: readonly CurvePoint[];
  /** An even choice of them when there were many. */
  readonly fills: readonly FillMark[];
  readonly fillCount: number;
}

/** What a tear sheet shows: plain data. */
export interface TearSheetData {
  readonly summary: SummaryResult;
  readonly capital: number | null;
  /** By agent, over time. */
  readonly agents: readonly { readonly agent: string; readonly profit: readonly CurvePoint[] }[];
  readonly traded: readonly TradedInstrument[];
  readonly hitRates: readonly HitRate[];
}

/** What a tear sheet is made for. */
export interface TearSheetOptions {
  readonly instruments: readonly Instrument[] | InstrumentTable;
  /** What the desk began with. @default unknown: no returns in percent */
  readonly capital?: number;
}

interface Watched {
  readonly mids: Curve;
  readonly fills: Thinned<FillMark>;
}

/** The frames that it takes: those of a chain with `figures` and, for the parts, `breakdown`. */
export type TearSheetFrame = SummaryFrame & MonitoredFrame & { readonly mid?: number };

/**
 * Gathers what a tear sheet shows, frame by frame, with bounded memory.
 *
 * @example
 * const sheet = new TearSheet({ instruments, capital: 100_000 });
 * await backtest(core, recording, { drivers }).forEach((frame) => sheet.observe(frame));
 * writeFileSync('report.html', renderTearSheet(sheet.data(), { title: 'My desk' }));
 * @throws ConfigurationError for options that cannot be
 */
export class TearSheet {
  readonly #table: InstrumentTable;
  readonly #summary: RunSummary;
  readonly #capital: number | null;
  readonly #watched: (Watched | undefined)[] = [];
  readonly #agents = new Map<string, Curve>();
  readonly #outcomes = new SignalOutcomes();
  #last = new Map<string, CurvePoint>();

  constructor({ instruments, capital }: TearSheetOptions) {
    this.#table = instruments instanceof InstrumentTable ? instruments : new InstrumentTable(instruments);
    this.#summary = new RunSummary({ instruments: this.#table, points: POINTS });
    this.#capital = capital ?? null;
  }

  /** Takes a frame; nothing of it is kept. */
  observe(frame: TearSheetFrame): void {
    this.#summary.observe(frame);
    const { ts, event, instrument, mid, breakdown, signals } = frame;
    if (instrument >= 0 && mid !== undefined && !Number.isNaN(mid)) {
      const { mids } = this.#of(instrument);
      if (mids.due(ts)) mids.add(ts, mid);
      this.#outcomes.moved(this.#table.at(instrument).id, ts, mid);
    }
    for (const signal of signals ?? []) {
      const own = this.#table.indexOf(signal.instrument) === instrument;
      this.#outcomes.said(signal, ts, own ? (mid ?? Number.NaN) : Number.NaN);
    }
    if (event.kind === 'report' && event.type === 'fill' && instrument >= 0) {
      const { prices, quantities } = this.#table.at(instrument);
      const { side } = event;
      this.#of(instrument).fills.add({
        ts,
        side,
        price: prices.toNumber(event.price),
        quantity: quantities.toNumber(event.quantity),
      });
    }
    for (const { agent, profit } of breakdown?.agents ?? []) {
      if (Number.isNaN(profit)) continue;
      let curve = this.#agents.get(agent);
      if (curve === undefined) {
        curve = new Curve(POINTS);
        this.#agents.set(agent, curve);
      }
      if (curve.due(ts)) curve.add(ts, profit);
      this.#last.set(agent, { ts, value: profit });
    }
  }

  /** What was gathered so far. */
  data(): TearSheetData {
    return {
      summary: this.#summary.result(),
      capital: this.#capital,
      agents: [...this.#agents].map(([agent, curve]) => {
        const last = this.#last.get(agent);
        return { agent, profit: last === undefined ? curve.points : curve.upTo(last.ts, last.value) };
      }),
      traded: this.#watched.flatMap((watched, index) =>
        watched === undefined || watched.fills.seen === 0
          ? []
          : [
              {
                instrument: this.#table.at(index).id,
                mids: watched.mids.points,
                fills: watched.fills.items,
                fillCount: watched.fills.seen,
              },
            ],
      ),
      hitRates: this.#outcomes.result(),
    };
  }

  #of(index: number): Watched {
    let watched = this.#watched[index];
    if (watched === undefined) {
      watched = { mids: new Curve(POINTS), fills: new Thinned(MARKS) };
      this.#watched[index] = watched;
    }
    return watched;
  }
}
