import { afterEach, expect, test, vi } from 'vitest';
import { compose } from '../../../src/core/compose.js';
import { run } from '../../../src/core/run.js';
import { MemoryDisk } from '../../../src/journal/index.js';
import { books, ledger, lookUps, reconciliation } from '../../../src/operators/index.js';
import { liveClock } from '../../../src/streams/index.js';
import { cmeVenue } from '../../../src/venues/cme/index.js';
import { encode, type Field, type FixMessage, parse, TAG } from '../../../src/venues/fix/index.js';
import { FixDouble } from '../../doubles/fix/fix-double.js';
import { Wire } from '../conformance/wire.js';
import { ES, nodeOptions } from './under-test.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const PASSWORD = 'hunter2-hunter2';
const RAW = 'signed-by-nobody-else';
const NEW = 'next-years-password';
const OWN = 'tag-of-the-broker';
const secrets = [PASSWORD, RAW, NEW, OWN];

const logon = (): readonly Field[] => [
  [553, 'desk'],
  [554, PASSWORD],
  [925, NEW],
  [95, RAW.length],
  [96, Buffer.from(RAW)],
  [9_500, OWN],
];

async function broker(): Promise<FixDouble> {
  const double = await FixDouble.start({ version: 'FIX.4.4', instrument: ES });
  cleanUps.push(() => double.stop());
  return double;
}

function listen(): readonly string[] {
  const written: string[] = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, name).mockImplementation((...words) => void written.push(words.map(String).join(' ')));
  return written;
}

test('what a logon says in secret is in no event, log, error, snapshot, journal or store, whatever the broker repeats of it', async () => {
  const written = listen();
  const double = await broker();
  const disk = new MemoryDisk();
  const { dropCopy: _copy, market: _market, ...options } = nodeOptions('1', double.port, 'FIX.4.4');
  const orders = { ...options.orders, store: { disk }, logon };
  const wire = new Wire(cmeVenue({ ...options, orders }), ES);
  cleanUps.push(() => wire.close());
  await wire.connected();
  wire.submit('a1', { price: 20_000, quantity: 3 });
  await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
  const peer = double.counterparty.peer('DESK1');
  // A broker that repeats all of it: in a reject, a business reject, a report, and its logout.
  const words = secrets.join(' ');
  double.counterparty.send(peer, [
    [TAG.MsgType, '3'],
    [TAG.RefSeqNum, 1],
    [TAG.Text, `refused: ${words}`],
  ]);
  double.counterparty.send(peer, [
    [TAG.MsgType, 'j'],
    [TAG.RefSeqNum, 1],
    [TAG.Text, words],
  ]);
  double.counterparty.send(peer, [[TAG.MsgType, '1']]);
  double.counterparty.send(peer, [
    [TAG.MsgType, '5'],
    [TAG.Text, `bye, 554=${PASSWORD}, ${words}`],
  ]);
  await wire.until('the loss', () =>
    wire.events.some((event) => event.kind === 'link' && event.state === 'down'),
  );
  await wire.until('two faults', () => wire.events.filter(({ kind }) => kind === 'fault').length >= 2);

  // A logon that cannot be spelled, and a callback that fails.
  const other = await broker();
  const spoilt = new Wire(
    cmeVenue({
      ...nodeOptions('1', other.port, 'FIX.4.4'),
      orders: {
        ...nodeOptions('1', other.port, 'FIX.4.4').orders,
        logon: () => [[554, `${PASSWORD}\u20ac`]],
      },
    }),
    ES,
  );
  cleanUps.push(() => spoilt.close());
  await spoilt.until('the fault', () => spoilt.events.some(({ kind }) => kind === 'fault'));
  const failing = new Wire(
    cmeVenue({
      ...nodeOptions('2', other.port, 'FIX.4.4'),
      orders: {
        ...nodeOptions('2', other.port, 'FIX.4.4').orders,
        logon: () => {
          throw new Error(`password=${PASSWORD} is not what the vault says`);
        },
      },
    }),
    ES,
  );
  cleanUps.push(() => failing.close());
  await failing.until('the fault', () => failing.events.some(({ kind }) => kind === 'fault'));

  // A whole pipeline, with its snapshot.
  const third = await broker();
  const { dropCopy: _c, market: _m, ...quiet } = nodeOptions('3', third.port, 'FIX.4.4');
  const desk = compose(
    { instruments: [ES] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    lookUps(),
    reconciliation(),
  );
  const venue = cmeVenue({ ...quiet, orders: { ...quiet.orders, logon } });
  const pipeline = run(desk, { clock: liveClock(), drivers: [venue] });
  const said: unknown[] = [];
  pipeline.snapshots$.subscribe((snapshot) => void said.push(snapshot));
  await new Promise<void>((resolve) => {
    pipeline.subscribe({
      next: ({ event }) => {
        said.push(event);
        if (event.kind === 'truth') pipeline.stop();
      },
      complete: resolve,
    });
  });
  await venue.closed?.();
  expect(said.length).toBeGreaterThan(3);

  const stored = Buffer.from(disk.bytesOf('session-00000001.fix')).toString('latin1');
  expect(stored).toContain('a1');
  const told = JSON.stringify([
    wire.events,
    wire.driver.save?.(),
    spoilt.events,
    failing.events,
    said,
    written,
    stored,
  ]);
  for (const secret of secrets) expect(told).not.toContain(secret);
  expect(told).toContain('[redacted]');
});

test('a message as text, and an error about it, say no password', () => {
  const message = parse(
    encode('FIX.4.4', [
      [35, 'A'],
      [49, 'DESK'],
      [56, 'BROKER'],
      [34, 1],
      [52, '20260105-14:30:00'],
      ...logon(),
    ]),
  ) as FixMessage;
  expect(message.get(554), 'the peer needs it').toBe(PASSWORD);
  expect(String(message)).toContain('554=[redacted]|');
  for (const secret of [PASSWORD, RAW, NEW]) expect(String(message)).not.toContain(secret);
  for (const tag of [96, 554, 925]) {
    const spell = (): unknown =>
      encode('FIX.4.4', [
        [35, 'A'],
        [tag, `${PASSWORD}\u20ac`],
      ]);
    expect(spell).toThrow(/must be Latin-1 text/);
    expect(spell).not.toThrow(new RegExp(PASSWORD));
  }
});
