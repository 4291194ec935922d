import { type Audit, audit } from './audit.js';
import { changesLeader, commit, type Fault } from './faults.js';
import { seededRandom } from './seeded-random.js';
import { wentAlone } from './went-alone.js';
import { type Happening, type Node, other, World, type WorldOptions } from './world/world.js';

/** What is to be played. */
export interface RoundsOptions extends WorldOptions {
  readonly rounds: number;
  /** One a round: each of them once, in an order that is drawn, then all again. */
  readonly faults: readonly Fault[];
  /** Least and most milliseconds that a pause or a cut lasts. */
  readonly lasts: readonly [number, number];
  /** Told what goes on. */
  readonly progress?: (round: number, text: string) => void;
  /** No round is begun any more once it is aborted; what was played is audited. */
  readonly signal?: AbortSignal;
}

/** From a fault to the first order that the venue took from another member, in milliseconds. */
export interface Takeover {
  readonly fault: Fault;
  /** Until the machine had done away with a process that was killed; of other faults 0. */
  readonly gone: number;
  /** Until the other member noticed; when it never said so, until it led. */
  readonly suspected: number;
  /** Until the new leader said so. */
  readonly led: number;
  /** Until its journal held the mark of its reign, and orders might leave. */
  readonly open: number;
  /** Until the first signal from the queue was in its log. */
  readonly signalled: number;
  /** Until its first order left. */
  readonly sent: number;
  /** Until its first order was taken. */
  readonly ordered: number;
}

/**
 * What came in at the venue from a leader whose mirror had been stopped, until the leader gave up on it: orders wait for
 * its ack, cancels do not.
 */
export interface Unacked {
  /** Orders that came in behind the fault: what the mirror had acked before. */
  readonly submits: number;
  readonly cancels: number;
  /** Cancels that came in when no order did any more. */
  readonly cancelsBehindOrders: number;
}

/** What came of all rounds. */
export interface RoundsResult {
  /** Rounds that were played. */
  readonly rounds: number;
  readonly takeovers: readonly Takeover[];
  /** One for each time that the mirror was stopped or killed. */
  readonly unacked: readonly Unacked[];
  /** Rounds after which the pair was not whole again in time. */
  readonly unhealed: readonly string[];
  readonly audit: Audit;
  readonly happenings: readonly Happening[];
  /** Folder of the journals, when something was wrong; else it is gone. */
  readonly folder: string | undefined;
}

/** Patience, in milliseconds, for what must come about on any machine, however busy. */
const HEALING = 180_000;

interface Struck {
  readonly fault: Fault;
  readonly leader: Node;
  readonly at: number;
  readonly led: number;
}

/** Forms a pair, feeds it signals, strikes it round by round, lets it come to rest, and holds all books against each other. */
export async function playRounds(options: RoundsOptions): Promise<RoundsResult> {
  const { rounds, faults, lasts, seed, progress = () => undefined } = options;
  const chance = seededRandom(seed);
  const world = new World(options);
  const unhealed: string[] = [];
  const struck: Struck[] = [];
  const unacked: Unacked[] = [];
  const deck: Fault[] = [];
  const draw = (): Fault => {
    if (deck.length === 0) deck.push(...faults);
    return deck.splice(Math.floor(chance() * deck.length), 1)[0] as Fault;
  };
  let played = 0;
  let sound = false;
  try {
    progress(0, 'forming the pair');
    await world.begin();
    world.feedSignals();
    await wait(300);
    while (played < rounds && options.signal?.aborted !== true) {
      const round = ++played;
      const fault = draw();
      const leader = await pairedLeader(world, chance);
      if (leader === undefined) {
        unhealed.push(`before round ${round}: ${JSON.stringify(world.roles)}`);
        break;
      }
      progress(round, `${fault} (${leader} leads)`);
      const at = Date.now();
      const past = world.happenings.length;
      const undone = commit(fault, world, leader, lasts[0] + chance() * (lasts[1] - lasts[0]), chance);
      if (changesLeader(fault)) {
        const successor = other(leader);
        let over = false;
        void undone.then(() => {
          over = true;
        });
        const leads = (): boolean => world.leader === successor;
        // A leader that was stopped for less than its mirror's patience leads on. One that let its mirror go in the very moment
        // of the fault (its word came only behind the fault) has nobody who may take over: it leads again itself.
        const spared = (): boolean =>
          (fault === 'stop' || (ends(fault) && wentAlone(world.happenings.slice(past), leader))) &&
          over &&
          world.paired;
        if (!(await world.until(() => leads() || spared(), HEALING)))
          unhealed.push(`round ${round}: nobody took over after ${fault}`);
        else if (leads()) struck.push({ fault, leader, at, led: world.roles[successor]?.at ?? Date.now() });
      }
      await undone;
      await wait(50);
      if (fault === 'stopMirror' || fault === 'killMirror') unacked.push(await unackedAt(world, leader, at));
    }
    progress(played, 'coming to rest');
    if (!(await world.until(() => world.paired, HEALING)))
      unhealed.push(`at the end: ${JSON.stringify(world.roles)}`);
    const account = await world.endAtRest();
    const { signals } = world.feed.counts;
    progress(played, 'auditing');
    const found = await audit([world.journal('a'), world.journal('b')], account, signals, options.window);
    const takeovers = struck.flatMap(({ fault, leader, at, led }) => {
      const first = account.orders.find(({ acceptedAt, node }) => acceptedAt >= at && node !== leader);
      if (first === undefined) return [];
      const end = world.happenings.find(
        ({ at: when, node, text }) => when >= at && node === leader && text.startsWith('was ended'),
      );
      const gone = fault === 'kill' && end !== undefined ? end.at - at : 0;
      const noticed = world.happenings.find(
        ({ at: when, node, text }) => when >= at && node === other(leader) && text.startsWith('suspect'),
      );
      const phases = world.takeovers.find(({ node, led: when }) => node !== leader && when >= at);
      if (phases === undefined) return [];
      return [
        {
          fault,
          gone,
          suspected: (noticed?.at ?? led) - at,
          led: led - at,
          open: phases.open - at,
          signalled: phases.signalled - at,
          sent: phases.sent - at,
          ordered: first.acceptedAt - at,
        },
      ];
    });
    sound = found.sound && unhealed.length === 0;
    return {
      rounds: played,
      takeovers,
      unacked,
      unhealed,
      audit: found,
      happenings: world.happenings,
      folder: sound ? undefined : world.folder,
    };
  } finally {
    await world.end();
    if (sound) world.clear();
  }
}

/** Who leads a pair that is whole, at an instant that is drawn; `undefined` when it does not become whole in time. */
async function pairedLeader(world: World, chance: () => number): Promise<Node | undefined> {
  const until = Date.now() + HEALING;
  do {
    if (!(await world.until(() => world.paired, HEALING))) return undefined;
    await wait(chance() * 150);
    // After a pause of both, the leader may let its mirror go a moment after both have said that they are a pair.
  } while (!world.paired && Date.now() < until);
  return world.leader;
}

const ends = (fault: Fault): boolean => ['kill', 'killWithoutRegister', 'diskFull'].includes(fault);

async function unackedAt(world: World, leader: Node, from: number): Promise<Unacked> {
  const until = world.heldAt[leader] ?? 0;
  const came = (await world.arrivals()).filter(
    ({ node, at }) => node === leader && at >= from && at <= until,
  );
  const lastOrder = came.findLastIndex(({ op }) => op === 'submit');
  const cancels = (index: number): number => came.slice(index).filter(({ op }) => op === 'cancel').length;
  return {
    submits: came.filter(({ op }) => op === 'submit').length,
    cancels: cancels(0),
    cancelsBehindOrders: cancels(lastOrder + 1),
  };
}

const wait = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));
