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
] as const;

export type Fault = (typeof FAULTS)[number];

/** Whether a fault of this kind must bring a new leader. */
export const changesLeader = (fault: Fault): boolean =>
  fault === 'kill' || fault === 'stop' || fault === 'switchOver';

/**
 * Does one fault, and undoes it after `lasts` milliseconds where it does not undo itself. Resolves when it is undone.
 */
export async function commit(fault: Fault, world: World, leader: Node, lasts: number): Promise<void> {
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
  }
}

const wait = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));
