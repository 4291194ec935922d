// @ts-check
import { Session } from 'node:inspector/promises';

/**
 * Samples of V8's profiler while passes run, by the stage at work: the first one that a pass calls, whatever it calls in
 * turn. `core` is the rest of the pass. What is outside of any pass, such as the profiler itself, does not count.
 *
 * @param {() => void} play
 * @returns {Promise<Record<string, number>>} shares of all passes, garbage collection among them
 */
export async function sharesOf(play) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 100 });
  await session.post('Profiler.start');
  play();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const owner = owners(profile.nodes);
  /** @type {Record<string, number>} */
  const shares = {};
  let total = 0;
  profile.samples?.forEach((id, index) => {
    const name = owner.get(id);
    if (name === undefined) return;
    const time = profile.timeDeltas?.[index] ?? 0;
    shares[name] = (shares[name] ?? 0) + time;
    total += time;
  });
  return Object.fromEntries(Object.entries(shares).map(([name, time]) => [name, time / total]));
}

/**
 * Whose time a node of the call tree is.
 *
 * @param {readonly import('node:inspector').Profiler.ProfileNode[]} list
 */
function owners(list) {
  const nodes = new Map(list.map((node) => [node.id, node]));
  /** @type {Map<number, string>} */
  const owner = new Map();
  /** @param {number} id @param {string | undefined} above */
  const own = (id, above) => {
    const node = nodes.get(id);
    if (node === undefined) return;
    const mine = above === undefined || above === 'core' ? (placeOf(node.callFrame) ?? above) : above;
    if (mine !== undefined) owner.set(id, mine);
    for (const child of node.children ?? []) own(child, mine);
  };
  const [root] = list;
  if (root !== undefined) own(root.id, undefined);
  return owner;
}

/** @param {{ functionName: string, url: string }} callFrame */
function placeOf({ functionName, url }) {
  if (functionName === '(garbage collector)') return 'garbage collection';
  // The chain as one generated function and its groups of parts.
  if (/^(pass\d+|group\d+_\d+)$/.test(functionName)) return 'core';
  return /\/operators\/([a-z-]+)/.exec(url)?.[1];
}
