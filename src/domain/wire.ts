import { InputError, show } from './errors.js';
import type { EventKind, OutsideEvent } from './event.js';

/**
 * Version of the wire schema: what recordings, journals and the bridge carry.
 *
 * It grows with every change of a field's name, type or meaning; a new kind of event changes none. Readers refuse another version by name.
 *
 * @example
 * header.schema === WIRE_VERSION;
 */
export const WIRE_VERSION = 1;

type Check = (value: unknown, path: string) => void;
type OutsideKind = OutsideEvent['kind'];

const fail = (path: string, expected: string, value: unknown): never => {
  throw new InputError(`${path} must be ${expected}, not ${show(value)}`);
};

const text: Check = (value, path) => {
  if (typeof value !== 'string') fail(path, 'a string', value);
};
const name: Check = (value, path) => {
  if (typeof value !== 'string' || value.length === 0 || value.length > 200)
    fail(path, 'a name of 1 to 200 characters', value);
};
const finite: Check = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(path, 'a finite number', value);
};
/** A time of this world: 0 means unknown. */
const time: Check = (value, path) => {
  if (typeof value !== 'number' || !(value >= 0 && value < 1e14))
    fail(path, 'a Unix time in milliseconds', value);
};
const price: Check = (value, path) => {
  if (!Number.isSafeInteger(value)) fail(path, 'an integer of ticks', value);
};
const quantity: Check = (value, path) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    fail(path, 'an integer of lots, at least 0', value);
};
const positive: Check = (value, path) => {
  if (!Number.isSafeInteger(value) || (value as number) <= 0)
    fail(path, 'an integer of lots, at least 1', value);
};
const count: Check = (value, path) => {
  if (!Number.isSafeInteger(value) || (value as number) < -1) fail(path, 'an integer, or -1 for none', value);
};
const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') fail(path, 'true or false', value);
};
const DECIMAL = /^-?\d+(\.\d+)?$/;
const exact: Check = (value, path) => {
  if (typeof value !== 'string' || value.length > 60 || !DECIMAL.test(value))
    fail(path, 'a decimal string', value);
};
const share: Check = (value, path) => {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) fail(path, 'a number from 0 to 1', value);
};
const among =
  (...words: readonly (string | number)[]): Check =>
  (value, path) => {
    if (!words.includes(value as string)) fail(path, `one of ${words.join(', ')}`, value);
  };
const optional =
  (check: Check): Check =>
  (value, path) => {
    if (value !== undefined) check(value, path);
  };
const each =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) fail(path, 'an array', value);
    (value as unknown[]).forEach((item, index) => {
      check(item, `${path}[${index}]`);
    });
  };
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'an object', value);
    const object = value as Record<string, unknown>;
    for (const key in fields) (fields[key] as Check)(object[key], `${path}.${key}`);
    for (const key of Object.keys(object)) {
      if (!Object.hasOwn(fields, key) && key !== 'kind')
        fail(`${path}.${key}`, 'absent: the schema has no such field', object[key]);
    }
  };
/** Price and quantity by turns. */
const levels: Check = (value, path) => {
  if (!Array.isArray(value) || value.length % 2 !== 0)
    fail(path, 'an array of price, quantity, price, quantity', value);
  const flat = value as unknown[];
  for (let index = 0; index < flat.length; index += 2) {
    if (!Number.isSafeInteger(flat[index])) fail(`${path}[${index}]`, 'an integer of ticks', flat[index]);
    const lots = flat[index + 1];
    if (!Number.isSafeInteger(lots) || (lots as number) < 0)
      fail(`${path}[${index + 1}]`, 'an integer of lots, at least 0', lots);
  }
};

const definition = shape({
  id: name,
  venue: name,
  symbol: name,
  kind: among('spot', 'perpetual', 'future', 'spread'),
  base: name,
  quote: name,
  settle: name,
  inverse: flag,
  multiplier: exact,
  tick: exact,
  lot: exact,
  orderStep: exact,
  minQuantity: exact,
  minNotional: exact,
  fees: shape({ maker: finite, taker: finite }),
  expiry: optional(time),
  calendar: optional(name),
  bands: optional(shape({ low: exact, high: exact })),
  version: count,
});

const signal = shape({
  name,
  instrument: name,
  direction: among(-1, 0, 1),
  strength: share,
  confidence: share,
  horizon: finite,
  eventTime: time,
  validUntil: time,
  knownTime: optional(time),
  halfLife: optional(finite),
  model: optional(name),
  features: optional(name),
});

const targetOf = shape({ instrument: optional(name), asset: optional(name) });

const decision = shape({
  agent: name,
  of: (value, path) => {
    targetOf(value, path);
    const { instrument, asset } = value as { instrument?: string; asset?: string };
    if ((instrument === undefined) === (asset === undefined))
      fail(path, 'either an instrument or an asset', value);
  },
  exposure: (value, path) => {
    if (typeof value !== 'number' || !(value >= -1 && value <= 1)) fail(path, 'a number from -1 to 1', value);
  },
  confidence: share,
  basedOn: count,
  validUntil: time,
});

const common = { venue: name, instrument: name, clientOrderId: name, venueTime: time };
const execution = {
  executionId: name,
  side: among('buy', 'sell'),
  price,
  quantity: positive,
  liquidity: among('maker', 'taker'),
  fee: exact,
  feeCurrency: name,
};
const fill = shape({ ...common, type: among('fill'), ...execution });
const correction = shape({ ...common, type: among('correction'), ...execution, reason: text });
const bust = shape({ ...common, type: among('bust'), executionId: name, reason: text });
const balances = each(shape({ currency: name, free: exact, locked: exact }));
const state = shape({
  ...common,
  type: among(
    'accepted',
    'rejected',
    'unknown',
    'canceled',
    'expired',
    'cancelRejected',
    'replaced',
    'replaceRejected',
    'notFound',
  ),
  reason: text,
  // Absent in recordings from before they were told.
  filled: optional(quantity),
  averagePrice: optional(exact),
  answers: optional(time),
});

/** What each kind of event carries. The one place to change when the schema changes. */
const SCHEMA: Readonly<Record<OutsideKind, Check>> = {
  trade: shape({
    instrument: name,
    venueTime: time,
    price,
    quantity,
    aggressor: among('buy', 'sell', 'none'),
    tradeId: text,
  }),
  quote: shape({
    instrument: name,
    venueTime: time,
    bidPrice: price,
    bidQuantity: quantity,
    askPrice: price,
    askQuantity: quantity,
    updateId: count,
  }),
  book: shape({
    instrument: name,
    venueTime: time,
    action: among('snapshot', 'delta'),
    first: count,
    last: count,
    previous: count,
    bids: levels,
    asks: levels,
  }),
  bookOrder: shape({
    instrument: name,
    venueTime: time,
    action: among('add', 'cancel', 'modify', 'clear', 'trade', 'fill'),
    orderId: text,
    side: among('bid', 'ask', 'none'),
    price,
    quantity,
    snapshot: flag,
    last: flag,
  }),
  bar: shape({
    instrument: name,
    venueTime: time,
    start: time,
    end: time,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: quantity,
    trades: count,
  }),
  funding: shape({ instrument: name, venueTime: time, rate: exact, fundingTime: time }),
  rate: shape({ venueTime: time, from: name, to: name, rate: exact }),
  instrument: shape({ venueTime: time, definition }),
  status: shape({
    instrument: name,
    venueTime: time,
    state: among('open', 'closed', 'halted', 'auction', 'preOpen'),
  }),
  link: shape({
    venueTime: time,
    venue: name,
    channel: among('market', 'orders', 'account'),
    state: among('up', 'down'),
    reason: text,
  }),
  sync: shape({ instrument: name, venueTime: time, state: among('unsynced', 'synced'), reason: text }),
  roll: shape({
    venueTime: time,
    continuous: name,
    from: name,
    to: name,
    reason: among('expiry', 'volume'),
    at: time,
  }),
  report: (value, path) => {
    const { type } = value as { type?: unknown };
    const check =
      type === 'fill' ? fill : type === 'correction' ? correction : type === 'bust' ? bust : state;
    check(value, path);
  },
  account: shape({
    venue: name,
    venueTime: time,
    balances,
  }),
  interest: shape({ venue: name, venueTime: time, paymentId: name, currency: name, amount: exact }),
  truth: shape({
    venue: name,
    venueTime: time,
    coversClosed: flag,
    orders: each(
      shape({
        clientOrderId: name,
        instrument: name,
        status: among('accepted', 'partiallyFilled', 'filled', 'canceled', 'expired', 'rejected'),
        filled: quantity,
      }),
    ),
    fills: each((value, path) => {
      fill(value, path);
      among('report')((value as { kind?: unknown }).kind, `${path}.kind`);
    }),
    positions: each(shape({ instrument: name, quantity: price, averagePrice: exact })),
    balances,
  }),
  signal: shape({ signal, source: optional(shape({ queue: name, id: name })) }),
  decision: shape({ decision, replica: optional(count) }),
  timer: shape({ name, due: time }),
  control: shape({
    action: among('kill', 'resume', 'reduce', 'limit'),
    scope: name,
    value: finite,
    by: text,
    reason: text,
  }),
  epoch: shape({ epoch: count, leader: name }),
  fault: shape({
    component: name,
    code: name,
    message: text,
    severity: among('notice', 'quarantine', 'halt'),
  }),
  barrier: shape({ id: text }),
};

/** The kinds of events that the wire carries. */
export const WIRE_KINDS: readonly EventKind[] = Object.keys(SCHEMA) as OutsideKind[];

/**
 * Checks an event from outside, field by field.
 *
 * @throws InputError naming the field, the value and what would be right
 *
 * @example
 * const event = checkEvent(JSON.parse(line));
 */
export function checkEvent(value: unknown): OutsideEvent {
  if (typeof value !== 'object' || value === null) fail('event', 'an object', value);
  const { kind } = value as { kind?: unknown };
  const check =
    typeof kind === 'string' && Object.hasOwn(SCHEMA, kind) ? SCHEMA[kind as OutsideKind] : undefined;
  if (check === undefined) return fail('event.kind', `one of ${WIRE_KINDS.join(', ')}`, kind);
  check(value, kind as string);
  return value as OutsideEvent;
}
