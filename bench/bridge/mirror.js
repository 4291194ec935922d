// @ts-check
// The other process of the benchmark: echoes bare messages, and follows a bridge: decodes each block and acks it.
import { openBridge, UPSTREAM } from 'millrace/failover';
import { Dealer } from 'zeromq';
import { decodeBlock } from '../../dist/journal/block/decode-block.js';

const [bare = '', leader = ''] = process.argv.slice(2);

const echo = new Dealer({ linger: 0 });
echo.connect(bare);
void echo.send('here');
void (async () => {
  for await (const frames of echo) await echo.send(frames);
})();

/** Bytes that the leader may have on the way: about four blocks of 256 events. */
const CREDIT = 64 * 1024;

const bridge = await openBridge({ node: 'b', bind: 'tcp://127.0.0.1:*', connect: leader });
const ack = (/** @type {number} */ upTo) =>
  bridge.send(UPSTREAM, { type: 'ack', epoch: 1, session: 1, upTo, credit: CREDIT, gap: false });
let last = 0;
const hello = setInterval(() => ack(0), 20);
bridge.messages$.subscribe(({ message }) => {
  if (message.type !== 'append') return;
  clearInterval(hello);
  if (message.from !== last + 1) throw new Error(`a gap: ${message.from} after ${last}`);
  const events = decodeBlock(message.block);
  last = /** @type {any} */ (events.at(-1)).seq;
  ack(last);
});
process.on('disconnect', () => process.exit(0));
