import { fileRegister, mirrored, redisRegister } from 'millrace/failover';
import { openJournal } from 'millrace/journal';
import { signalQueue } from 'millrace/queues';
import { liveClock } from 'millrace/streams';
import { type DeskRelease, pairDesk, VENUE } from './desk.js';
import { feedSignalLog } from './feed-signal-log.js';
import { type TakeoverPhases, takeoverPhases } from './takeover-phases.js';
import { venueDriver } from './venue/venue-driver.js';

/** How a member's process is set up: one JSON object as its first argument. */
export interface MemberProcessOptions {
  readonly node: string;
  readonly peer: string;
  /** Port of this member's bridge. */
  readonly bridgePort: number;
  /** Port at which the other member's bridge is reached. */
  readonly peerPort: number;
  readonly venuePort: number;
  readonly feedPort: number;
  /** Folder of this member's journal. */
  readonly folder: string;
  /** The register's file; or the URL of a Redis server; or `none`: the two alone, and node a is the first leader. */
  readonly register: string;
  readonly policy: 'received' | 'written' | 'fsync' | 'agreed';
  readonly heartbeat: number;
  readonly losses: number;
  /** Milliseconds after which the venue refuses a request. Left out: it never does. */
  readonly window?: number;
  readonly barrierEvery: number;
  /** Another release of the desk. */
  readonly release?: DeskRelease;
}

/** What a member tells the process that started it. Times are Unix milliseconds. */
export type MemberWord =
  | {
      readonly kind: 'report';
      readonly node: string;
      readonly at: number;
      readonly role: string;
      readonly epoch: number;
      readonly lag: number;
      readonly inSync: boolean;
      readonly open: boolean;
      readonly why: string;
    }
  | ({ readonly kind: 'takeover'; readonly node: string } & TakeoverPhases)
  | { readonly kind: 'halt'; readonly node: string; readonly at: number; readonly message: string }
  | {
      readonly kind: 'exit';
      readonly node: string;
      readonly at: number;
      readonly code: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'position';
      readonly node: string;
      readonly at: number;
      /** Last place of its log. */
      readonly seq: number;
      /** Lots held, by its ledger. */
      readonly lots: number;
      readonly inDoubt: number;
    };

/** What it may be asked for. */
export type MemberQuestion = 'position' | 'switchOver' | 'peerExited' | 'promote' | 'stop';

const options = JSON.parse(process.argv[2] ?? '{}') as MemberProcessOptions;
const { node, peer, bridgePort, peerPort, venuePort, feedPort, folder, register, window } = options;

const tell = (word: MemberWord): void => {
  if (process.connected) process.send?.(word);
};

const member = await mirrored(pairDesk(window, options.release), {
  node,
  peer,
  journal: await openJournal({ folder }),
  bridge: { bind: `tcp://127.0.0.1:${bridgePort}`, connect: `tcp://127.0.0.1:${peerPort}` },
  ...agreed(),
  clock: liveClock,
  drivers: ({ held$ }) => [
    takeoverPhases({ held$, tell: (phases) => tell({ kind: 'takeover', node, ...phases }) }),
    venueDriver({ venue: VENUE, node, port: venuePort }),
    signalQueue({ log: feedSignalLog(feedPort), acknowledgements: [held$] }),
  ],
  policy: options.policy,
  heartbeat: options.heartbeat,
  losses: options.losses,
  barrierEvery: options.barrierEvery,
  development: false,
});

member.report$.subscribe(({ role, epoch, lag, inSync, open, why }) =>
  tell({ kind: 'report', node, at: Date.now(), role, epoch, lag, inSync, open, why }),
);
let books = { lots: 0, inDoubt: 0 };
member.frames$.subscribe(({ ledger, ordersInDoubt }) => {
  books = { lots: ledger.position(0), inDoubt: ordersInDoubt };
});
member.halts$.subscribe(({ message }) => tell({ kind: 'halt', node, at: Date.now(), message }));
member.exit$.subscribe(({ code, reason }) => {
  tell({ kind: 'exit', node, at: Date.now(), code, reason });
  // What was said gets out before the end.
  setTimeout(() => process.exit(code), 10);
});

process.on('message', (question: MemberQuestion) => {
  if (question === 'position')
    tell({ kind: 'position', node, at: Date.now(), seq: member.position.seq, ...books });
  else if (question === 'switchOver') member.switchOver();
  else if (question === 'peerExited') member.peerExited();
  else if (question === 'promote') member.promote();
  else void member.stop();
});
process.on('disconnect', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void member.stop());

/** On what the two agree who leads. */
function agreed() {
  if (register === 'none') return { register, firstLeader: 'a' } as const;
  if (!/^rediss?:/.test(register)) return { register: fileRegister({ path: register }) };
  return { register: redisRegister({ url: register, key: 'mirrored-pair', timeout: 500 }) };
}
