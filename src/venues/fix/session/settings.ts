import type { Calendar } from '../../../domain/calendar.js';
import {
  integerAtLeast,
  knownKeys,
  nonEmptyName,
  numberAtLeast,
  oneOf,
  refuse,
} from '../../../domain/check.js';
import type { Field } from '../codec/encode.js';
import { LARGEST_MESSAGE } from '../codec/framer.js';

/** What a gateway wants of a session beside the standard. */
export interface SessionDialect {
  /** Such as `tt` or `cqg`: how messages call it. */
  readonly name: string;
  readonly version: 'FIX.4.2' | 'FIX.4.4';
  /** Both sides begin at 1 with every logon, which says so (tag 141). @default false */
  readonly resetOnLogon?: boolean;
  /** A logon of the peer that begins at 1 without having been asked is taken. @default false: refused, with an alert */
  readonly acceptReset?: boolean;
  /** Seconds: the least interval of heartbeats that it takes. @default 1 */
  readonly leastHeartbeat?: number;
  /** Logons that it takes within a time (milliseconds); more are waited with. @default no limit */
  readonly logonLimit?: { readonly count: number; readonly within: number };
  /** Whether it knows a message that is sent again by its flag; else everything is gap-filled. @default true */
  readonly resends?: boolean;
  /** A message that is sent again says when it was sent at first (tag 122), or is rejected. @default true */
  readonly requiresOrigSendingTime?: boolean;
  /** Messages asked for by one resend request; 0: all that are missing. @default 0 */
  readonly resendChunk?: number;
}

/** How a FIX session is kept. Times in milliseconds where nothing else is said. */
export interface SessionOptions {
  readonly dialect: SessionDialect;
  readonly senderCompID: string;
  readonly targetCompID: string;
  /** Further header fields of every message, such as the operator id (tag 50). @default none */
  readonly header?: readonly Field[];
  /** Seconds between heartbeats. @default 30 */
  readonly heartbeat?: number;
  /** When sessions are held; numbers begin at 1 with each. @default always, one session for good */
  readonly schedule?: Calendar;
  /** Without an answer to the logon for so long, the connection is given up. @default 10,000 */
  readonly logonPatience?: number;
  /** Without an answer to our logout for so long, the connection is closed. @default 2,000 */
  readonly logoutPatience?: number;
  /** Without progress of a resend for so long, it is asked for again; after three times the connection is given up. @default 10,000 */
  readonly resendPatience?: number;
  /** Waits before connecting again: they double from the first to the longest, less a random part. @default 1,000 to 30,000 */
  readonly reconnect?: { readonly first: number; readonly longest: number };
  /** How far the peer's sending time may be from ours; 0: not looked at. @default 120,000 */
  readonly sendingTimeTolerance?: number;
  /** Messages beyond a gap that are kept until it is filled; further ones are asked for again. @default 10,000 */
  readonly mostQueued?: number;
  /** Bytes of the largest message that is taken. @default 1 MiB */
  readonly largestMessage?: number;
}

/** {@link SessionOptions}, checked and complete. */
export interface SessionSettings {
  readonly dialect: Required<Omit<SessionDialect, 'logonLimit'>> & {
    readonly logonLimit: { readonly count: number; readonly within: number } | undefined;
  };
  readonly senderCompID: string;
  readonly targetCompID: string;
  readonly header: readonly Field[];
  /** Milliseconds. */
  readonly heartbeat: number;
  readonly schedule: Calendar | undefined;
  readonly logonPatience: number;
  readonly logoutPatience: number;
  readonly resendPatience: number;
  readonly reconnect: { readonly first: number; readonly longest: number };
  readonly sendingTimeTolerance: number;
  readonly mostQueued: number;
  readonly largestMessage: number;
}

const LONGEST = 86_400_000;

/**
 * Checks the options of a session and fills in the defaults; times are milliseconds.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 *
 * @example
 * const settings = sessionSettings({ dialect: tt(), senderCompID: 'DESK', targetCompID: 'TT' });
 */
export function sessionSettings(options: SessionOptions, at = 'fix'): SessionSettings {
  knownKeys(at, options, [
    'dialect',
    'senderCompID',
    'targetCompID',
    'header',
    'heartbeat',
    'schedule',
    'logonPatience',
    'logoutPatience',
    'resendPatience',
    'reconnect',
    'sendingTimeTolerance',
    'mostQueued',
    'largestMessage',
  ]);
  const { dialect, reconnect = { first: 1_000, longest: 30_000 } } = options;
  const checked = dialectSettings(dialect, `${at}.dialect`);
  const duration = (name: string, value: number): number => numberAtLeast(`${at}.${name}`, value, 1, LONGEST);
  const heartbeat = integerAtLeast(`${at}.heartbeat`, options.heartbeat ?? 30, checked.leastHeartbeat);
  const first = duration('reconnect.first', reconnect.first);
  return {
    dialect: checked,
    senderCompID: nonEmptyName(`${at}.senderCompID`, options.senderCompID),
    targetCompID: nonEmptyName(`${at}.targetCompID`, options.targetCompID),
    header: headerFields(`${at}.header`, options.header ?? []),
    heartbeat: heartbeat * 1_000,
    schedule: options.schedule,
    logonPatience: duration('logonPatience', options.logonPatience ?? 10_000),
    logoutPatience: duration('logoutPatience', options.logoutPatience ?? 2_000),
    resendPatience: duration('resendPatience', options.resendPatience ?? 10_000),
    reconnect: {
      first,
      longest: numberAtLeast(`${at}.reconnect.longest`, reconnect.longest, first, LONGEST),
    },
    sendingTimeTolerance: numberAtLeast(
      `${at}.sendingTimeTolerance`,
      options.sendingTimeTolerance ?? 120_000,
      0,
    ),
    mostQueued: integerAtLeast(`${at}.mostQueued`, options.mostQueued ?? 10_000, 0),
    largestMessage: integerAtLeast(`${at}.largestMessage`, options.largestMessage ?? LARGEST_MESSAGE, 256),
  };
}

function dialectSettings(dialect: SessionDialect, at: string): SessionSettings['dialect'] {
  if (typeof dialect !== 'object' || dialect === null)
    refuse(at, 'a dialect such as tt() or standard("FIX.4.4")', dialect);
  knownKeys(at, dialect, [
    'name',
    'version',
    'resetOnLogon',
    'acceptReset',
    'leastHeartbeat',
    'logonLimit',
    'resends',
    'requiresOrigSendingTime',
    'resendChunk',
  ]);
  const { logonLimit } = dialect;
  if (logonLimit !== undefined) {
    integerAtLeast(`${at}.logonLimit.count`, logonLimit.count, 1);
    numberAtLeast(`${at}.logonLimit.within`, logonLimit.within, 1, LONGEST);
  }
  const flag = (
    name: 'resetOnLogon' | 'acceptReset' | 'resends' | 'requiresOrigSendingTime',
    otherwise: boolean,
  ): boolean => {
    const value: unknown = dialect[name] ?? otherwise;
    return typeof value === 'boolean' ? value : refuse(`${at}.${name}`, 'true or false', value);
  };
  return {
    name: nonEmptyName(`${at}.name`, dialect.name),
    version: oneOf(`${at}.version`, dialect.version, ['FIX.4.2', 'FIX.4.4']),
    resetOnLogon: flag('resetOnLogon', false),
    acceptReset: flag('acceptReset', false),
    leastHeartbeat: integerAtLeast(`${at}.leastHeartbeat`, dialect.leastHeartbeat ?? 1, 1),
    logonLimit,
    resends: flag('resends', true),
    requiresOrigSendingTime: flag('requiresOrigSendingTime', true),
    resendChunk: integerAtLeast(`${at}.resendChunk`, dialect.resendChunk ?? 0, 0),
  };
}

/** Tags that the session writes by itself. */
const OWN: ReadonlySet<number> = new Set([8, 9, 10, 34, 35, 43, 49, 52, 56, 122]);

function headerFields(at: string, fields: readonly Field[]): readonly Field[] {
  for (const [index, [tag, value]] of fields.entries()) {
    integerAtLeast(`${at}[${index}] tag`, tag, 1);
    if (OWN.has(tag)) refuse(`${at}[${index}]`, 'a tag that the session does not write itself', tag);
    if (typeof value === 'string') {
      if (value === '' || /[^\x20-\xff]/.test(value))
        refuse(`${at}[${index}] value`, 'text without control characters', value);
    } else integerAtLeast(`${at}[${index}] value`, value, 0);
  }
  return fields;
}
