import { type Decision, keyOf } from '../../domain/decision.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import { RecentMap } from '../../domain/recent-map.js';
import type { Signal } from '../../domain/signal.js';
import type { LoggedFrame } from '../logged-frame.js';
import type { LineSink } from './line-sink.js';
import type { Places } from './places.js';

/** Opinions that are remembered for the line of a decision; of more, the oldest are forgotten. */
const MOST_OPINIONS = 10_000;

/** Signals and votes as they stand, for the line that tells what led to a decision. */
export class Opinions {
  readonly #table: InstrumentTable;
  readonly #signals = new RecentMap<string, { readonly seq: number; readonly signal: Signal }>(MOST_OPINIONS);
  readonly #votes = new RecentMap<string, { readonly seq: number; readonly decision: Decision }>(
    MOST_OPINIONS,
  );

  constructor(table: InstrumentTable) {
    this.#table = table;
  }

  /** Remembers what a frame brings. */
  take({ seq, signals, decisions }: LoggedFrame): void {
    if (signals !== undefined && signals.length > 0)
      for (const signal of signals) this.#signals.set(`${signal.name} ${signal.instrument}`, { seq, signal });
    if (decisions !== undefined && decisions.length > 0)
      for (const decision of decisions)
        this.#votes.set(`${decision.agent} ${keyOf(decision.of)}`, { seq, decision });
  }

  /** A frame on which risk spoke: the tick, and all that stood behind what it said. */
  decided(sink: LineSink, places: Places, frame: LoggedFrame): void {
    const { verdicts = [], event, targets = [] } = frame;
    const about = new Set<string>();
    for (const verdict of verdicts) {
      const { instrument } = proposalOf(verdict);
      about.add(instrument);
      const base = this.#table.find(instrument)?.definition.base;
      if (base !== undefined) about.add(`asset ${base}`);
    }
    const votes = [...this.#votes.values()].filter(
      ({ decision }) => about.has(keyOf(decision.of)) && decision.validUntil > frame.ts,
    );
    const signals = [...this.#signals.values()].filter(({ signal }) => {
      if (signal.validUntil <= frame.ts) return false;
      return (
        about.has(signal.instrument) ||
        about.has(`asset ${this.#table.find(signal.instrument)?.definition.base}`)
      );
    });
    sink.line(
      'info',
      'decided',
      {
        ...places.at(frame),
        'millrace.cause': event.kind,
        'millrace.market.bid': frame.bid,
        'millrace.market.ask': frame.ask,
        'millrace.market.mid': frame.mid,
        'millrace.signals': signals.map(
          ({ seq, signal }) =>
            `${signal.name} ${signal.instrument} ${signal.direction * signal.strength} (${signal.confidence}) @${seq}`,
        ),
        'millrace.votes': votes.map(
          ({ seq, decision }) =>
            `${decision.agent} ${keyOf(decision.of)} ${decision.exposure} (${decision.confidence}) @${seq}`,
        ),
        'millrace.based_on': [...new Set(votes.map(({ decision }) => decision.basedOn))],
        'millrace.targets': targets.map(({ of, exposure }) => `${keyOf(of)} ${exposure}`),
        'millrace.verdicts': verdicts.map((verdict) => {
          const { side, instrument, quantity } = proposalOf(verdict);
          const units = this.#table.find(instrument)?.quantities.toNumber(quantity) ?? quantity;
          const said = verdict.kind === 'denied' ? `denied by ${verdict.rule}` : 'approved';
          return `${side} ${units} ${instrument}: ${said}`;
        }),
      },
      `${verdicts.length} proposals judged on a ${event.kind}`,
    );
  }
}

const proposalOf = ({ proposal }: NonNullable<LoggedFrame['verdicts']>[number]): Proposal => proposal;
