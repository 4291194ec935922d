import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSignal } from 'millrace/queues';
import { BTC, VENUE } from '../desk.js';
import type { MemberProcessOptions, MemberWord } from '../member-process.js';
import { SignalFeed } from '../venue/signal-feed.js';
import type { Arrival, VenueProcessOptions } from '../venue/venue-process.js';
import { ask, killed, nextWord, start } from './child.js';
import { freePorts } from './ports.js';
import { CuttableProxy } from './proxy.js';
import { RedisProcess } from './redis-process.js';

export type Node = 'a' | 'b';

/** The other one. */
export const other = (node: Node): Node => (node === 'a' ? 'b' : 'a');

/** How the world is made. */
export interface WorldOptions {
  readonly seed: number;
  readonly heartbeat: number;
  readonly losses: number;
  readonly policy: MemberProcessOptions['policy'];
  /**
   * URL of a Redis server; `redis`: a server is started, and may be struck; `none`: the two alone.
   * @default a file
   */
  readonly register?: string;
  /** Signals a second. */
  readonly rate: number;
  /** Milliseconds after which the venue refuses a request. Left out: it never does. */
  readonly window?: number;
  /** Most milliseconds that a message to the venue takes, each way; one in fifty takes ten times as long. @default 8 */
  readonly delay?: number;
  /** Milliseconds until a supervisor starts a dead member again. */
  readonly restartAfter: number;
  /** Where a member is set up otherwise. */
  readonly members?: Partial<Record<Node, Partial<MemberProcessOptions>>>;
}

/** Something that happened, and when (Unix milliseconds). */
export interface Happening {
  readonly at: number;
  readonly node: Node | 'world';
  readonly text: string;
}

/** An order as the venue took it. */
export interface AcceptedOrder {
  readonly id: string;
  readonly acceptedAt: number;
  readonly node: string;
  readonly quantity: number;
  readonly filled: number;
  readonly status: string;
}

/** What the venue tells at the end. */
export interface VenueAccount {
  readonly position: number;
  readonly orders: readonly AcceptedOrder[];
}

type Role = Extract<MemberWord, { kind: 'report' }>;
type Books = Extract<MemberWord, { kind: 'position' }>;

/** How long books that agree must stay as they are: all that is late has come by then. */
const SETTLED = 2_500;
/** Patience, in milliseconds, for what must come about on any machine. */
const RESTING = 180_000;

/** Venue, signal feed, the pair, the proxies between them, and the supervisor that starts a dead member again. */
export class World {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'millrace-pair-'));
  readonly happenings: Happening[] = [];
  /** How members took over, in the order in which their first orders left. */
  readonly takeovers: Extract<MemberWord, { kind: 'takeover' }>[] = [];
  readonly roles: Partial<Record<Node, Role>> = {};
  readonly feed = new SignalFeed();
  /** When a member last said that it holds its orders back. */
  readonly heldAt: Partial<Record<Node, number>> = {};
  /** The register's own process, when it has one. */
  redis: RedisProcess | undefined;
  readonly #options: WorldOptions;
  readonly #members: Partial<Record<Node, ChildProcess>> = {};
  readonly #proxies: CuttableProxy[] = [];
  #venue!: ChildProcess;
  #ports!: { bridge: Record<Node, number>; way: Record<Node, number>; venue: number; feed: number };
  #feeding: NodeJS.Timeout | undefined;
  #fed = 0;
  #ending = false;
  readonly #changes: Partial<Record<Node, Partial<MemberProcessOptions>>>;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#changes = { ...options.members };
  }

  /** The member that leads, by its own last word. The newest epoch counts: a paused leader does not know yet. */
  get leader(): Node | undefined {
    const leading = (['a', 'b'] as const).filter((node) => {
      const role = this.roles[node]?.role;
      return role === 'solo' || role === 'admitting' || role === 'paired';
    });
    return leading.sort((one, two) => (this.roles[two]?.epoch ?? 0) - (this.roles[one]?.epoch ?? 0))[0];
  }

  get paired(): boolean {
    const { leader } = this;
    return (
      leader !== undefined &&
      this.roles[leader]?.role === 'paired' &&
      this.roles[other(leader)]?.role === 'mirror'
    );
  }

  /** The member's process, for a fault. */
  process(node: Node): ChildProcess | undefined {
    return this.#members[node];
  }

  async begin(): Promise<void> {
    const [a = 0, b = 0, wayToA = 0, wayToB = 0, venue = 0, feed = 0, redis = 0] = await freePorts(7);
    this.#ports = { bridge: { a, b }, way: { a: wayToA, b: wayToB }, venue, feed };
    await this.feed.listen(feed);
    if (this.#options.register === 'redis') {
      this.redis = new RedisProcess(redis, join(this.folder, 'redis'));
      await this.redis.start();
    }
    this.#proxies.push(await CuttableProxy.listening(wayToA, a), await CuttableProxy.listening(wayToB, b));
    this.#venue = start('venue/venue-process.js', {
      port: venue,
      venue: VENUE,
      instrument: BTC.id,
      seed: this.#options.seed,
      ...(this.#options.window === undefined ? {} : { window: this.#options.window }),
      fillsAtOnce: 0.5,
      lostReplies: 0.02,
      delay: this.#options.delay ?? 8,
      quoteEvery: 5,
    } satisfies VenueProcessOptions);
    const ready = (word: unknown): word is object => (word as { kind?: string }).kind === 'ready';
    if ((await nextWord(this.#venue, ready, 10_000)) === undefined)
      throw new Error('the venue process did not start');
    this.#start('a');
    await this.until(() => this.roles.a?.role === 'solo', RESTING);
    this.#start('b');
    const whole = (): boolean => this.paired || this.roles.b?.role === 'shadow';
    if (!(await this.until(whole, RESTING)))
      throw new Error(`the pair did not form: ${JSON.stringify(this.roles)}`);
  }

  /** Signals come from now on. */
  feedSignals(): void {
    const every = 5;
    let owed = 0;
    this.#feeding = setInterval(() => {
      for (owed += (this.#options.rate * every) / 1_000; owed >= 1; owed--) this.#putSignal();
    }, every);
  }

  stopSignals(): void {
    clearInterval(this.#feeding);
  }

  cut(way: 'both' | 'toTarget' | 'toCaller'): void {
    for (const proxy of this.#proxies) proxy.cut(way);
  }

  heal(): void {
    for (const proxy of this.#proxies) proxy.heal();
  }

  note(text: string, node: Happening['node'] = 'world', at: number = Date.now()): void {
    this.happenings.push({ at, node, text });
  }

  /** Waits until something holds; false when it did not in time. */
  async until(holds: () => boolean | Promise<boolean>, patience: number): Promise<boolean> {
    for (const start = Date.now(); Date.now() - start < patience; ) {
      if (await holds()) return true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return false;
  }

  /** The last `seq` of a member's log. */
  async position(node: Node): Promise<number | undefined> {
    return (await this.#books(node))?.seq;
  }

  switchOver(node: Node): void {
    const child = this.#members[node];
    if (child !== undefined) ask(child, 'switchOver');
  }

  /** Lets an operator make it lead. */
  promote(node: Node): void {
    const child = this.#members[node];
    if (child !== undefined) ask(child, 'promote');
  }

  /** Sets a member up otherwise from its next start on. */
  change(node: Node, change: Partial<MemberProcessOptions>): void {
    this.#changes[node] = { ...this.#changes[node], ...change };
  }

  /** The newest requests that came in at the venue. */
  async arrivals(): Promise<readonly Arrival[]> {
    const is = (word: unknown): word is { readonly arrivals: readonly Arrival[] } =>
      (word as { kind?: string }).kind === 'arrivals';
    const answer = nextWord(this.#venue, is, 10_000);
    ask(this.#venue, 'arrivals');
    return (await answer)?.arrivals ?? [];
  }

  /** The port at which a member's bridge is reached. */
  bridgePort(node: Node): number {
    return this.#ports.bridge[node];
  }

  /** The venue goes on with nothing but what it was asked for. */
  async quiet(): Promise<void> {
    ask(this.#venue, 'quiet');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** No signal comes any more, every order has come to its end, and both members are at the same place of the log. */
  async rest(): Promise<void> {
    this.stopSignals();
    await this.until(() => this.feed.counts.signals === this.feed.counts.acknowledged, RESTING);
    await this.#settled();
    await this.quiet();
    let equal = 0;
    await this.until(async () => {
      const [a, b] = await Promise.all([this.position('a'), this.position('b')]);
      equal = a !== undefined && a === b ? equal + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return equal >= 3;
    }, RESTING);
  }

  /** Orders that rest are canceled, those in doubt are looked up, replies that were lost are asked for: however long it takes. */
  async #settled(): Promise<void> {
    let before = '';
    let since = Date.now();
    await this.until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { leader } = this;
      const books = leader === undefined ? undefined : await this.#books(leader);
      const { position, accepted } = await this.#statistics();
      const now = JSON.stringify([leader, books?.lots, books?.inDoubt, position, accepted]);
      // At a venue without a window an order may stay in doubt for ever.
      const agreed =
        books !== undefined &&
        books.lots === position &&
        (books.inDoubt === 0 || this.#options.window === undefined);
      if (now !== before || !agreed) since = Date.now();
      before = now;
      return Date.now() - since >= SETTLED;
    }, RESTING);
  }

  async #statistics(): Promise<{ readonly position?: number; readonly accepted?: number }> {
    const is = (word: unknown): word is { readonly position: number; readonly accepted: number } =>
      (word as { kind?: string }).kind === 'statistics';
    const answer = nextWord(this.#venue, is, 10_000);
    ask(this.#venue, 'statistics');
    return (await answer) ?? {};
  }

  async #books(node: Node): Promise<Books | undefined> {
    const child = this.#members[node];
    if (child === undefined) return undefined;
    const is = (word: unknown): word is Books => (word as MemberWord).kind === 'position';
    const answer = nextWord(child, is, 2_000);
    ask(child, 'position');
    return await answer;
  }

  async account(): Promise<VenueAccount> {
    const is = (word: unknown): word is VenueAccount => (word as { kind?: string }).kind === 'orders';
    const answer = nextWord(this.#venue, is, 30_000);
    ask(this.#venue, 'orders');
    const account = await answer;
    if (account === undefined) throw new Error('the venue process does not answer');
    return account;
  }

  journal(node: Node): string {
    return join(this.folder, node);
  }

  /**
   * Brings the pair to rest, ends both members there, and tells what the venue has of them. The mirror goes first: what either
   * log has beyond the other is at the leader's end.
   */
  async endAtRest(): Promise<VenueAccount> {
    for (const begun = Date.now(); ; ) {
      await this.until(() => this.paired, RESTING);
      await this.rest();
      const { leader = 'a', paired } = this;
      const epoch = this.roles[leader]?.epoch;
      const both = [other(leader), leader] as const;
      for (const node of both) this.#members[node]?.kill('SIGSTOP');
      // What they said before they were stopped is heard: one that was about to take over begins once more.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const still = paired && this.paired && this.leader === leader && this.roles[leader]?.epoch === epoch;
      if (still || Date.now() - begun > RESTING) {
        const account = await this.account();
        this.#ending = true;
        for (const node of both) await killed(this.#members[node]);
        return account;
      }
      for (const node of both) this.#members[node]?.kill('SIGCONT');
    }
  }

  /** Kills everything that still runs; the folders stay. */
  async end(): Promise<void> {
    this.#ending = true;
    this.stopSignals();
    await Promise.all([this.#members.a, this.#members.b, this.#venue].map(killed));
    await this.redis?.kill();
    for (const proxy of this.#proxies) proxy.close();
    this.feed.close();
  }

  /** Removes what the world has written. */
  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #putSignal(): void {
    const number = ++this.#fed;
    const now = Date.now();
    const signal = {
      name: `signal-${number}`,
      instrument: BTC.id,
      direction: number % 2 === 0 ? (1 as const) : (-1 as const),
      strength: 1,
      confidence: 1,
      horizon: 60_000,
      eventTime: now,
      validUntil: now + 3_600_000,
    };
    this.feed.put(signal.name, Buffer.from(encodeSignal(signal)).toString());
  }

  #start(node: Node): void {
    const { heartbeat, losses, policy, window, register } = this.#options;
    const child = start('member-process.js', {
      node,
      peer: other(node),
      bridgePort: this.#ports.bridge[node],
      peerPort: this.#ports.way[other(node)],
      venuePort: this.#ports.venue,
      feedPort: this.#ports.feed,
      folder: this.journal(node),
      register: this.redis?.url ?? register ?? join(this.folder, 'register'),
      policy,
      heartbeat,
      losses,
      ...(window === undefined ? {} : { window }),
      barrierEvery: 2_000,
      ...this.#changes[node],
    } satisfies MemberProcessOptions);
    this.#members[node] = child;
    this.note('starts', node);
    child.on('message', (word: MemberWord) => this.#hear(node, child, word));
    child.on('exit', (code, signal) => {
      if (this.#members[node] !== child) return;
      delete this.roles[node];
      this.note(signal === null ? `ended with code ${code}` : `was ended by ${signal}`, node);
      const survivor = this.#members[other(node)];
      if (survivor !== undefined) ask(survivor, 'peerExited');
      if (!this.#ending)
        setTimeout(() => {
          if (!this.#ending) this.#start(node);
        }, this.#options.restartAfter);
    });
  }

  #hear(node: Node, child: ChildProcess, word: MemberWord): void {
    if (this.#members[node] !== child) return;
    if (word.kind === 'report') {
      const known = this.roles[node];
      this.roles[node] = word;
      if (!word.open && known?.open === true) this.heldAt[node] = word.at;
      if (known?.role !== word.role || known.epoch !== word.epoch)
        this.note(
          `${word.role}, epoch ${word.epoch}${word.why === '' ? '' : `: ${word.why}`}`,
          node,
          word.at,
        );
    } else if (word.kind === 'takeover') this.takeovers.push(word);
    else if (word.kind === 'halt') this.note(`halted: ${word.message}`, node, word.at);
    else if (word.kind === 'exit') this.note(`ends (${word.code}): ${word.reason}`, node, word.at);
  }
}
