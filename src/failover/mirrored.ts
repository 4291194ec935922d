import { firstValueFrom, type Observable } from 'rxjs';
import type { Core } from '../core/core.js';
import type { Frame } from '../core/frame.js';
import type { Halt } from '../core/run-options.js';
import type { ControlEvent } from '../domain/event.js';
import { openBridge } from './bridge/bridge.js';
import { pairNetwork } from './bridge/pair-network.js';
import { identityOf } from './identity.js';
import { type Exit, Member } from './member.js';
import { checkLive, checkMirroredOptions, isNetwork, type MirroredOptions } from './mirrored-options.js';
import { monotonicClock } from './monotonic-clock.js';
import { PipelineReplica } from './pipeline-replica.js';
import type { Network } from './ports.js';
import type { Report } from './protocol/effect.js';
import type { ProtocolOptions } from './protocol/options.js';
import { ReplicatedJournal } from './replicated-journal.js';

/** A desk as a member of a pair, in motion. */
export interface PairMember<F extends Frame> {
  /** Frames of the pair's log, whoever leads. After a cut of the log those that stay come again. */
  readonly frames$: Observable<F>;
  /** Role, epoch, lag, whether a mirror could take over: now and at every change. */
  readonly report$: Observable<Report>;
  /** How it ended, once: end the process with its code, and let a supervisor start it again. */
  readonly exit$: Observable<Exit>;
  /** Why the pipeline lets out no new order any more. */
  readonly halts$: Observable<Halt>;
  /** What it is now. */
  readonly report: Report;
  /** Why the pipeline lets out no new order now; `undefined`: it does. */
  readonly halted: Halt | undefined;
  /** The last place and time of its log. */
  readonly position: { readonly seq: number; readonly ts: number };
  /** An operator's word, through the log: heard by a leader only. */
  control(event: Omit<ControlEvent, 'kind'>): void;
  /** Hands over to the other member without losing a beat. */
  switchOver(): void;
  /** Makes this member lead although nothing proves that it may: an operator knows that no other does. */
  promote(): void;
  /** A supervisor saw the other member's process end: quicker than silence. */
  peerExited(): void;
  /** Ends in good order: a leader with a mirror hands over first. Resolves when everything is closed. */
  stop(): Promise<Exit>;
}

/**
 * Turns any desk into a member of a pair: one leads, the other follows its log to the bit and takes over when it is gone.
 *
 * ```
 * primary   -solo-admitting-paired--X              X: kill -9
 * mirror    -boot-catchup---mirror----suspect-solo
 * orders    --a---b---------c-d----------------e--  each once, from whoever leads
 * ```
 *
 * @example
 * const member = await mirrored(desk, {
 *   node: 'a',
 *   peer: 'b',
 *   journal: await openJournal({ folder: 'journal-a' }),
 *   bridge: { bind: 'tcp://127.0.0.1:7001', connect: 'tcp://127.0.0.1:7002' },
 *   register: redisRegister({ url: 'redis://127.0.0.1:6379', key: 'desk' }),
 *   clock: liveClock,
 *   drivers: () => [venue()],
 * });
 * member.exit$.subscribe(({ code }) => process.exit(code));
 * @throws ConfigurationError naming the option, its value and what would be right, or an address that is taken
 */
export async function mirrored<F extends Frame>(
  desk: Core<F>,
  options: MirroredOptions,
): Promise<PairMember<F>> {
  checkMirroredOptions(options);
  const { node, journal, register, policy = 'written', barrierEvery = 10_000 } = options;
  const { clock, drivers, sequencer, maximumDerived, development } = options;
  let member: Member | undefined;
  const replica = new PipelineReplica(desk, {
    clock: () => {
      const made = clock();
      checkLive(made);
      return made;
    },
    barrierEvery,
    digests: policy === 'agreed',
    crowded: () => member?.crowded === true,
    ...(drivers === undefined ? {} : { drivers }),
    ...(sequencer === undefined ? {} : { sequencer }),
    ...(maximumDerived === undefined ? {} : { maximumDerived }),
    ...(development === undefined ? {} : { development }),
  });
  const network = await networkOf(options);
  try {
    const log = await ReplicatedJournal.over(journal);
    member = new Member(protocolOptions(desk, options), {
      clock: monotonicClock,
      network,
      log,
      replica,
      ...(register === 'none' ? {} : { register }),
    });
    await member.start();
    return new Pair(member, replica, async () => {
      replica.close();
      await network.close();
      await journal.close();
    });
  } catch (error) {
    await network.close();
    throw error;
  }

  async function networkOf({ bridge }: MirroredOptions): Promise<Network> {
    return isNetwork(bridge) ? bridge : pairNetwork(await openBridge({ ...bridge, node }));
  }
}

function protocolOptions<F extends Frame>(desk: Core<F>, options: MirroredOptions): ProtocolOptions {
  const { node, peer, register, policy = 'written' } = options;
  const { heartbeat, losses, slowAfter, admitWithin, snapshotBehind, firstLeader } = options;
  return {
    identity: identityOf(desk, node, policy),
    peer,
    policy,
    register: register === 'none' ? 'none' : 'shared',
    ...(heartbeat === undefined ? {} : { heartbeat }),
    ...(losses === undefined ? {} : { losses }),
    ...(slowAfter === undefined ? {} : { slowAfter }),
    ...(admitWithin === undefined ? {} : { admitWithin }),
    ...(snapshotBehind === undefined ? {} : { snapshotBehind }),
    ...(firstLeader === undefined ? {} : { firstLeader }),
  };
}

class Pair<F extends Frame> implements PairMember<F> {
  readonly frames$: Observable<F>;
  readonly report$: Observable<Report>;
  readonly exit$: Observable<Exit>;
  readonly halts$: Observable<Halt>;
  readonly #member: Member;
  readonly #replica: PipelineReplica<F>;
  readonly #close: () => Promise<void>;
  #report!: Report;

  constructor(member: Member, replica: PipelineReplica<F>, close: () => Promise<void>) {
    this.#member = member;
    this.#replica = replica;
    this.#close = close;
    this.frames$ = replica.frames$;
    this.report$ = member.report$;
    this.exit$ = member.exit$;
    this.halts$ = replica.halts$;
    member.report$.subscribe((report) => {
      this.#report = report;
    });
  }

  get report(): Report {
    return this.#report;
  }

  get halted(): Halt | undefined {
    return this.#replica.halted;
  }

  get position(): { readonly seq: number; readonly ts: number } {
    return this.#replica.run?.position ?? { seq: 0, ts: 0 };
  }

  control(event: Omit<ControlEvent, 'kind'>): void {
    this.#replica.run?.control(event);
  }

  switchOver(): void {
    this.#member.switchOver();
  }

  promote(): void {
    this.#member.promote();
  }

  peerExited(): void {
    this.#member.peerExited();
  }

  async stop(): Promise<Exit> {
    this.#member.stop();
    const exit = await firstValueFrom(this.#member.exit$);
    await this.#close();
    return exit;
  }
}
