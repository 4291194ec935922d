// @ts-check
// A follower without any of our code: says one message, and then reads, or does not.
import { Dealer } from 'zeromq';

const [mode = '', address = '', header = ''] = process.argv.slice(2);
const dealer = new Dealer({
  linger: mode === 'floods' ? 10_000 : 0,
  receiveHighWaterMark: mode === 'deaf' ? 1 : 1_000,
});
dealer.connect(address);
await dealer.send(Buffer.from(header, 'hex'));
if (mode === 'floods') {
  for (let sent = 1; sent < 20_000; sent++) await dealer.send(Buffer.from(header, 'hex'));
  dealer.close();
  process.exitCode = 0;
} else if (mode === 'reads') for await (const _ of dealer);
if (mode !== 'floods') setInterval(() => undefined, 1_000);
