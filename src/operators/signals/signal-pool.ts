import { type InstrumentId, instrumentId } from '../../domain/brand.js';
import type { Plain } from '../../domain/plain.js';
import type { Signal } from '../../domain/signal.js';

/** The signals that count now, shared by all agents: live, for one pass. */
export interface SignalPoolView {
  /** The newest word of a signal on an instrument, if it has not expired. */
  newest(name: string, instrument: InstrumentId): Signal | undefined;
  /** All that count, sorted by signal and instrument. */
  active(): readonly Signal[];
  readonly size: number;
}

/** The pool: the newest signal for each (name, instrument), until it expires. */
export class SignalPool implements SignalPoolView {
  readonly #signals = new Map<string, Map<InstrumentId, Signal>>();
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

  /** Time moves on: what has expired is gone. */
  at(ts: number): void {
    this.#ts = ts;
    if (ts < this.#firstExpiry) return;
    let first = Number.POSITIVE_INFINITY;
    for (const [name, byInstrument] of this.#signals) {
      for (const [instrument, { validUntil }] of byInstrument) {
        if (validUntil <= ts) byInstrument.delete(instrument);
        else if (validUntil < first) first = validUntil;
      }
      if (byInstrument.size === 0) this.#signals.delete(name);
    }
    this.#firstExpiry = first;
  }

  /** Takes a signal; false when it has expired already or an equal or newer one is known. */
  put(signal: Signal): boolean {
    if (signal.validUntil <= this.#ts) return false;
    let byInstrument = this.#signals.get(signal.name);
    if (byInstrument === undefined) {
      byInstrument = new Map();
      this.#signals.set(signal.name, byInstrument);
    }
    const known = byInstrument.get(signal.instrument);
    if (known !== undefined && known.eventTime > signal.eventTime) return false;
    byInstrument.set(signal.instrument, signal);
    if (signal.validUntil < this.#firstExpiry) this.#firstExpiry = signal.validUntil;
    return true;
  }

  /** Forgets what was said about an instrument: its market is not known any more. */
  silence(instrument: InstrumentId): void {
    for (const [name, byInstrument] of this.#signals) {
      byInstrument.delete(instrument);
      if (byInstrument.size === 0) this.#signals.delete(name);
    }
  }

  save(): Plain {
    return { ts: this.#ts, signals: this.active().map((signal) => ({ ...signal })) };
  }

  static restore(saved: Plain): SignalPool {
    const { ts, signals } = saved as unknown as { readonly ts: number; readonly signals: readonly Signal[] };
    const pool = new SignalPool();
    pool.#ts = ts;
    for (const signal of signals) pool.put({ ...signal, instrument: instrumentId(signal.instrument) });
    return pool;
  }
}
