import { limitFiles } from './world/disk-limit.js';
import { type Node, other, type World } from './world/world.js';

/** What is done to the pair. */
export const FAULTS = [
  /** The leader is killed with SIGKILL. */
  'kill',
  /** The leader is stopped with SIGSTOP, and goes on after a while. */
  'stop',
  /** Nothing gets from one member to the other, both ways, for a while. */
  'cut',
  /** Only what the mirror says gets through. */
  'cutToMirror',
  /** Only what the leader says gets through. */
  'cutToLeader',
  'killMirror',
  'stopMirror',
  'killBoth',
  'stopBoth',
  /** The leader is asked to hand over. */
  'switchOver',
  /** The leader's disk takes a few bytes more, then none; later there is room, and an operator restarts the member. */
  'diskFull',
  'diskFullMirror',
  /** The register is stopped with SIGSTOP for a while. */
  'stopRegister',
  /** The register is killed, and started again after a while. */
  'killRegister',
  /** The register is stopped, then the leader is killed: nobody may lead until the register goes on. */
  'killWithoutRegister',
] as const;

export type Fault = (typeof FAULTS)[number];

/** Whether a fault of this kind must bring a new leader. */
export const changesLeader = (fault: Fault): boolean =>
  ['kill', 'stop', 'switchOver', 'diskFull', 'killWithoutRegister'].includes(fault);

/** Whether it needs a register with a process of its own. */
export const needsRegister = (fault: Fault): boolean =>
  fault === 'stopRegister' || fault === 'killRegister' || fault === 'killWithoutRegister';

/** Whether it needs limits on files of another process. */
export const needsDiskLimits = (fault: Fault): boolean => fault === 'diskFull' || fault === 'diskFullMirror';

/** Without a register two that are both gone, or both in doubt, wait for an operator. */
export const needsAgreement = (fault: Fault): boolean => fault === 'killBoth' || fault === 'stopBoth';

/** Most bytes that a disk still takes before it is full. */
const ROOM = 8_192;

/**
 * Does one fault, and undoes it after `lasts` milliseconds where it does not undo itself. Resolves when it is undone.
 */
export async function commit(
  fault: Fault,
  world: World,
  leader: Node,
  lasts: number,
  chance: () => number,
): Promise<void> {
  const mirror = other(leader);
  const pids = (...nodes: Node[]) =>
    nodes.map((node) => world.process(node)?.pid).filter((pid) => pid !== undefined);
  const send = (signal: NodeJS.Signals, targets: readonly number[]): void => {
    for (const pid of targets) {
      try {
        process.kill(pid, signal);
      } catch {
        // It is gone already.
      }
    }
  };
  const pause = async (...nodes: Node[]): Promise<void> => {
    const targets = pids(...nodes);
    for (const node of nodes) world.note('is stopped (SIGSTOP)', node);
    send('SIGSTOP', targets);
    await wait(lasts);
    for (const node of nodes) world.note('goes on (SIGCONT)', node);
    send('SIGCONT', targets);
  };
  const cut = async (way: Parameters<World['cut']>[0], text: string): Promise<void> => {
    world.note(text);
    world.cut(way);
    await wait(lasts);
    world.note('the way is whole again');
    world.heal();
  };
  const fill = async (node: Node): Promise<void> => {
    const [pid] = pids(node);
    if (pid === undefined) return;
    const room = Math.floor(ROOM * chance());
    world.note(`its disk takes ${room} bytes more`, node);
    limitFiles(pid, world.journal(node), room);
    await world.until(() => world.roles[node]?.role === 'halted', 5_000);
    await wait(lasts);
    // Its limit goes with the process: the next has room.
    world.note('there is room again, and an operator restarts it (SIGKILL)', node);
    send('SIGKILL', [pid]);
  };
  switch (fault) {
    case 'kill':
    case 'killMirror':
    case 'killBoth': {
      const nodes: Node[] =
        fault === 'kill' ? [leader] : fault === 'killMirror' ? [mirror] : [leader, mirror];
      for (const node of nodes) world.note('is killed (SIGKILL)', node);
      send('SIGKILL', pids(...nodes));
      return;
    }
    case 'stop':
      return pause(leader);
    case 'stopMirror':
      return pause(mirror);
    case 'stopBoth':
      return pause(leader, mirror);
    case 'cut':
      return cut('both', 'nothing gets from one member to the other');
    // A follower calls its leader: what it says goes to the target of the proxy.
    case 'cutToLeader':
      return cut('toTarget', 'the leader does not hear its mirror');
    case 'cutToMirror':
      return cut('toCaller', 'the mirror does not hear its leader');
    case 'switchOver':
      world.note('is asked to hand over', leader);
      world.switchOver(leader);
      return;
    case 'diskFull':
      return fill(leader);
    case 'diskFullMirror':
      return fill(mirror);
    case 'stopRegister':
    case 'killWithoutRegister':
      world.note('the register is stopped (SIGSTOP)');
      world.redis?.stop();
      if (fault === 'killWithoutRegister') {
        await wait(lasts * chance());
        world.note('is killed (SIGKILL)', leader);
        send('SIGKILL', pids(leader));
      }
      await wait(lasts);
      world.note('the register goes on (SIGCONT)');
      world.redis?.goOn();
      return;
    case 'killRegister':
      world.note('the register is killed (SIGKILL)');
      await world.redis?.kill();
      await wait(lasts);
      world.note('the register starts again');
      await world.redis?.start();
  }
}

const wait = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));
