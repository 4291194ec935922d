import { Decoder } from '@msgpack/msgpack';
import { InputError, show } from '../../domain/errors.js';
import type { AccountEvent, ReportEvent, TruthEvent } from '../../domain/event.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import { checkEvent } from '../../domain/wire.js';
import type { Finding, Outcome, VenueTruth } from '../driver/outcome.js';
import { MARKET_TYPES, type MarketWord, readMarket } from './decode-market.js';
import { GATEWAY_VERSION } from './encode-request.js';
import {
  decimalOf,
  type Fields,
  fieldsOf,
  listOf,
  lotsOf,
  numberOf,
  requestOf,
  textOf,
  ticksOf,
  timeOf,
  wholeOf,
  wordOf,
} from './fields.js';

/** What an engine says, checked. */
export type GatewayMessage =
  | { readonly type: 'welcome'; readonly engine: string; readonly time: number }
  | { readonly type: 'pong' }
  | { readonly type: 'answer'; readonly request: number; readonly outcome: Outcome }
  | { readonly type: 'finding'; readonly request: number; readonly finding: Finding }
  | { readonly type: 'truth'; readonly request: number; readonly truth: VenueTruth }
  | { readonly type: 'market'; readonly event: MarketWord }
  | {
      readonly type: 'event';
      readonly sequence: number;
      readonly event: ReportEvent | AccountEvent;
    };

/** The engine speaks another version of the format. */
export class GatewayVersionError extends InputError {
  override readonly name: string = 'GatewayVersionError';
}

const ERRORS = ['throttled', 'rejected', 'clock', 'dead-key', 'duplicate-id', 'not-found'] as const;
const STATUSES = ['accepted', 'partiallyFilled', 'filled', 'canceled', 'expired', 'rejected'] as const;
const STATES = ['accepted', 'rejected', 'canceled', 'expired', 'replaced', 'replaceRejected'] as const;
/**
 * Reads messages of an engine. Whatever is not exactly what docs/gateway-format.md says is refused.
 *
 * Every message is checked as an event of the core is, so that nothing but well-formed events comes of it.
 */
export class MessageReader {
  readonly #venue: string;
  readonly #instruments: InstrumentTable;
  readonly #decoder = new Decoder();

  constructor(venue: string, instruments: InstrumentTable) {
    this.#venue = venue;
    this.#instruments = instruments;
  }

  /** @throws InputError that says what is wrong with it */
  read(frames: readonly Uint8Array[]): GatewayMessage {
    const [frame, ...others] = frames;
    if (frame === undefined || others.length > 0) throw new InputError(`${frames.length} frames, not one`);
    let decoded: unknown;
    try {
      decoded = this.#decoder.decode(frame);
    } catch (error) {
      throw new InputError(`not msgpack: ${(error as Error).message}`);
    }
    const message = fieldsOf('the message', decoded);
    if (message['version'] !== GATEWAY_VERSION) {
      throw new GatewayVersionError(
        `version must be ${GATEWAY_VERSION}, not ${show(message['version'])}: the engine speaks another format`,
      );
    }
    switch (message['type']) {
      case 'welcome':
        return { type: 'welcome', engine: textOf('engine', message['engine']), time: timeOf(message) };
      case 'pong':
        return { type: 'pong' };
      case 'answer':
        return { type: 'answer', request: requestOf(message), outcome: this.#outcome(message) };
      case 'finding':
        return { type: 'finding', request: requestOf(message), finding: this.#finding(message) };
      case 'truth':
        return { type: 'truth', request: requestOf(message), truth: this.#truth(message) };
      case 'report':
        return {
          type: 'event',
          sequence: wholeOf('sequence', message['sequence'], 1),
          event: this.#report(fieldsOf('report', message['report'])),
        };
      case 'account':
        return {
          type: 'event',
          sequence: wholeOf('sequence', message['sequence'], 1),
          event: this.#account(message),
        };
      default:
        if (MARKET_TYPES.has(message['type']))
          return { type: 'market', event: readMarket(message, (id) => this.#listed(id)) };
        throw new InputError(`type ${show(message['type'])} is none that an engine sends`);
    }
  }

  #outcome(message: Fields): Outcome {
    const kind = wordOf('outcome', message['outcome'], ['acknowledged', 'refused', 'unknown'] as const);
    const reason = textOf('reason', message['reason'] ?? '');
    if (kind === 'unknown') return { kind, reason };
    const venueTime = timeOf(message);
    if (kind === 'acknowledged') {
      const { filled } = message;
      if (filled === undefined) return { kind, venueTime };
      const listed = this.#listed(message['instrument']);
      return { kind, venueTime, filled: lotsOf('filled', filled, listed, 0) };
    }
    const { retryAfter } = message;
    return {
      kind,
      error: wordOf('error', message['error'], ERRORS),
      reason,
      venueTime,
      ...(retryAfter === undefined ? {} : { retryAfter: numberOf('retryAfter', retryAfter, 0, 3_600_000) }),
    };
  }

  #finding(message: Fields): Finding {
    const venueTime = timeOf(message);
    if (wordOf('found', message['found'], ['order', 'nothing'] as const) === 'nothing')
      return { kind: 'notFound', venueTime };
    const listed = this.#listed(message['instrument']);
    const { averagePrice } = message;
    return {
      kind: 'found',
      status: wordOf('status', message['status'], STATUSES),
      filled: lotsOf('filled', message['filled'], listed, 0),
      ...(averagePrice === undefined ? {} : { averagePrice: decimalOf('averagePrice', averagePrice) }),
      fills: listOf('fills', message['fills']).map((fill) => this.#fill(fieldsOf('a fill', fill))),
      reason: textOf('reason', message['reason'] ?? ''),
      venueTime,
    };
  }

  #truth(message: Fields): VenueTruth {
    const event = {
      kind: 'truth',
      venue: this.#venue,
      venueTime: timeOf(message),
      coversClosed: message['coversClosed'],
      orders: listOf('orders', message['orders']).map((each) => {
        const order = fieldsOf('an order', each);
        const listed = this.#listed(order['instrument']);
        return {
          clientOrderId: order['clientOrderId'],
          instrument: listed.id,
          status: wordOf('status', order['status'], STATUSES),
          filled: lotsOf('filled', order['filled'], listed, 0),
        };
      }),
      fills: listOf('fills', message['fills']).map((fill) => this.#fill(fieldsOf('a fill', fill))),
      positions: listOf('positions', message['positions']).map((each) => {
        const position = fieldsOf('a position', each);
        const listed = this.#listed(position['instrument']);
        return {
          instrument: listed.id,
          quantity: lotsOf('quantity', position['quantity'], listed, Number.MIN_SAFE_INTEGER),
          averagePrice: decimalOf('averagePrice', position['averagePrice'] ?? '0'),
        };
      }),
      balances: listOf('balances', message['balances']),
    };
    const { kind: _kind, venue: _venue, ...truth } = checkEvent(event) as TruthEvent;
    return truth;
  }

  #account(message: Fields): AccountEvent {
    return checkEvent({
      kind: 'account',
      venue: this.#venue,
      venueTime: timeOf(message),
      balances: listOf('balances', message['balances']),
    }) as AccountEvent;
  }

  #report(report: Fields): ReportEvent {
    if (report['type'] === 'fill') return this.#fill(report);
    const listed = this.#listed(report['instrument']);
    const { filled, averagePrice } = report;
    return checkEvent({
      kind: 'report',
      venue: this.#venue,
      instrument: listed.id,
      clientOrderId: report['clientOrderId'],
      venueTime: timeOf(report),
      type: wordOf('type', report['type'], STATES),
      reason: textOf('reason', report['reason'] ?? ''),
      ...(filled === undefined ? {} : { filled: lotsOf('filled', filled, listed, 0) }),
      ...(averagePrice === undefined ? {} : { averagePrice: decimalOf('averagePrice', averagePrice) }),
    }) as ReportEvent;
  }

  #fill(fill: Fields): ReportEvent & { readonly type: 'fill' } {
    const listed = this.#listed(fill['instrument']);
    return checkEvent({
      kind: 'report',
      venue: this.#venue,
      instrument: listed.id,
      clientOrderId: fill['clientOrderId'],
      venueTime: timeOf(fill),
      type: 'fill',
      executionId: fill['executionId'],
      side: fill['side'],
      price: ticksOf('price', fill['price'], listed),
      quantity: lotsOf('quantity', fill['quantity'], listed, 1),
      liquidity: fill['liquidity'],
      fee: decimalOf('fee', fill['fee']),
      feeCurrency: fill['feeCurrency'],
    }) as ReportEvent & { readonly type: 'fill' };
  }

  #listed(id: unknown): ListedInstrument {
    const listed = typeof id === 'string' ? this.#instruments.find(id as ListedInstrument['id']) : undefined;
    if (listed === undefined || listed.definition.venue !== this.#venue)
      throw new InputError(`instrument ${show(id)} is none of ${this.#venue}`);
    return listed;
  }
}
