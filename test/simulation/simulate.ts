import { Member } from '../../src/failover/member.js';
import type { Input } from '../../src/failover/protocol/input.js';
import type { ProtocolOptions } from '../../src/failover/protocol/options.js';
import { reduce, type Turn } from '../../src/failover/protocol/reduce.js';
import type { MemberState } from '../../src/failover/protocol/state.js';
import type { RegisterValue } from '../../src/failover/registers/register.js';
import { Chance } from './chance.js';
import type { DeskEvent } from './desk.js';
import { type Fault, faultsOf, HEALED, type Setting, settingOf } from './faults.js';
import { HeapClock } from './heap-clock.js';
import { ModelReplica } from './model-replica.js';
import { Process } from './process.js';
import { SimDisk, SimLog } from './sim-disk.js';
import { SimNetwork } from './sim-network.js';
import { SimRegister } from './sim-register.js';
import { Venue } from './venue.js';

/** A rule taken out. */
export const ABLATIONS = [
  /** Orders leave without the mirror's ack. */
  'ack',
  /** A new leader sends again what it does not know, without asking the venue. */
  'lookUp',
  /** Requests never expire, and "not found" is believed at once. */
  'expiry',
  /** A follower is taken into the pair before it holds what was sent without its ack. */
  'twoPhase',
  /** A member that suspects, or leads by now, goes on acking the old leader. */
  'refusal',
  /** A leader that sees a higher epoch goes on. */
  'fence',
  /** A leader whose mirror is silent goes on alone without asking the register. */
  'shrink',
  /** An admission that nobody answered is taken for not done. */
  'renewal',
  /** A member that lost what it acked (machine or process died) may still promote itself. */
  'holder',
] as const;

export type Ablation = (typeof ABLATIONS)[number];

export interface Options {
  readonly faults?: readonly Fault[];
  readonly setting?: Setting;
  readonly without?: readonly Ablation[];
  /** Dies at the n-th effect of this member, counted over all its processes. */
  readonly dieAt?: { readonly node: 'a' | 'b'; readonly effect: number };
  /** Called with every line of the timeline. */
  readonly trace?: (line: string) => void;
}

/** What came of a seed. */
export interface Outcome {
  readonly seed: number;
  readonly setting: Setting;
  readonly faults: readonly Fault[];
  /** The first rule that was broken; undefined: none. */
  readonly violation: string | undefined;
  /** Effects run by each member, by what they were. */
  readonly effects: Readonly<Record<'a' | 'b', readonly string[]>>;
  readonly epochs: number;
  readonly orders: number;
  readonly endedAt: number;
  /** Nobody in sync was left, so that an operator had to decide. */
  readonly operator: boolean;
  /** How often a member was found to have parted from the leader, and was begun anew. */
  readonly diverged: number;
}

interface Node {
  readonly name: 'a' | 'b';
  readonly disk: SimDisk;
  process: Process;
  member: Member | undefined;
  replica: ModelReplica | undefined;
  starts: number;
  restartAt: number;
}

const END = HEALED + 16_000;
const SILENT_FOR_OPERATOR = 4_000;

/** Runs one seed to its end. The same seed and options give the same outcome. */
export async function simulate(seed: number, options: Options = {}): Promise<Outcome> {
  const world = new World(seed, options);
  return await world.run();
}

class World {
  readonly #seed: number;
  readonly #options: Options;
  readonly #setting: Setting;
  readonly #faults: readonly Fault[];
  readonly #clock = new HeapClock();
  readonly #chance: Chance;
  readonly #venue: Venue;
  readonly #network: SimNetwork;
  readonly #register: SimRegister;
  readonly #nodes: readonly Node[];
  readonly #without: ReadonlySet<Ablation>;
  readonly #wall = new Map<string, number>();
  readonly #effects: Record<'a' | 'b', string[]> = { a: [], b: [] };
  readonly #crashAt = new Map<string, number>();
  /** Members whose core throws at its next event. */
  readonly #throwing = new Set<string>();
  /** The signal that no core can take; 0: none. */
  #poison = 0;
  /** The chained digest at each place that was acted on. */
  readonly #acted = new Map<number, number>();
  #lastActed = 0;
  #violation: string | undefined;
  #operator = false;
  #diverged = 0;
  /** A core was broken on purpose, and nobody has found out yet. */
  #corrupted = false;
  #settledAt = -1;
  #leaderlessSince = 0;
  #healed = false;

  constructor(seed: number, options: Options) {
    this.#seed = seed;
    this.#options = options;
    this.#setting = options.setting ?? settingOf(seed);
    this.#faults = options.faults ?? faultsOf(seed, this.#setting);
    this.#without = new Set(options.without ?? []);
    this.#chance = new Chance(seed, 'world');
    this.#venue = new Venue(this.#clock, new Chance(seed, 'venue'), !this.#without.has('expiry'));
    this.#network = new SimNetwork(this.#clock, new Chance(seed, 'network'));
    this.#register = new SimRegister(this.#clock, new Chance(seed, 'register'));
    this.#nodes = (['a', 'b'] as const).map((name) => ({
      name,
      disk: new SimDisk(),
      process: new Process(this.#clock, name, `${name}0`, name),
      member: undefined,
      replica: undefined,
      starts: 0,
      restartAt: 0,
    }));
    for (const name of ['a', 'b']) this.#wall.set(name, 0);
    this.#venue.onAccept = ({ id }) => {
      if ((this.#venue.accepted.get(id) ?? 0) > 1 && !this.#operator)
        this.#violate(`order ${id} was accepted twice`);
    };
    this.#register.onChange = (before, after) => this.#registerChanged(before, after);
  }

  async run(): Promise<Outcome> {
    const early = this.#chance.between(0, 30);
    for (const node of this.#nodes) this.#clock.after(node.name === 'a' ? 0 : early, () => this.#start(node));
    for (const fault of this.#faults) this.#clock.at(fault.at, () => this.#inject(fault));
    this.#clock.at(HEALED, () => this.#heal());
    const watch = (): void => {
      this.#watch();
      this.#clock.after(50, watch);
    };
    this.#clock.after(50, watch);
    await this.#clock.run(END, () => this.#violation !== undefined || this.#settledAt >= 0);
    if (this.#violation === undefined) this.#finish();
    for (const node of this.#nodes) this.#end(node);
    return {
      seed: this.#seed,
      setting: this.#setting,
      faults: this.#faults,
      violation: this.#violation,
      effects: this.#effects,
      epochs: this.#register.value.epoch,
      orders: this.#venue.accepted.size,
      endedAt: this.#clock.now,
      operator: this.#operator,
      diverged: this.#diverged,
    };
  }

  #trace(line: string): void {
    this.#options.trace?.(`${this.#clock.now.toFixed(2).padStart(9)}  ${line}`);
  }

  #violate(what: string): void {
    this.#trace(`BROKEN: ${what}`);
    this.#violation ??= what;
  }

  // ---- members

  #start(node: Node): void {
    if (node.process.alive && node.member !== undefined) return;
    if (node.disk.full) {
      this.#clock.after(200, () => this.#start(node));
      return;
    }
    const holder = this.#holderOf(node);
    node.starts += 1;
    const { policy, register, shadow, snapshotBehind } = this.#setting;
    const incarnation = `${node.name}${node.starts}`;
    const process = new Process(this.#clock, node.name, incarnation, holder);
    node.process = process;
    const replica = new ModelReplica(
      {
        chance: this.#chance,
        venue: this.#venue,
        venueTime: ({ name }) => Math.floor(this.#venue.time + (this.#wall.get(name) ?? 0)),
        signals: () => this.#signals(),
        committed: (by, of, seq) => this.#committed(by, of, seq),
        leads: (by, of) => this.#leads(by, of),
        throwsAt: (by, event) => this.#throwsAt(by, event),
        without: this.#without,
      },
      process,
    );
    const protocol: ProtocolOptions = {
      identity: {
        schemaHash: 's',
        configurationHash: 'c',
        coreHash: shadow && node.name === 'b' ? 'core2' : 'core1',
        node: node.name,
        incarnation,
        holder,
      },
      peer: node.name === 'a' ? 'b' : 'a',
      policy,
      register,
      snapshotBehind,
      ...(register === 'none' ? { firstLeader: 'a' } : {}),
    };
    const member = new Member(
      protocol,
      {
        clock: { now: () => this.#clock.now, after: (delay, action) => process.after(delay, action) },
        network: this.#network.open(process),
        ...(register === 'none' ? {} : { register: this.#register.for(process) }),
        log: new SimLog(node.disk, process, this.#chance, this.#clock),
        replica,
        survives: (point) => this.#survives(node, process, point),
      },
      this.#mutated(),
    );
    node.member = member;
    node.replica = replica;
    this.#trace(`${incarnation} starts, journal ends at ${node.disk.last}`);
    member.exit$.subscribe(({ code, reason }) => {
      this.#trace(`${incarnation} exits with ${code}: ${reason}`);
      this.#ended(node, process);
    });
    let role = '';
    member.report$.subscribe((report) => {
      const now = `${report.role} epoch ${report.epoch}${report.inSync ? ' in sync' : ''}: ${report.why}`;
      if (now !== role) this.#trace(`${incarnation} ${now}`);
      role = now;
    });
    this.#clock.dirty = true;
    member.start().catch((error: unknown) => this.#violate(`${incarnation} threw ${String(error)}`));
  }

  /** What the register would call the member if it were started now. */
  #holderOf({ name, disk, starts }: Node): string {
    const { policy } = this.#setting;
    if (policy === 'fsync' || this.#without.has('holder')) return name;
    return policy === 'received' ? `${name}${starts + 1}` : `${name}.boot${disk.boots}`;
  }

  /** The process ends of itself, or dies: a supervisor starts it again. */
  #ended(node: Node, process: Process): void {
    if (!process.alive) return;
    process.alive = false;
    node.member = undefined;
    node.replica = undefined;
    node.disk.processDied();
    if (!this.#network.cut.has(node.name) && this.#chance.happens(0.8)) this.#network.hint(node.name);
    this.#clock.after(this.#chance.between(250, 900), () => this.#start(node));
  }

  #kill(node: Node, why: string): void {
    const { process, member } = node;
    if (!process.alive || member === undefined) return;
    this.#trace(`${process.incarnation} dies: ${why}`);
    if (node.replica !== undefined) node.replica.role = 'stopped';
    member.abort();
    this.#ended(node, process);
    if (this.#setting.embedded)
      for (const other of this.#nodes) if (other !== node) this.#kill(other, 'the same process');
  }

  #end(node: Node): void {
    node.member?.abort();
    node.process.alive = false;
  }

  #survives(node: Node, process: Process, point: string): boolean {
    const effects = this.#effects[node.name];
    effects.push(`${node.member?.state.role ?? ''} ${point}`);
    const wanted = this.#options.dieAt;
    const planned = this.#crashAt.get(node.name);
    const dies =
      (wanted?.node === node.name && wanted.effect === effects.length - 1) ||
      (planned !== undefined && effects.length >= planned);
    if (!dies) return true;
    this.#crashAt.delete(node.name);
    this.#trace(`${process.incarnation} dies before effect ${effects.length - 1} (${point})`);
    if (node.replica !== undefined) node.replica.role = 'stopped';
    this.#ended(node, process);
    if (this.#setting.embedded)
      for (const other of this.#nodes) if (other !== node) this.#kill(other, 'the same process');
    return false;
  }

  // ---- faults

  #inject(fault: Fault): void {
    const { kind, lasts, amount } = fault;
    const node = this.#nodes.find(({ name }) => name === fault.node) as Node;
    const others = this.#setting.embedded ? this.#nodes : [node];
    this.#trace(`fault ${kind} of ${fault.node} for ${lasts.toFixed(0)} (${amount.toFixed(2)})`);
    const later = (action: () => void): void => void this.#clock.after(lasts, action);
    if (kind === 'kill') this.#kill(node, 'killed');
    else if (kind === 'killBoth') for (const each of this.#nodes) this.#kill(each, 'killed');
    else if (kind === 'power') {
      for (const each of others) {
        this.#kill(each, 'its machine lost power');
        each.disk.machineDied(this.#chance);
      }
    } else if (kind === 'pause' || kind === 'pauseBoth') {
      const paused = (kind === 'pause' ? others : this.#nodes).map(({ process }) => process);
      for (const each of paused) each.pause();
      later(() => {
        for (const each of paused) each.resume();
      });
    } else if (kind === 'cut' || kind === 'cutBoth') {
      const names = kind === 'cut' ? [node.name] : ['a', 'b'];
      for (const name of names) this.#network.cut.add(name);
      if (amount < 0.3) for (const name of names) this.#network.hint(name);
      later(() => {
        for (const name of names) this.#network.cut.delete(name);
      });
    } else if (kind === 'noise') {
      this.#network.drop = amount * 0.3;
      this.#network.double = 0.2;
      this.#network.reorder = 0.2;
      this.#network.slow = 0.3;
      later(() => this.#quiet());
    } else if (kind === 'damage') {
      this.#network.damage = 0.2;
      later(() => {
        this.#network.damage = 0;
      });
    } else if (kind === 'registerAway') {
      const names = amount < 0.5 ? ['a', 'b'] : [node.name];
      for (const name of names) this.#register.unreachable.add(name);
      later(() => {
        for (const name of names) this.#register.unreachable.delete(name);
      });
    } else if (kind === 'registerSilent') {
      this.#register.silence = 0.2 + 0.7 * amount;
      later(() => {
        this.#register.silence = 0;
      });
    } else if (kind === 'diskFull') {
      node.disk.full = true;
      later(() => {
        node.disk.full = false;
      });
    } else if (kind === 'throws') this.#throwing.add(node.name);
    else if (kind === 'poison') this.#poison = this.#signals() + 1;
    else if (kind === 'clockJump') {
      this.#wall.set(node.name, (amount - 0.5) * 8_000);
      later(() => this.#wall.set(node.name, 0));
    } else if (kind === 'venueDown') {
      this.#venue.down = true;
      later(() => {
        this.#venue.down = false;
      });
    } else if (kind === 'switchOver')
      for (const each of this.#nodes) each.process.run(() => each.member?.switchOver());
    else if (kind === 'stop') node.process.run(() => node.member?.stop());
    else if (kind === 'crashAt')
      this.#crashAt.set(node.name, this.#effects[node.name].length + Math.floor(amount * 60));
    else if (kind === 'corrupt') {
      this.#corrupted = true;
      node.replica?.desk.corrupt();
    }
  }

  #quiet(): void {
    this.#network.drop = 0;
    this.#network.double = 0;
    this.#network.reorder = 0;
    this.#network.slow = 0;
  }

  #heal(): void {
    this.#trace('everything is healed');
    this.#healed = true;
    this.#leaderlessSince = this.#clock.now;
    this.#quiet();
    this.#network.damage = 0;
    this.#network.cut.clear();
    this.#register.unreachable.clear();
    this.#register.silence = 0;
    this.#venue.down = false;
    this.#crashAt.clear();
    this.#throwing.clear();
    this.#poison = 0;
    for (const node of this.#nodes) {
      this.#wall.set(node.name, 0);
      node.disk.full = false;
      node.process.resume();
    }
  }

  #throwsAt({ name }: Process, event: DeskEvent): boolean {
    if (this.#throwing.delete(name)) return true;
    return event.kind === 'deskSignal' && event.number === this.#poison;
  }

  /** Signals that have come so far. */
  #signals(): number {
    const { signals } = this.#setting;
    return Math.min(signals, Math.floor((this.#clock.now / (HEALED - 200)) * signals));
  }

  // ---- what must hold

  /** Orders of frames up to `seq` may leave: whoever may lead next must hold them. */
  #committed(process: Process, replica: ModelReplica, seq: number): void {
    const digest = replica.digests.get(seq);
    if (digest === undefined) {
      // Committed before it was run in this process: known from the snapshot only.
      return;
    }
    const before = this.#acted.get(seq);
    if (before !== undefined && before !== digest && !this.#setting.shadow && !this.#operator)
      this.#violate(`${process.incarnation} acts on another event at seq ${seq} than was acted on before`);
    this.#acted.set(seq, digest);
    this.#lastActed = Math.max(this.#lastActed, seq);
    if (this.#setting.register === 'none') return;
    const { value } = this.#register;
    for (const holder of value.inSync) {
      if (holder === process.holder) continue;
      const other = this.#nodes.find(({ name }) => name !== process.name) as Node;
      const holds =
        other.process.alive && other.replica !== undefined
          ? Math.max(other.disk.last, other.replica.desk.seq)
          : other.disk.last;
      // Who took what it acked with it, lost with that the right to lead.
      if (!other.process.alive && this.#holderOf(other) !== holder) continue;
      if (other.process.holder === holder && holds < seq)
        this.#violate(
          `${process.incarnation} acts on seq ${seq}, of which ${holder}, who may lead, holds ${holds}`,
        );
    }
  }

  /** A new leader must have everything that was acted on. */
  #leads(process: Process, replica: ModelReplica): void {
    if (this.#operator) return;
    const at = this.#lastActed;
    if (replica.desk.seq < at)
      this.#violate(`${process.incarnation} leads from seq ${replica.desk.seq}, and seq ${at} was acted on`);
    const mine = replica.digests.get(at);
    const acted = this.#acted.get(at);
    if (mine !== undefined && acted !== undefined && mine !== acted && !this.#setting.shadow)
      this.#violate(
        `${process.incarnation} leads with another log at seq ${at} than was acted on${this.#parting(...(this.#nodes as [Node, Node]))}`,
      );
  }

  #registerChanged(before: RegisterValue, after: RegisterValue): void {
    this.#trace(`register: epoch ${after.epoch}, ${after.leader} leads, in sync ${after.inSync.join(' ')}`);
    if (this.#operator) return;
    if (after.epoch === before.epoch) {
      if (after.leader !== before.leader) this.#violate(`epoch ${after.epoch} has two leaders`);
    } else if (after.epoch !== before.epoch + 1)
      this.#violate(`epoch ${before.epoch} was followed by ${after.epoch}`);
    else if (before.epoch > 0 && !before.inSync.includes(after.inSync[0] ?? ''))
      this.#violate(`${after.inSync[0]} promoted itself, and only ${before.inSync.join(' ')} may`);
  }

  /** Once in a while: do both tell the same story, is it over, does an operator have to come? */
  #watch(): void {
    const [a, b] = this.#nodes as [Node, Node];
    this.#compare(a, b);
    if (!this.#healed) return;
    for (const node of this.#nodes) {
      const state = node.member?.state;
      if (state?.role !== 'halted') continue;
      this.#kill(node, 'an operator restarts it');
      // A member that diverged may have kept its wrong state in a snapshot: it begins with nothing.
      if (state.why.startsWith('diverged')) {
        this.#diverged += 1;
        this.#corrupted = false;
        node.disk.clear();
      }
    }
    const leader = this.#nodes.find(({ member }) => {
      const role = member?.state.role;
      return role === 'solo' || role === 'paired' || role === 'admitting';
    });
    if (leader !== undefined) this.#leaderlessSince = this.#clock.now;
    else if (this.#clock.now - this.#leaderlessSince > SILENT_FOR_OPERATOR) this.#callOperator();
    if (this.#settled()) this.#settledAt = this.#clock.now;
  }

  /** Equal state at equal seq, of two logs of the same reigns. */
  #compare(a: Node, b: Node): void {
    if (this.#setting.shadow || this.#corrupted || a.replica === undefined || b.replica === undefined) return;
    const following = [a, b].find(({ member }) => member?.state.role === 'mirror');
    if (following === undefined) return;
    const [mine, theirs] = following === a ? [a.replica, b.replica] : [b.replica, a.replica];
    const leader = following === a ? b : a;
    if (leader.member?.state.reign?.epoch !== following.member?.state.followed?.epoch) return;
    const seq = Math.min(mine.desk.seq, theirs.desk.seq);
    const left = mine.digests.get(seq);
    const right = theirs.digests.get(seq);
    if (left !== undefined && right !== undefined && left !== right)
      this.#violate(`at seq ${seq} the mirror's state is not the leader's${this.#parting(a, b)}`);
  }

  /** Where two logs part, for people. */
  #parting(a: Node, b: Node): string {
    const events = ({ disk }: Node): Map<number, string> =>
      new Map(
        disk.blocks.flatMap((block) =>
          block.events.map(({ seq, event }) => [seq, JSON.stringify(event)] as const),
        ),
      );
    const mine = events(a);
    for (const [seq, theirs] of events(b)) {
      const ours = mine.get(seq);
      if (ours !== undefined && ours !== theirs)
        return `; the logs part at seq ${seq}: ${ours} and ${theirs}`;
    }
    const digests = [...(a.replica?.digests ?? [])].find(
      ([seq, digest]) => (b.replica?.digests.get(seq) ?? digest) !== digest,
    );
    return `; the logs are the same, the states part at seq ${digests?.[0]}`;
  }

  /** Nobody may lead by itself: that must be so, and then somebody decides, for the member that has most. */
  #callOperator(): void {
    if (this.#setting.register === 'shared') {
      const able = this.#nodes.find(
        ({ process, member }) => member !== undefined && this.#register.value.inSync.includes(process.holder),
      );
      if (able !== undefined || this.#register.value.epoch === 0) {
        this.#violate(`nobody leads, although ${able?.process.incarnation ?? 'anyone'} may`);
        return;
      }
    }
    const reign = ({ disk }: Node): number => disk.epochs.at(-1)?.epoch ?? 0;
    const longest = [...this.#nodes].sort(
      (x, y) => reign(y) - reign(x) || y.disk.last - x.disk.last,
    )[0] as Node;
    this.#trace(`an operator makes ${longest.process.incarnation} lead`);
    // Without a register a cold start loses nothing; with one, what is lost was lost with the machines that held it.
    if (this.#setting.register === 'shared') this.#operator = true;
    this.#leaderlessSince = this.#clock.now;
    longest.member?.promote();
  }

  /** The pair is whole, every signal is done, nothing is unknown or open. */
  #settled(): boolean {
    const leader = this.#nodes.find(({ member }) => {
      const role = member?.state.role;
      return role === 'paired' || (role === 'solo' && this.#setting.shadow);
    });
    const follower = this.#nodes.find((node) => node !== leader);
    if (leader?.replica === undefined || follower?.member === undefined) return false;
    const role = follower.member.state.role;
    if (role !== 'mirror' && role !== 'shadow') return false;
    const { desk } = leader.replica;
    if (desk.lastSignal < this.#setting.signals || leader.replica.unknown.length > 0) return false;
    for (const { status } of desk.orders.values()) if (status === 'open') return false;
    return follower.replica?.desk.seq === desk.seq;
  }

  /** At the end. */
  #finish(): void {
    const roles = this.#nodes.map(
      ({ process, member }) =>
        `${process.incarnation} ${member?.state.role ?? 'down'} (${member?.state.why ?? ''})`,
    );
    if (this.#settledAt < 0) {
      const leader = this.#nodes.find(({ member }) => member?.state.reign !== undefined);
      this.#violate(
        `not settled ${(END - HEALED) / 1_000} s after everything was healed: ${roles.join(', ')}; unknown: ${leader?.replica?.unknown.join(' ')}`,
      );
      return;
    }
    // What a machine took with it that acked too soon was lost with leave of the policy; the venue may know more.
    if (this.#operator) return;
    for (const { name, replica } of this.#nodes) {
      if (replica === undefined) continue;
      if (replica.desk.position !== this.#venue.position)
        this.#violate(
          `${name} has a position of ${replica.desk.position}, the venue of ${this.#venue.position}`,
        );
      for (const order of replica.desk.orders.values()) {
        const accepted = this.#venue.accepted.get(order.id) ?? 0;
        const none = order.status === 'refused' || (order.cancel && order.status === 'canceled');
        if (accepted !== 1 && !(none && accepted === 0))
          this.#violate(`order ${order.id} (${order.status}) was accepted ${accepted} times`);
      }
    }
    for (const id of this.#venue.accepted.keys())
      if (this.#nodes[0]?.replica?.desk.orders.has(id) === false)
        this.#violate(`nobody knows of order ${id}`);
  }

  // ---- rules taken out

  #mutated(): (state: MemberState, input: Input) => Turn {
    const without = this.#without;
    if (without.size === 0) return reduce;
    return (state, input) => mutate(without, state, input);
  }
}

/** The reducer with rules taken out. */
function mutate(without: ReadonlySet<Ablation>, state: MemberState, input: Input): Turn {
  let before = state;
  let turn = reduce(before, input);
  if (without.has('twoPhase')) {
    const { reign, role } = turn.state;
    if (
      role === 'admitting' &&
      reign?.peer !== undefined &&
      reign.peer.acked < Math.max(reign.target, reign.mark)
    ) {
      const peer = { ...reign.peer, acked: Math.max(reign.target, reign.mark) };
      before = { ...turn.state, reign: { ...reign, peer } };
      const next = reduce(before, { type: 'tick', at: input.at });
      turn = { state: next.state, effects: [...turn.effects, ...next.effects] };
    }
  }
  if (without.has('refusal') && input.type === 'message' && input.message.type === 'append') {
    const { role } = turn.state;
    const { epoch, session, to } = input.message;
    if (role === 'suspect' || role === 'solo') {
      const ack = { type: 'ack' as const, epoch, session, upTo: to, gap: false, credit: 1e6 };
      turn = { state: turn.state, effects: [...turn.effects, { type: 'send', message: ack }] };
    }
  }
  if (without.has('fence') && turn.state.role === 'exited' && state.reign !== undefined) {
    turn = { state: { ...state, request: undefined }, effects: [] };
  }
  if (without.has('shrink') && turn.state.role === 'paired' && turn.state.reign?.shrinking !== '') {
    const { reign } = turn.state;
    if (reign !== undefined) {
      const alone: MemberState = {
        ...turn.state,
        role: 'solo',
        request: undefined,
        doubt: false,
        reign: { ...reign, shrinking: '', peer: undefined },
      };
      const next = reduce(alone, { type: 'tick', at: input.at });
      turn = {
        state: next.state,
        effects: [...turn.effects.filter(({ type }) => type !== 'compareAndSet'), ...next.effects],
      };
    }
  }
  if (without.has('renewal') && turn.state.reign?.poisoned === true) {
    const { reign } = turn.state;
    turn = {
      state: {
        ...turn.state,
        role: 'solo',
        doubt: false,
        reign: { ...reign, poisoned: false, admitOpen: false },
      },
      effects: turn.effects,
    };
  }
  return turn;
}
