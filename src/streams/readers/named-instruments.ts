import { InputError, show } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import { InstrumentTable, type ListedInstrument } from '../../domain/instrument-table.js';
import { symbolOfMonth, usualFuture } from './usual-futures.js';
import { usualPairs } from './usual-pairs.js';

const MONTH = /^\d{6}$/;

/**
 * Finds the instruments of a table, whose rows say a contract at most and whose name says the rest: `btcusd` in
 * `coinbase_btcusd_1m.csv`, `201312` in `cme_es_1m.csv`.
 *
 * Definitions of the user go before the usual ones. A name that speaks of a venue is never about another one.
 */
export class NamedInstruments {
  readonly #name: string;
  readonly #words: readonly string[];
  readonly #given: readonly Instrument[];
  readonly #usual: readonly Instrument[];
  readonly #at: number;
  readonly #found = new Map<string, ListedInstrument>();

  /** @param at a time within the table, Unix milliseconds */
  constructor(fileName: string, given: readonly Instrument[] = [], at = 0) {
    this.#name = fileName;
    this.#words = fileName.toLowerCase().split(/[^a-z0-9]+/);
    this.#given = given;
    this.#usual = usualPairs();
    this.#at = at;
  }

  get instruments(): readonly Instrument[] {
    return [...this.#found.values()].map(({ definition }) => definition);
  }

  /**
   * @param contract what the row says, or nothing where the whole file is about one instrument
   * @throws InputError when nobody defines it, or several do
   */
  find(contract = ''): ListedInstrument {
    const known = this.#found.get(contract);
    if (known !== undefined) return known;
    const [listed] = new InstrumentTable([this.#definition(contract)]).list as [ListedInstrument];
    this.#found.set(contract, listed);
    return listed;
  }

  /** As {@link find}, but `undefined` instead of an exception. */
  tryFind(contract: string): ListedInstrument | undefined {
    try {
      return this.find(contract);
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  #definition(contract: string): Instrument {
    const names = this.#names(contract);
    const given = this.#fitting(this.#given, names);
    const usual = this.#fitting(this.#usual, names);
    const futures = names.flatMap((name) => usualFuture(name.toUpperCase(), this.#at) ?? []);
    const candidates = [given, usual, futures].find((list) => list.length > 0) ?? [];
    const [first] = candidates;
    if (first !== undefined && candidates.length === 1) return first;
    const [only] = this.#given;
    if (contract === '' && candidates.length === 0 && only !== undefined && this.#given.length === 1)
      return only;
    const what = contract === '' ? `what ${this.#name} is about` : `${show(contract)} in ${this.#name}`;
    const which = candidates.map(({ id }) => id).join(' or ');
    throw new InputError(
      which === ''
        ? `${what} has no definition: name its instrument in "instruments", and the file after venue and symbol`
        : `${what} may be ${which}: name the instrument in "instruments"`,
    );
  }

  /** The names under which a contract may be defined, in small letters and digits. */
  #names(contract: string): readonly string[] {
    if (MONTH.test(contract))
      return this.#words.flatMap((word) => symbolOfMonth(word, contract)?.toLowerCase() ?? []);
    if (contract !== '') return [plain(contract)];
    return this.#words.flatMap((word, index) => [word, word + (this.#words[index + 1] ?? '')]);
  }

  #fitting(from: readonly Instrument[], names: readonly string[]): readonly Instrument[] {
    const venues = new Set([...this.#usual, ...this.#given].map(({ venue }) => venue));
    const named = [...venues].filter((venue) => this.#words.includes(venue));
    const wanted = this.#words.includes('coinm') ? 'coinm' : this.#words.includes('usdm') ? 'usdm' : 'any';
    const fitting = from.filter(
      ({ venue, symbol, base, quote, kind, inverse }) =>
        (names.includes(plain(symbol)) || (kind !== 'future' && names.includes(plain(base + quote)))) &&
        (named.length === 0 || named.includes(venue)) &&
        (wanted === 'any' || (kind !== 'spot' && inverse === (wanted === 'coinm'))),
    );
    const spot = fitting.filter(({ kind }) => kind === 'spot');
    return wanted === 'any' && spot.length > 0 ? spot : fitting;
  }
}

function plain(symbol: string): string {
  return symbol.toLowerCase().replace(/[^a-z0-9]/g, '');
}
