// @ts-check
import { Session } from 'node:inspector/promises';

/**
 * Samples of V8's profiler while something runs, by the stage at work: the first stage under the core's passage, whatever
 * it calls. `core` is the passage itself and whatever surrounds it.
 *
 * @param {() => void} play
 * @returns {Promise<Record<string, number>>} shares of the whole, garbage collection among them
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
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  /** @type {Map<number, string>} */
  const owner = new Map();
  /** @param {number} id @param {string} above */
  const own = (id, above) => {
    const node = nodes.get(id);
    if (node === undefined) return;
    const mine = above === 'core' ? stageOf(node.callFrame) : above;
    owner.set(id, mine);
    for (const child of node.children ?? []) own(child, mine);
  };
  own(/** @type {import('node:inspector').Profiler.ProfileNode} */ (profile.nodes[0]).id, 'core');
  /** @type {Record<string, number>} */
  const shares = {};
  let total = 0;
  profile.samples?.forEach((id, index) => {
    const time = profile.timeDeltas?.[index] ?? 0;
    const name = owner.get(id) ?? 'core';
    shares[name] = (shares[name] ?? 0) + time;
    total += time;
  });
  return Object.fromEntries(Object.entries(shares).map(([name, time]) => [name, time / total]));
}

/** @param {{ functionName: string, url: string }} callFrame */
function stageOf({ functionName, url }) {
  if (functionName === '(garbage collector)') return 'garbage collection';
  return /\/operators\/([a-z-]+)/.exec(url)?.[1] ?? 'core';
}
