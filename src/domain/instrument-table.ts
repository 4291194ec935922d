import type { InstrumentId } from './brand.js';
import { type Decimal, decimal } from './decimal.js';
import { ConfigurationError } from './errors.js';
import { Grid } from './grid.js';
import { IdIndex } from './id-index.js';
import type { Instrument } from './instrument.js';

/** An instrument with what the hot path needs of it, precomputed. */
export interface ListedInstrument {
  readonly definition: Instrument;
  readonly id: InstrumentId;
  /** Its place in the table: state per instrument lives in arrays indexed by it. */
  readonly index: number;
  readonly prices: Grid;
  readonly quantities: Grid;
  /** Lots that the quantity of an order is a multiple of. */
  readonly orderStep: number;
  /** Value of one tick of price for one lot, in the settlement currency of a linear contract. */
  readonly tickLotValue: number;
  readonly multiplier: Decimal;
}

/**
 * The instruments of a pipeline, numbered in the order given; the same table serves every stage.
 *
 * @throws ConfigurationError when two share an id
 *
 * @example
 * const table = new InstrumentTable([btc, eth]);
 * table.find(btc.id)?.index; // 0
 */
export class InstrumentTable {
  readonly list: readonly ListedInstrument[];
  readonly #indexes: IdIndex;
  readonly #byAsset = new Map<string, ListedInstrument[]>();

  constructor(instruments: readonly Instrument[]) {
    this.list = instruments.map((definition, index) => {
      const prices = new Grid(definition.tick, `${definition.id}.tick`);
      const quantities = new Grid(definition.lot, `${definition.id}.lot`);
      const tickLotValue = prices.toNumber(1) * quantities.toNumber(1) * Number(definition.multiplier);
      return {
        definition,
        id: definition.id,
        index,
        prices,
        quantities,
        orderStep: quantities.parse(definition.orderStep, `${definition.id}.orderStep`),
        tickLotValue,
        multiplier: decimal(definition.multiplier),
      };
    });
    const ids = new Set<InstrumentId>();
    for (const listed of this.list) {
      if (ids.has(listed.id)) throw new ConfigurationError(`instrument ${listed.id} is listed twice`);
      ids.add(listed.id);
      const group = this.#byAsset.get(listed.definition.base);
      if (group === undefined) this.#byAsset.set(listed.definition.base, [listed]);
      else group.push(listed);
    }
    this.#indexes = new IdIndex([...ids]);
  }

  get size(): number {
    return this.list.length;
  }

  /** The listed instrument, or `undefined` when the table does not have it. */
  find(id: InstrumentId): ListedInstrument | undefined {
    return this.list[this.#indexes.placeOf(id)];
  }

  /** The index of an instrument, or -1 when the table does not have it. */
  indexOf(id: InstrumentId): number {
    return this.#indexes.placeOf(id);
  }

  /** The listed instrument at an index. @throws RangeError when there is none */
  at(index: number): ListedInstrument {
    const listed = this.list[index];
    if (listed === undefined) throw new RangeError(`no instrument at index ${index} of ${this.list.length}`);
    return listed;
  }

  /** The instruments whose base is this asset, in table order. */
  ofAsset(asset: string): readonly ListedInstrument[] {
    return this.#byAsset.get(asset) ?? [];
  }

  /** The venues of the table, each once, in table order. */
  get venues(): readonly string[] {
    return [...new Set(this.list.map((listed) => listed.definition.venue))];
  }
}
