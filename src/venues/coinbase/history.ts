import { type Fields, listField, objectField } from '../../streams/readers/fields.js';
import type { RequestKind } from '../driver/index.js';
import { fillOfRest, orderOfRest, type ToldFill, type ToldOrder } from './order-words.js';
import type { CoinbaseRest, RestResult } from './rest.js';

/** Rows of a page, and pages that are read at most: 25,000 rows. */
const PAGE = 250;
const MOST_PAGES = 100;

type Parameters = Readonly<Record<string, unknown>>;
type Listing = 'v3PrivateGetBrokerageOrdersHistoricalBatch' | 'v3PrivateGetBrokerageOrdersHistoricalFills';

/** Reads the account's history over REST, page by page. `undefined`: no answer. */
export class History {
  readonly #rest: CoinbaseRest;

  constructor(rest: CoinbaseRest) {
    this.#rest = rest;
  }

  /** The newest first. */
  orders(parameters: Parameters, kind: RequestKind = 'lookUp'): Promise<readonly ToldOrder[] | undefined> {
    const name = 'v3PrivateGetBrokerageOrdersHistoricalBatch';
    return this.#pages(name, 'orders', parameters, orderOfRest, kind);
  }

  /** The first executions first. */
  async fills(
    parameters: Parameters,
    kind: RequestKind = 'lookUp',
  ): Promise<readonly ToldFill[] | undefined> {
    const name = 'v3PrivateGetBrokerageOrdersHistoricalFills';
    const fills = await this.#pages(name, 'fills', parameters, fillOfRest, kind);
    return fills && [...fills].reverse().sort((one, two) => one.listed - two.listed);
  }

  order(orderId: string): Promise<RestResult> {
    return this.#rest.call('lookUp', 'v3PrivateGetBrokerageOrdersHistoricalOrderId', { order_id: orderId });
  }

  async #pages<Row>(
    method: Listing,
    field: string,
    parameters: Parameters,
    read: (row: Fields) => Row,
    kind: RequestKind = 'lookUp',
  ): Promise<readonly Row[] | undefined> {
    const rows: Row[] = [];
    let cursor = '';
    for (let page = 0; page < MOST_PAGES; page++) {
      const more = cursor === '' ? {} : { cursor };
      const result = await this.#rest.call(kind, method, { limit: PAGE, ...parameters, ...more });
      if (!result.ok) return undefined;
      for (const row of listField(result.body[field], field)) rows.push(read(objectField(row, field)));
      const next = result.body['cursor'];
      if (typeof next !== 'string' || next === '' || result.body['has_next'] === false) return rows;
      cursor = next;
    }
    // A part of a history is none: what is missing would pass for what never was.
    return undefined;
  }
}
