import type { SessionDialect } from './session/settings.js';

/**
 * A session by the standard: numbers go on from connection to connection.
 *
 * @example
 * standard('FIX.4.4', { resendChunk: 500 })
 */
export function standard(
  version: SessionDialect['version'],
  more: Partial<Omit<SessionDialect, 'version'>> = {},
): SessionDialect {
  return { name: version.toLowerCase(), version, ...more };
}

/**
 * Trading Technologies: FIX 4.2.
 *
 * @example
 * const dialect = tt();
 */
export function tt(more: Partial<Omit<SessionDialect, 'version'>> = {}): SessionDialect {
  return { name: 'tt', version: 'FIX.4.2', ...more };
}

/**
 * CQG: FIX 4.2. Without persistence, which has to be asked for there, numbers begin at 1 with every connection; a message
 * that is sent again is taken for a new one, so that nothing is; 20 logons in 5 minutes, heartbeats of 10 s and more.
 *
 * @example
 * const dialect = cqg();
 */
export function cqg(more: Partial<Omit<SessionDialect, 'version'>> = {}): SessionDialect {
  return {
    name: 'cqg',
    version: 'FIX.4.2',
    resetOnLogon: true,
    resends: false,
    leastHeartbeat: 10,
    logonLimit: { count: 20, within: 300_000 },
    ...more,
  };
}
