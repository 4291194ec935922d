import type { InstrumentTable } from '../../domain/instrument-table.js';
import { ContractValue } from './contract-value.js';
import type { Rates } from './rates.js';

/**
 * What lots and currencies are worth now, in floats: the mark of every instrument and its conversion into
 * the reporting currency. Arrays by instrument index; `NaN` is unknown.
 */
export class Valuation {
  readonly contracts: readonly ContractValue[];
  /** Plain prices. */
  readonly marks: Float64Array;
  /** What one unit of the settlement currency is worth in the reporting currency. */
  readonly factors: Float64Array;
  readonly #settle: readonly string[];
  readonly #reportingCurrency: string;
  readonly #rates: Rates;
  readonly #factorOf = new Map<string, number>();

  constructor(instruments: InstrumentTable, rates: Rates, reportingCurrency: string) {
    this.contracts = instruments.list.map((listed) => new ContractValue(listed));
    this.#settle = instruments.list.map((listed) => listed.definition.settle);
    this.marks = new Float64Array(instruments.size).fill(Number.NaN);
    this.factors = new Float64Array(instruments.size);
    this.#rates = rates;
    this.#reportingCurrency = reportingCurrency;
    this.refresh();
  }

  /** Value of signed lots at the mark, in the settlement currency; 0 lots are worth 0 at any mark. */
  value(index: number, lots: number): number {
    if (lots === 0) return 0;
    return (this.contracts[index] as ContractValue).plain(lots, this.marks[index] as number);
  }

  /** Gross notional of lots at the mark, in the reporting currency. */
  notional(index: number, lots: number): number {
    if (lots === 0) return 0;
    return Math.abs(this.value(index, lots)) * (this.factors[index] as number);
  }

  /** What one unit of a currency is worth in the reporting currency. */
  factorOf(currency: string): number {
    let factor = this.#factorOf.get(currency);
    if (factor === undefined) {
      factor = this.#rates.convert(1, currency, this.#reportingCurrency) ?? Number.NaN;
      this.#factorOf.set(currency, factor);
    }
    return factor;
  }

  /** Reads the rates again after one has changed. */
  refresh(): void {
    this.#factorOf.clear();
    for (let index = 0; index < this.#settle.length; index++) {
      this.factors[index] = this.factorOf(this.#settle[index] as string);
    }
  }
}
