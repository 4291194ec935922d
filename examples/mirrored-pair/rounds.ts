import { type Audit, audit } from './audit.js';
import { changesLeader, commit, type Fault } from './faults.js';
import { seededRandom } from './seeded-random.js';
import { type Happening, type Node, other, World, type WorldOptions } from './world/world.js';

/** What is to be played. */
export interface RoundsOptions extends WorldOptions {
  readonly rounds: number;
  /** Drawn from, once a round. */
  readonly faults: readonly Fault[];
  /** Least and most milliseconds that a pause or a cut lasts. */
  readonly lasts: readonly [number, number];
  /** Told what goes on. */
  readonly progress?: (round: number, text: string) => void;
}

/** From a fault to the first order that the venue took from another member, in milliseconds. */
export interface Takeover {
  readonly fault: Fault;
  /** Until the new leader said so. */
  readonly led: number;
  /** Until its first order was taken. */
  readonly ordered: number;
}

/** What came of all rounds. */
export interface RoundsResult {
  readonly rounds: number;
  readonly takeovers: readonly Takeover[];
  /** Rounds after which the pair was not whole again in time. */
  readonly unhealed: readonly string[];
  readonly audit: Audit;
  readonly happenings: readonly Happening[];
  /** Folder of the journals, when something was wrong; else it is gone. */
  readonly folder: string | undefined;
}

const HEALING = 30_000;

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
  let sound = false;
  try {
    progress(0, 'forming the pair');
    await world.begin();
    world.feedSignals();
    await wait(300);
    for (let round = 1; round <= rounds; round++) {
      const fault = faults[Math.floor(chance() * faults.length)] as Fault;
      if (!(await world.until(() => world.paired, HEALING))) {
        unhealed.push(`before round ${round}: ${JSON.stringify(world.roles)}`);
        continue;
      }
      await wait(chance() * 150);
      const { leader } = world;
      if (leader === undefined) continue;
      progress(round, `${fault} (${leader} leads)`);
      const at = Date.now();
      const undone = commit(fault, world, leader, lasts[0] + chance() * (lasts[1] - lasts[0]));
      if (changesLeader(fault)) {
        const successor = other(leader);
        const leads = (): boolean => world.leader === successor;
        if (await world.until(leads, HEALING))
          struck.push({ fault, leader, at, led: world.roles[successor]?.at ?? Date.now() });
        else unhealed.push(`round ${round}: nobody took over after ${fault}`);
      }
      await undone;
      await wait(50);
    }
    progress(rounds, 'coming to rest');
    if (!(await world.until(() => world.paired, HEALING)))
      unhealed.push(`at the end: ${JSON.stringify(world.roles)}`);
    world.stopSignals();
    await world.until(() => world.feed.counts.signals === world.feed.counts.acknowledged, HEALING);
    await atRest(world);
    const account = await world.account();
    const { signals } = world.feed.counts;
    await world.endMembers();
    progress(rounds, 'auditing');
    const found = await audit([world.journal('a'), world.journal('b')], account, signals, options.window);
    const takeovers = struck.flatMap(({ fault, leader, at, led }) => {
      const first = account.orders.find(({ acceptedAt, node }) => acceptedAt >= at && node !== leader);
      return first === undefined ? [] : [{ fault, led: led - at, ordered: first.acceptedAt - at }];
    });
    sound = found.sound && unhealed.length === 0;
    return {
      rounds,
      takeovers,
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

/** Every order has come to its end, and both members are at the same place of the log. */
async function atRest(world: World): Promise<void> {
  // Orders that rest are canceled, those in doubt are looked up.
  await wait(3_000);
  await world.quiet();
  let equal = 0;
  await world.until(async () => {
    const [a, b] = await Promise.all([world.position('a'), world.position('b')]);
    equal = a !== undefined && a === b ? equal + 1 : 0;
    await wait(50);
    return equal >= 3;
  }, 10_000);
}

const wait = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));
