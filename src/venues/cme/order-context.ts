import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { VenuePort } from '../driver/index.js';
import { type Field, type FixMessage, TAG } from '../fix/index.js';
import type { InstrumentNames } from './gateway.js';
import type { KnownOrder, KnownOrders } from './known-orders.js';
import type { CmeSettings } from './options.js';
import type { OrderMarks } from './order-messages.js';
import type { Requests } from './requests.js';

/** What entry, reports and queries of orders have in common: one session's orders, and how they are named. */
export class OrderContext {
  readonly settings: CmeSettings;
  readonly port: VenuePort;
  readonly known: KnownOrders;
  readonly names: InstrumentNames<ListedInstrument>;
  readonly requests: Requests;
  /** Sends by the session for orders; `undefined`: it was not sent, and never will be. */
  readonly send: (fields: readonly Field[]) => number | undefined;
  readonly #marks = new Map<ListedInstrument, OrderMarks>();
  #ids = 0;

  constructor(given: Pick<OrderContext, 'settings' | 'port' | 'known' | 'names' | 'requests' | 'send'>) {
    const { settings, port, names } = given;
    this.settings = settings;
    this.port = port;
    this.known = given.known;
    this.names = names;
    this.requests = given.requests;
    this.send = given.send;
    const { gateway, selfMatchPreventionId: prevention, account } = settings;
    for (const listed of port.listed)
      this.#marks.set(listed, {
        version: gateway.session.version,
        account,
        instrument: names.fieldsOf(listed),
        more: [
          ...gateway.orderFields,
          ...(prevention === undefined ? [] : [[TAG.SelfMatchPreventionID, prevention] as const]),
        ],
      });
  }

  /** The fields that every order in an instrument has. */
  marksOf(listed: ListedInstrument): OrderMarks {
    return this.#marks.get(listed) as OrderMarks;
  }

  /** An id for a message, that no other has: neither of this run nor of the next. */
  nextId(prefix: string): string {
    return `${prefix}${Math.floor(this.port.now()).toString(36)}${(this.#ids++).toString(36)}`;
  }

  /** The instrument of a report: that of its order, or else as the report names it. */
  listedOf(message: FixMessage, known: KnownOrder | undefined): ListedInstrument | undefined {
    return (
      (known && this.port.instruments.find(known.instrument)) ?? this.names.find((tag) => message.get(tag))
    );
  }
}
