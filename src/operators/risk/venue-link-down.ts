import { knownKeys, oneOf, refuse } from '../../domain/check.js';
import type { LinkEvent } from '../../domain/market-event.js';
import { fromPlain } from '../../domain/plain.js';
import { NO_NUMBER } from './no-number.js';
import type { RiskRule } from './rule.js';

type Channel = LinkEvent['channel'];

/** Which channels must be up. */
export interface VenueLinkDownOptions {
  /** @default all of them */
  readonly channels?: readonly Channel[];
}

const CHANNELS: readonly Channel[] = ['market', 'orders', 'account'];

/**
 * Nothing is added at a venue while a channel to it is down: a fill might go unseen, a cancel might not arrive.
 *
 * ```
 * links      --d----u---     down, up
 * proposals  -a--b----c-
 *            risk([venueLinkDown()])
 * verdicts   -y--n----y-
 * ```
 *
 * A venue that has told nothing of its links counts as up: replayed recordings do not tell.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([venueLinkDown({ channels: ['orders', 'account'] })])
 */
export function venueLinkDown(options: VenueLinkDownOptions = {}): RiskRule<Map<string, string>> {
  knownKeys('venueLinkDown', options, ['channels']);
  const channels = options.channels ?? CHANNELS;
  if (channels.length === 0) refuse('venueLinkDown.channels', 'at least one channel', 'none');
  for (const channel of channels) oneOf('venueLinkDown.channels', channel, CHANNELS);
  return {
    name: 'venueLinkDown',
    ...NO_NUMBER,
    fingerprint: `venueLinkDown(${CHANNELS.filter((channel) => channels.includes(channel)).join()})`,
    observes: ['link'],
    init: () => new Map(),
    observe: (down, event) => {
      if (event.kind !== 'link' || !channels.includes(event.channel)) return;
      const key = `${event.channel} ${event.venue}`;
      if (event.state === 'up') down.delete(key);
      else down.set(key, event.reason);
    },
    save: (down) => [...down].sort(([a], [b]) => (a < b ? -1 : 1)),
    restore: (saved) => new Map(fromPlain<[string, string][]>(saved)),
    judge: (_proposal, { definition: { venue } }, _limit, _view, down) => {
      if (down.size === 0) return undefined;
      for (const channel of channels) {
        const reason = down.get(`${channel} ${venue}`);
        if (reason !== undefined) return `the ${channel} link to ${venue} is down (${reason})`;
      }
      return undefined;
    },
  };
}
