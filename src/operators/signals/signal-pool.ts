import { type InstrumentId, instrumentId } from '../../domain/brand.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import type { Signal } from '../../domain/signal.js';

/** The signals that count now, shared by all agents: live, for one pass. */
export interface SignalPoolView {
  /** The newest word of a signal on an instrument, if it has not expired. */
  newest(name: string, instrument: InstrumentId): Signal | undefined;
  /** All that count, sorted by signal and instrument. */
  active(): readonly Signal[];
  readonly size: number;
  /**
   * Strength of the newest word with its direction, from -1 to 1, faded by its half-life: 0 where nothing is said.
   */
  weight(name: string, instrument: InstrumentId): number;
  /** What became of all words so far. */
  readonly statistics: SignalStatistics;
}

/** Counts of what became of signals. */
export interface SignalStatistics {
  readonly taken: number;
  /** Older than what was known already. */
  readonly late: number;
  /** Said what was known already. */
  readonly doubled: number;
  /** Had expired when they came. */
  readonly stale: number;
  /** Expired in the pool. */
  readonly expired: number;
  /** Forgotten because their market was lost. */
  readonly silenced: number;
}

/** Whether two words say the same, whenever they came. */
const same = (a: Signal, b: Signal): boolean =>
  a.eventTime === b.eventTime &&
  a.direction === b.direction &&
  a.strength === b.strength &&
  a.confidence === b.confidence &&
  a.horizon === b.horizon &&
  a.validUntil === b.validUntil &&
  a.halfLife === b.halfLife &&
  a.model === b.model &&
  a.features === b.features;

/** The pool: the newest signal for each (name, instrument), until it expires. */
export class SignalPool implements SignalPoolView {
  readonly #signals = new Map<string, Map<InstrumentId, Signal>>();
  readonly #counts: { -readonly [K in keyof SignalStatistics]: number } = {
    taken: 0,
    late: 0,
    doubled: 0,
    stale: 0,
    expired: 0,
    silenced: 0,
  };
  #ts = 0;
  #firstExpiry = Number.POSITIVE_INFINITY;

  newest(name: string, instrument: InstrumentId): Signal | undefined {
    return this.#signals.get(name)?.get(instrument);
  }

  active(): readonly Signal[] {
    return [...this.#signals.keys()]
      .sort()
      .flatMap((name) =>
        [...(this.#signals.get(name) as Map<InstrumentId, Signal>).values()].sort((a, b) =>
          a.instrument < b.instrument ? -1 : 1,
        ),
      );
  }

  get size(): number {
    let size = 0;
    for (const byInstrument of this.#signals.values()) size += byInstrument.size;
    return size;
  }

  get statistics(): SignalStatistics {
    return { ...this.#counts };
  }

  weight(name: string, instrument: InstrumentId): number {
    const signal = this.newest(name, instrument);
    if (signal === undefined) return 0;
    const { direction, strength, eventTime, halfLife } = signal;
    const age = Math.max(this.#ts - eventTime, 0);
    const faded = halfLife === undefined ? strength : strength * 2 ** (-age / halfLife);
    return direction * faded + 0;
  }

  /** Time moves on: what has expired is gone. */
  at(ts: number): void {
    this.#ts = ts;
    if (ts < this.#firstExpiry) return;
    let first = Number.POSITIVE_INFINITY;
    for (const [name, byInstrument] of this.#signals) {
      for (const [instrument, { validUntil }] of byInstrument) {
        if (validUntil <= ts) {
          byInstrument.delete(instrument);
          this.#counts.expired += 1;
        } else if (validUntil < first) first = validUntil;
      }
      if (byInstrument.size === 0) this.#signals.delete(name);
    }
    this.#firstExpiry = first;
  }

  /** Takes a signal; false when it has expired already, or the same or a newer one is known. */
  put(signal: Signal): boolean {
    if (signal.validUntil <= this.#ts) {
      this.#counts.stale += 1;
      return false;
    }
    let byInstrument = this.#signals.get(signal.name);
    if (byInstrument === undefined) {
      byInstrument = new Map();
      this.#signals.set(signal.name, byInstrument);
    }
    const known = byInstrument.get(signal.instrument);
    if (known !== undefined && known.eventTime > signal.eventTime) {
      this.#counts.late += 1;
      return false;
    }
    if (known !== undefined && same(known, signal)) {
      this.#counts.doubled += 1;
      return false;
    }
    this.#counts.taken += 1;
    byInstrument.set(signal.instrument, signal);
    if (signal.validUntil < this.#firstExpiry) this.#firstExpiry = signal.validUntil;
    return true;
  }

  /** Forgets what was said about an instrument: its market is not known any more. */
  silence(instrument: InstrumentId): void {
    for (const [name, byInstrument] of this.#signals) {
      if (byInstrument.delete(instrument)) this.#counts.silenced += 1;
      if (byInstrument.size === 0) this.#signals.delete(name);
    }
  }

  save(): Plain {
    return {
      ts: this.#ts,
      counts: { ...this.#counts },
      signals: this.active().map((signal) => ({ ...signal })),
    };
  }

  static restore(saved: Plain): SignalPool {
    const { ts, counts, signals } = fromPlain<{
      readonly ts: number;
      readonly counts: SignalStatistics;
      readonly signals: readonly Signal[];
    }>(saved);
    const pool = new SignalPool();
    pool.#ts = ts;
    for (const signal of signals) pool.put({ ...signal, instrument: instrumentId(signal.instrument) });
    Object.assign(pool.#counts, counts);
    return pool;
  }
}
