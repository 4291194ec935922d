import type { DatabentoMapping, DatabentoMetadata } from './databento-metadata.js';
import { refuseField } from './fields.js';
import type { ReaderOptions } from './reader-options.js';

/** Translates the numeric ids of a Databento file into symbols, by its mappings and the user's `symbols`. */
export class DatabentoSymbols {
  readonly #byId = new Map<number, readonly DatabentoMapping[]>();

  constructor({ mappings }: DatabentoMetadata, symbols: ReaderOptions['symbols'] = {}) {
    for (const mapping of mappings) {
      const id = Number(mapping.id);
      const others = this.#byId.get(id) ?? [];
      if (mapping.symbol !== '') this.#byId.set(id, [...others, mapping]);
    }
    for (const [id, symbol] of Object.entries(symbols))
      this.#byId.set(Number(id), [{ id, symbol, start: 0, end: Number.POSITIVE_INFINITY }]);
  }

  /** The symbols that the file speaks of, each once. */
  get all(): readonly string[] {
    return [...new Set([...this.#byId.values()].flat().map(({ symbol }) => symbol))];
  }

  /**
   * The symbol of an id, and whether it is so on every day.
   *
   * @param ts decides where an id was given to another contract later (Unix milliseconds)
   */
  find(id: number, ts: number): { readonly symbol: string; readonly always: boolean } {
    const mappings = this.#byId.get(id) ?? [];
    const always = new Set(mappings.map(({ symbol }) => symbol)).size === 1;
    const day = dayOf(ts);
    const mapping = mappings.find(({ start, end }) => always || (start <= day && day < end));
    if (mapping === undefined)
      refuseField('instrument_id', `one that the metadata map on ${day}, or in "symbols"`, id);
    return { symbol: mapping.symbol, always };
  }
}

/** The day in UTC as YYYYMMDD. */
function dayOf(ts: number): number {
  return Number(new Date(ts).toISOString().slice(0, 10).replaceAll('-', ''));
}
