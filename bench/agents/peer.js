// @ts-check
import { decode, encode } from '@msgpack/msgpack';
import { Dealer } from 'zeromq';
import { decide } from './decide.js';

const socket = new Dealer({ linger: 0 });
socket.connect(process.argv[2] ?? '');
await socket.send(encode({ version: 1, type: 'hello', agent: 'far' }));
for await (const [frame] of socket) {
  const { type, seq, data } = /** @type {any} */ (decode(/** @type {Buffer} */ (frame)));
  if (type === 'beat') await socket.send(encode({ version: 1, type: 'beat' }));
  if (type !== 'snapshot') continue;
  const { exposure, confidence } = decide({ snapshot: data, seq });
  await socket.send(
    encode({ version: 1, type: 'answer', seq, answers: [{ asset: 'BTC', exposure, confidence }] }),
  );
}
