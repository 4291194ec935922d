import { Subscription } from 'rxjs';
import type { Frame } from '../core/frame.js';
import { integerAtLeast, knownKeys, positiveNumber } from '../domain/check.js';
import type { LinkEvent } from '../domain/market-event.js';
import type { Exit } from './member.js';
import type { PairMember } from './mirrored.js';
import { monotonicClock } from './monotonic-clock.js';
import type { Report } from './protocol/effect.js';
import type { Role } from './protocol/state.js';

/** What of a member is watched. */
export type WatchedMember = Pick<
  PairMember<Frame>,
  'report' | 'report$' | 'exit$' | 'frames$' | 'halted' | 'position'
>;

/** When a member counts as well. */
export interface PairHealthOptions {
  /** A member that says nothing of itself for so many milliseconds is not alive: it speaks each heartbeat. @default 10000 */
  readonly silentAfter?: number;
  /** A mirror that lacks more events than this is not ready. @default no limit: a slow mirror leaves the pair anyway */
  readonly maximumLag?: number;
  /** Milliseconds on a clock that never jumps. @default the machine's */
  readonly now?: () => number;
}

/** How a channel to a venue is, by the last word in the log of the pair. */
export interface LinkState {
  readonly state: 'up' | 'down';
  readonly reason: string;
}

/** What `/readyz` shows of a member. */
export interface PairDetails extends Report {
  /** Last place of its log. */
  readonly seq: number;
  /** By venue, then by channel. The log's words: of a mirror, they are those of its leader. */
  readonly venues: Readonly<Record<string, Readonly<Record<string, LinkState>>>>;
  /** Why the pipeline lets out no new order. */
  readonly halted?: { readonly component: string; readonly code: string; readonly message: string };
  readonly exit?: Exit;
}

/** A member as probes and scrapes see it: what `serveEndpoints` takes. */
export interface PairHealth {
  /** Alive: it has not ended, and its protocol turns. A member that halted is alive: it still cancels. */
  health(): { readonly alive: boolean; readonly reason?: string };
  /** Ready: a leader lets orders out, a mirror could take over at this instant. */
  readiness(): { readonly ready: boolean; readonly reason?: string; readonly details: PairDetails };
  /** A page in Prometheus's text format. */
  metrics(): { readonly contentType: string; readonly body: string };
  close(): void;
}

const KEYS: readonly (keyof PairHealthOptions)[] = ['silentAfter', 'maximumLag', 'now'];
const ROLES: readonly Role[] = [
  'boot',
  'catchup',
  'mirror',
  'shadow',
  'suspect',
  'solo',
  'admitting',
  'paired',
  'halted',
  'exited',
];

/**
 * Watches a member for probes: is it alive, and could it do its duty now?
 *
 * ```
 * role    -boot-catchup-mirror---suspect-solo--------halted---
 * alive   -yes------------------------------------------------
 * ready   -no-----------yes------no------yes---------no-------
 * ```
 *
 * A leader's duty is to trade: it is ready while orders leave and at least one venue takes them. A mirror's duty is to
 * be able to take over: it is ready while it is in sync. Nobody else is.
 *
 * @example
 * const watch = pairHealth(member);
 * await serveEndpoints({ port: 9_464, health: watch.health, readiness: watch.readiness, metrics: watch.metrics });
 * @throws ConfigurationError naming the setting, its value and what would be right
 */
export function pairHealth(member: WatchedMember, options: PairHealthOptions = {}): PairHealth {
  knownKeys('pairHealth', options, KEYS);
  const silentAfter = positiveNumber('pairHealth.silentAfter', options.silentAfter ?? 10_000);
  const { maximumLag, now = monotonicClock.now } = options;
  if (maximumLag !== undefined) integerAtLeast('pairHealth.maximumLag', maximumLag, 0);
  const venues: Record<string, Record<string, LinkState>> = Object.create(null);
  let heardAt = now();
  let exit: Exit | undefined;
  const subscriptions = new Subscription();
  subscriptions.add(
    member.report$.subscribe(() => {
      heardAt = now();
    }),
  );
  subscriptions.add(
    member.exit$.subscribe((ended) => {
      exit = ended;
    }),
  );
  subscriptions.add(
    member.frames$.subscribe(({ event }) => {
      if (event.kind === 'link') note(event);
    }),
  );
  function note({ venue, channel, state, reason }: LinkEvent): void {
    venues[venue] ??= Object.create(null) as Record<string, LinkState>;
    (venues[venue] as Record<string, LinkState>)[channel] = { state, reason };
  }

  const details = (): PairDetails => {
    const { halted } = member;
    return {
      ...member.report,
      seq: member.position.seq,
      venues,
      ...(halted === undefined
        ? {}
        : { halted: { component: halted.component, code: halted.code, message: halted.message } }),
      ...(exit === undefined ? {} : { exit }),
    };
  };
  const readiness = (): ReturnType<PairHealth['readiness']> => {
    const seen = details();
    const reason = shortfall(seen, maximumLag);
    return { ready: reason === undefined, ...(reason === undefined ? {} : { reason }), details: seen };
  };
  const health = (): ReturnType<PairHealth['health']> => {
    if (exit !== undefined) return { alive: false, reason: `ended with ${exit.code}: ${exit.reason}` };
    const silent = now() - heardAt;
    // Who is halted has nothing more to say, and who restarts it takes its cancels away.
    if (member.report.role !== 'halted' && silent > silentAfter)
      return { alive: false, reason: `its protocol stands still for ${Math.round(silent)} ms` };
    return { alive: true };
  };
  return {
    health,
    readiness,
    metrics: () => ({
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      body: page(readiness()),
    }),
    close: () => subscriptions.unsubscribe(),
  };
}

/** Why the member cannot do its duty; `undefined`: it can. */
function shortfall(seen: PairDetails, maximumLag: number | undefined): string | undefined {
  const { role, why, open, lag, halted, exit } = seen;
  if (exit !== undefined) return `ended with ${exit.code}: ${exit.reason}`;
  if (role === 'halted') return `halted: ${why}`;
  if (halted !== undefined) return `the pipeline halted: ${halted.component}: ${halted.message}`;
  switch (role) {
    case 'solo':
    case 'admitting':
    case 'paired':
      return open ? silentVenues(seen) : `orders wait: ${why}`;
    case 'mirror':
      return maximumLag !== undefined && lag > maximumLag
        ? `lacks ${lag} events, more than ${maximumLag}`
        : undefined;
    default:
      return `${role}: ${why}`;
  }
}

/** One venue that is down is the venue's matter; when all are, no order leaves. */
function silentVenues({ venues }: PairDetails): string | undefined {
  const channels = Object.entries(venues).flatMap(([venue, { orders }]) =>
    orders === undefined ? [] : [{ venue, ...orders }],
  );
  if (channels.length === 0 || channels.some(({ state }) => state === 'up')) return undefined;
  return `no venue takes orders: ${channels.map(({ venue, reason }) => `${venue}: ${reason}`).join(', ')}`;
}

function page({ ready, details }: ReturnType<PairHealth['readiness']>): string {
  const { role, epoch, lag, inSync, open, seq, halted, venues } = details;
  const gauge = (name: string, help: string, value: number): readonly string[] => [
    `# HELP millrace_pair_${name} ${help}`,
    `# TYPE millrace_pair_${name} gauge`,
    `millrace_pair_${name} ${value}`,
  ];
  return [
    '# HELP millrace_pair_role 1 for the role that the member has.',
    '# TYPE millrace_pair_role gauge',
    ...ROLES.map((each) => `millrace_pair_role{role="${each}"} ${Number(each === role)}`),
    ...gauge('ready', '1 while the member can do its duty.', Number(ready)),
    ...gauge('epoch', 'The reign that it knows.', epoch),
    ...gauge('lag_events', 'Events that the mirror has not acked, or that this member lacks.', lag),
    ...gauge('in_sync', '1 while a mirror may take over at any instant.', Number(inSync)),
    ...gauge('open', '1 while orders of new frames may leave.', Number(open)),
    ...gauge('seq', 'Last place of its log.', seq),
    ...gauge(
      'halted',
      '1 while it lets out no new order because something broke.',
      Number(halted !== undefined || role === 'halted'),
    ),
    '# HELP millrace_pair_venue_up 1 while a channel to a venue is up, as the log of the pair says.',
    '# TYPE millrace_pair_venue_up gauge',
    ...Object.entries(venues).flatMap(([venue, channels]) =>
      Object.entries(channels).map(
        ([channel, { state }]) =>
          `millrace_pair_venue_up{venue="${escaped(venue)}",channel="${escaped(channel)}"} ${Number(state === 'up')}`,
      ),
    ),
    '',
  ].join('\n');
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
