// A desk in a process of its own that may be killed at any moment: the driver of CME, and a log of what it says.
// node desk-process.js PORT VERSION FOLDER
import { openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BehaviorSubject, Subject } from 'rxjs';
import { mintApproved } from '../../../dist/domain/approval.js';
import { instrument } from '../../../dist/domain/instrument.js';
import { InstrumentTable } from '../../../dist/domain/instrument-table.js';
import { liveClock } from '../../../dist/streams/index.js';
import { cmeVenue, standardGateway } from '../../../dist/venues/cme/index.js';
import { standard, tcp } from '../../../dist/venues/fix/index.js';

const [port, version, folder] = process.argv.slice(2);
const path = join(folder, 'log');
const log = openSync(path, 'a');
// A line that was torn was not logged.
const text = readFileSync(path, 'utf8');
if (!text.endsWith('\n') && text !== '') truncateSync(path, text.lastIndexOf('\n') + 1);

const ES = instrument({
  venue: 'cme',
  symbol: 'ESZ6',
  kind: 'future',
  base: 'ES',
  quote: 'USD',
  tick: '0.25',
  lot: '1',
  multiplier: '50',
  expiry: Date.UTC(2026, 11, 18),
});
const driver = cmeVenue({
  gateway: standardGateway(version, { session: standard(version) }),
  account: 'A1',
  operator: 'OP7',
  orders: {
    senderCompID: 'DESK',
    targetCompID: 'BROKER',
    transport: tcp({ host: '127.0.0.1', port: Number(port) }),
    store: { folder: join(folder, 'store') },
    heartbeat: 5,
    reconnect: { first: 20, longest: 100 },
  },
});
const clock = liveClock();
clock.start({ startAt: 0, skip: 0, offerRecorded() {}, ended() {}, failed() {} });
const commands = new Subject();
const events = new Subject();
let seq = 0;
let orders = 0;

function burst() {
  const requestTime = clock.now();
  const order = {
    instrument: ES.id,
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    price: 20_000,
    quantity: 1,
    reduceOnly: false,
    postOnly: false,
    attribution: [],
    arrivalMid: Number.NaN,
    clientOrderId: `o${process.pid}-${orders++}`,
    venue: 'cme',
    requestTime,
  };
  commands.next({ kind: 'submit', approved: mintApproved(order), order });
  if (orders < 300) setImmediate(burst);
}

driver
  .connect({
    commands$: commands,
    events$: events,
    clock,
    rank: 0,
    instruments: new InstrumentTable([ES]),
    leading$: new BehaviorSubject(true),
    restored: undefined,
  })
  .subscribe((event) => {
    writeSync(log, `${JSON.stringify(event)}\n`);
    events.next({ seq: ++seq, sub: 0, ts: clock.now(), event });
    if (event.kind === 'link' && event.channel === 'orders') {
      console.log(event.state);
      if (event.state === 'up' && orders === 0) burst();
    }
  });
