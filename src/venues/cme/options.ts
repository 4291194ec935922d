import type { Observable } from 'rxjs';
import {
  flagOf,
  integerAtLeast,
  knownKeys,
  nonEmptyName,
  numberAtLeast,
  refuse,
} from '../../domain/check.js';
import type { RateLimit, ReservedShares } from '../driver/index.js';
import {
  type Field,
  type FixStoreOptions,
  type SessionOptions,
  type SessionSettings,
  sessionSettings,
  TAG,
  type Transport,
} from '../fix/index.js';
import type { Gateway } from './gateway.js';

/** One FIX session with the broker. */
export interface CmeSession extends Omit<SessionOptions, 'dialect' | 'header'> {
  /** How the broker is reached, such as `tcp({ host, port, tls: true })`. */
  readonly transport: Transport;
  /** Where its numbers are kept: a folder of its own. */
  readonly store: Omit<FixStoreOptions, 'key'>;
  /** What its logon says beside the standard, such as name and password; asked for with each, and kept nowhere. @default nothing */
  readonly logon?: () => readonly Field[];
  /** Whom the broker's side of it is addressed to (tag 57). @default nobody */
  readonly targetSubID?: string;
}

/** Settings of CME through a broker's gateway. */
export interface CmeOptions {
  /** The venue whose instruments are traded here. @default "cme" */
  readonly venue?: string;
  /** What is particular to the broker: `ttGateway()`, `cqgGateway()`, `standardGateway(version)`. */
  readonly gateway: Gateway;
  readonly account: string;
  /** Who is responsible for the orders by the exchange's rules: tag 50 of every message. */
  readonly operator: string;
  /** Orders of one id do not trade with each other (tag 7928). @default none */
  readonly selfMatchPreventionId?: string;
  /** The session that orders go by. Each node of a pair has one of its own. */
  readonly orders: CmeSession;
  /** A session that repeats the reports of the account, whoever sent its orders; it is only read. @default none */
  readonly dropCopy?: CmeSession;
  /** The session that market data comes by. @default none: another driver brings it */
  readonly market?: CmeSession;
  /** Orders are canceled by the broker when the session for orders ends. @default false */
  readonly cancelOnDisconnect?: boolean;
  /** Asks for the definition of each instrument (message d) and holds ours against it. @default false */
  readonly definitions?: boolean;
  /**
   * Milliseconds after its decision from which an order is not sent any more, nor again after a lost connection; a
   * look-up that goes out later and does not find it is final. @default 10,000
   */
  readonly requestExpiry?: number;
  /** Milliseconds without an answer after which a submit or cancel is `unknown`. @default 5,000 */
  readonly timeout?: number;
  /** What a fill costs when the broker does not say: an exact decimal for one lot. @default "0" */
  readonly commission?: string;
  /** How far the log of the pipeline is on the disk, by `seq`: until then the broker repeats reports after a crash. @default the log is enough */
  readonly recorded$?: Observable<number>;
  /** Of messages: each order, cancel and look-up costs one of the limit `orders`. @default no limits */
  readonly limits?: readonly RateLimit[];
  readonly reserved?: ReservedShares;
}

/** One session, checked. */
export interface CheckedSession {
  readonly name: 'orders' | 'dropCopy' | 'market';
  readonly settings: SessionSettings;
  readonly session: CmeSession;
  readonly logonFields: readonly Field[];
}

/** {@link CmeOptions}, checked and complete. */
export interface CmeSettings {
  readonly venue: string;
  readonly gateway: Gateway;
  readonly account: string;
  readonly selfMatchPreventionId: string | undefined;
  readonly orders: CheckedSession;
  readonly dropCopy: CheckedSession | undefined;
  readonly market: CheckedSession | undefined;
  readonly cancelOnDisconnect: boolean;
  readonly definitions: boolean;
  readonly requestExpiry: number;
  readonly timeout: number;
  readonly commission: string;
  readonly recorded$: Observable<number> | undefined;
}

const SESSION_KEYS = ['transport', 'store', 'logon', 'targetSubID'] as const;

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function cmeSettings(options: CmeOptions): CmeSettings {
  const at = 'cmeVenue';
  knownKeys(at, options, [
    'venue',
    'gateway',
    'account',
    'operator',
    'selfMatchPreventionId',
    'orders',
    'dropCopy',
    'market',
    'cancelOnDisconnect',
    'definitions',
    'requestExpiry',
    'timeout',
    'commission',
    'recorded$',
    'limits',
    'reserved',
  ]);
  const { gateway, commission = '0' } = options;
  if (typeof gateway !== 'object' || gateway === null || typeof gateway.identify !== 'function')
    refuse(`${at}.gateway`, 'a gateway such as ttGateway()', gateway);
  for (const what of ['positions', 'trades'] as const)
    if (gateway[what] !== undefined && gateway.session.version === 'FIX.4.2')
      refuse(`${at}.gateway.${what}`, 'left out with FIX.4.2, which has no message for them', gateway[what]);
  if (
    gateway.trades !== undefined &&
    !(typeof gateway.trades === 'string' && /^\d{1,3}$/.test(gateway.trades))
  )
    refuse(`${at}.gateway.trades`, 'a type of request (tag 569) such as "1"', gateway.trades);
  nonEmptyName(`${at}.operator`, options.operator);
  if (typeof commission !== 'string' || !/^-?\d{1,12}(\.\d{1,12})?$/.test(commission))
    refuse(`${at}.commission`, 'an exact decimal such as "0.85"', commission);
  const cancelOnDisconnect = flagOf(`${at}.cancelOnDisconnect`, options.cancelOnDisconnect, false);
  const session = (
    name: CheckedSession['name'],
    given: CmeSession | undefined,
  ): CheckedSession | undefined =>
    given === undefined ? undefined : checkSession(at, name, given, options, cancelOnDisconnect);
  const orders = session('orders', options.orders);
  if (orders === undefined) return refuse(`${at}.orders`, 'a session', options.orders);
  return {
    venue: nonEmptyName(`${at}.venue`, options.venue ?? 'cme'),
    gateway,
    account: nonEmptyName(`${at}.account`, options.account),
    selfMatchPreventionId:
      options.selfMatchPreventionId === undefined
        ? undefined
        : nonEmptyName(`${at}.selfMatchPreventionId`, options.selfMatchPreventionId),
    orders,
    dropCopy: session('dropCopy', options.dropCopy),
    market: session('market', options.market),
    cancelOnDisconnect,
    definitions: flagOf(`${at}.definitions`, options.definitions, false),
    requestExpiry: numberAtLeast(`${at}.requestExpiry`, options.requestExpiry ?? 10_000, 1),
    timeout: integerAtLeast(`${at}.timeout`, options.timeout ?? 5_000, 1),
    commission,
    recorded$: options.recorded$,
  };
}

function checkSession(
  at: string,
  name: CheckedSession['name'],
  session: CmeSession,
  { gateway, operator }: CmeOptions,
  cancelOnDisconnect: boolean,
): CheckedSession {
  const path = `${at}.${name}`;
  if (typeof session !== 'object' || session === null) refuse(path, 'a session', session);
  if (typeof session.transport?.open !== 'function')
    refuse(`${path}.transport`, 'a transport such as tcp({ host, port })', session.transport);
  if (typeof session.store !== 'object' || session.store === null)
    refuse(`${path}.store`, 'a store such as { folder: "fix" }', session.store);
  const { targetSubID } = session;
  const more = Object.fromEntries(
    Object.entries(session).filter(([key]) => !(SESSION_KEYS as readonly string[]).includes(key)),
  ) as unknown as Omit<SessionOptions, 'dialect'>;
  const header: Field[] = [[TAG.SenderSubID, operator]];
  if (targetSubID !== undefined)
    header.push([TAG.TargetSubID, nonEmptyName(`${path}.targetSubID`, targetSubID)]);
  return {
    name,
    session,
    settings: sessionSettings({ ...more, dialect: gateway.session, header }, path),
    logonFields: name === 'orders' && cancelOnDisconnect ? gateway.cancelOnDisconnect : [],
  };
}
