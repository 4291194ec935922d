import { InputError, show } from '../../domain/errors.js';
import type { Instrument, InstrumentKind } from '../../domain/instrument.js';
import { InstrumentTable, type ListedInstrument } from '../../domain/instrument-table.js';
import { defaultInstrument, type Market } from './instrument-defaults.js';
import type { ReaderOptions } from './reader-options.js';

const KINDS: Readonly<Record<Market, readonly InstrumentKind[]>> = {
  spot: ['spot'],
  usdm: ['perpetual', 'future'],
  coinm: ['perpetual', 'future'],
  cme: ['future', 'spread'],
};

/** Finds the definitions for the symbols of one recording, each once. */
export class InstrumentFinder {
  readonly #venue: string;
  readonly #given: readonly Instrument[];
  readonly #at: number;
  readonly #found = new Map<string, ListedInstrument>();
  #closed = false;

  /**
   * @param given the user's definitions, then those of the recording
   * @param at a time within the recording, Unix milliseconds
   */
  constructor(venue: string, given: ReaderOptions['instruments'], at: number) {
    this.#venue = venue;
    this.#given = given ?? [];
    this.#at = at;
  }

  /** What has been found so far, in the order of first mention. */
  get instruments(): readonly Instrument[] {
    return [...this.#found.values()].map((listed) => listed.definition);
  }

  /** From here on a symbol that was not seen before is refused, unless the user defined it. */
  close(): void {
    this.#closed = true;
  }

  /** @throws InputError when nobody defines the symbol */
  find(market: Market, symbol: string): ListedInstrument {
    const listed = this.tryFind(market, symbol);
    if (listed !== undefined) return listed;
    const late = this.#closed ? ' and was not seen on opening' : '';
    throw new InputError(
      `symbol ${show(symbol)} (${this.#venue} ${market}) has no definition${late}: name its instrument in "instruments"`,
    );
  }

  /** As {@link find}, but `undefined` instead of an exception. */
  tryFind(market: Market, symbol: string): ListedInstrument | undefined {
    const key = `${market} ${symbol}`;
    return this.#found.get(key) ?? this.#add(key, market, symbol);
  }

  #add(key: string, market: Market, symbol: string): ListedInstrument | undefined {
    const given = this.#given.find(
      ({ venue, symbol: name, kind, inverse }) =>
        venue === this.#venue &&
        name === symbol &&
        KINDS[market].includes(kind) &&
        inverse === (market === 'coinm'),
    );
    const definition =
      given ?? (this.#closed ? undefined : defaultInstrument(this.#venue, market, symbol, this.#at));
    if (definition === undefined) return undefined;
    const [listed] = new InstrumentTable([definition]).list as [ListedInstrument];
    this.#found.set(key, listed);
    return listed;
  }
}
