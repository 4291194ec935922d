// What the tests run in worker threads: the snapshot says how it is answered.
export async function decide({ snapshot }) {
  if (snapshot.dies) process.exit(3);
  if (snapshot.never) await new Promise(() => undefined);
  if (snapshot.throws) throw new Error('oops');
  const until = performance.now() + (snapshot.blocks ?? 0);
  while (performance.now() < until);
  if (snapshot.silent) return undefined;
  return { of: { asset: 'BTC' }, exposure: snapshot.exposure ?? 0.5, confidence: 1 };
}
