// A remote agent in Node on the bare format (docs/agent-format.md): node-agent.mjs ADDRESS NAME
import { randomBytes } from 'node:crypto';
import { decode, encode } from '@msgpack/msgpack';
import { Dealer } from 'zeromq';

const [, , address, agent] = process.argv;
const routingId = `${agent}/${randomBytes(8).toString('hex')}`;
const socket = new Dealer({ linger: 0, routingId, reconnectInterval: 20 });
socket.connect(address);
let last = Promise.resolve();
const say = (type, fields = {}) => {
  last = last.then(() => socket.send(encode({ version: 1, type, ...fields })));
  return last;
};
await say('hello', { agent, replica: 0 });
setInterval(() => say('beat'), 500);
for await (const [frame] of socket) {
  const { type, code, seq, data } = decode(frame);
  if (type === 'snapshot') {
    const answers = [{ asset: 'BTC', exposure: (data.mid - 100) / 100, confidence: 1 }];
    await say('answer', { seq, answers });
  } else if (type === 'refused' && code === 'not-introduced') await say('hello', { agent, replica: 0 });
}
