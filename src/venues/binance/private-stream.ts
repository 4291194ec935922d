import { InputError } from '../../domain/errors.js';
import type { StateReport } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import {
  type Fields,
  listField,
  objectField,
  quantityField,
  textField,
} from '../../streams/readers/fields.js';
import { venueMillis } from '../../streams/readers/times.js';
import { amountField, nameField } from '../driver/execution-fields.js';
import type { VenuePort } from '../driver/venue-adapter.js';
import type { KnownOrders } from './known-orders.js';
import { idOf, orderIdField, streamedFill } from './order-words.js';

const WORDS: Readonly<Record<string, StateReport['type']>> = {
  NEW: 'accepted',
  CANCELED: 'canceled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  // Met another order of ours: the venue ends it.
  TRADE_PREVENTION: 'expired',
};

/**
 * Turns what a private stream tells into reports and account events: every frame, in order, none merged.
 *
 * Spot: `executionReport` and `outboundAccountPosition`; futures: `ORDER_TRADE_UPDATE` and `ACCOUNT_UPDATE`.
 */
export class PrivateStream {
  readonly #port: VenuePort;
  readonly #known: KnownOrders;
  readonly #bySymbol: ReadonlyMap<string, ListedInstrument>;
  readonly #ended: (reason: string) => void;
  readonly #funded: () => void;

  /**
   * @param ended the venue ends the stream: it is to be opened anew
   * @param funded funding was paid or received
   */
  constructor(
    port: VenuePort,
    known: KnownOrders,
    listed: readonly ListedInstrument[],
    ended: (reason: string) => void,
    funded: () => void = () => {},
  ) {
    this.#port = port;
    this.#known = known;
    this.#bySymbol = new Map(listed.map((each) => [each.definition.symbol, each]));
    this.#ended = ended;
    this.#funded = funded;
  }

  take(message: unknown): void {
    try {
      const frame = objectField(message, 'message');
      const event = frame['event'] === undefined ? frame : objectField(frame['event'], 'event');
      this.#event(event);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // What it said is not known: everything is asked for.
      this.#port.fault('bad-input', error.message);
      this.#ended('a word of the private stream could not be read');
    }
  }

  #event(event: Fields): void {
    switch (event['e']) {
      case 'executionReport':
        this.#order(event);
        return;
      case 'ORDER_TRADE_UPDATE':
        this.#order(objectField(event['o'], 'o'));
        return;
      case 'outboundAccountPosition':
        this.#balances(event, listField(event['B'], 'B'), 'f', 'l');
        return;
      case 'ACCOUNT_UPDATE': {
        const { m: why, B: rows } = objectField(event['a'], 'a');
        this.#balances(event, listField(rows ?? [], 'B'), 'cw', '');
        if (why === 'FUNDING_FEE') this.#funded();
        return;
      }
      case 'eventStreamTerminated':
      case 'listenKeyExpired':
        this.#ended('the venue ended the private stream');
        return;
      default:
    }
  }

  #order(fields: Fields): void {
    const listed = this.#bySymbol.get(textField(fields['s'], 's'));
    // Another system trades on this account what this desk does not.
    if (listed === undefined) return;
    const id = idOf(fields);
    this.#known.add(orderIdField(fields['i'], 'i'), id);
    const what = textField(fields['x'], 'x');
    if (what === 'TRADE') {
      this.#port.say(streamedFill(fields, listed, this.#port.venue, id));
      return;
    }
    const type = Object.hasOwn(WORDS, what) ? WORDS[what] : undefined;
    if (type === undefined) return;
    const reason = fields['r'];
    this.#port.say({
      kind: 'report',
      type,
      venue: this.#port.venue,
      instrument: listed.id,
      clientOrderId: id,
      venueTime: venueMillis(fields['T'], 'T'),
      reason: typeof reason === 'string' && reason !== 'NONE' ? reason : '',
      filled: quantityField(listed, fields['z'], 'z'),
    });
  }

  #balances(event: Fields, rows: readonly unknown[], free: string, locked: string): void {
    this.#port.say({
      kind: 'account',
      venue: this.#port.venue,
      venueTime: venueMillis(event['E'], 'E'),
      balances: rows.map((row) => {
        const fields = objectField(row, 'B');
        return {
          currency: nameField(fields['a'], 'a'),
          free: amountField(textField(fields[free], free), free),
          locked: locked === '' ? '0' : amountField(textField(fields[locked], locked), locked),
        };
      }),
    });
  }
}
