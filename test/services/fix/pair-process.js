// A member of a pair whose venue is a FIX gateway: a whole desk in a process of its own, that may be killed at any moment.
// node pair-process.js OPTIONS, an object as JSON: node, peer, bridge, other, broker, version, folder, register, massStatus, dropCopy
import { join } from 'node:path';
import { compose, instrument, stage } from 'millrace';
import { fileRegister, mirrored } from 'millrace/failover';
import { openJournal } from 'millrace/journal';
import { books, dispatch, ledger, lookUps, maxPosition, reconciliation, risk } from 'millrace/operators';
import { liveClock } from 'millrace/streams';
import { cmeCapabilities, cmeVenue, standardGateway } from 'millrace/venues/cme';
import { tcp } from 'millrace/venues/fix';

const options = JSON.parse(process.argv[2]);
const { node, folder, version } = options;
const EXPIRY = 1_500;

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

/** A resting order for each trade of the market, bought and sold by turns; every fifth trade cancels the oldest besides. */
const quoting = stage({
  name: 'quoting',
  fingerprint: '1',
  adds: { proposals: [] },
  init: () => ({ trades: 0 }),
  step(state, frame, context) {
    if (frame.event.kind !== 'trade') return;
    const side = state.trades++ % 2 === 0 ? 'buy' : 'sell';
    if (state.trades % 5 === 0)
      for (const { order } of frame.ledger.openOrders()) {
        const { clientOrderId, instrument } = order;
        const reason = 'the oldest';
        context.request({
          kind: 'cancel',
          venue: 'cme',
          instrument,
          clientOrderId,
          requestTime: frame.ts,
          reason,
        });
        context.derive({ kind: 'cancelRequested', clientOrderId, instrument, reason });
        break;
      }
    frame.proposals = [
      {
        instrument: ES.id,
        side,
        type: 'limit',
        timeInForce: 'GTC',
        price: 20_000,
        quantity: 4,
        reduceOnly: false,
        postOnly: false,
        attribution: [{ agent: 'quoting', quantity: side === 'buy' ? 4 : -4 }],
        arrivalMid: Number.NaN,
      },
    ];
  },
  save: ({ trades }) => ({ trades }),
  restore: ({ trades }) => ({ trades }),
});

const desk = compose(
  { name: 'fix-pair', instruments: [ES] },
  books(),
  ledger({ reportingCurrency: 'USD', capital: 1e9, finishedOrders: 100_000 }),
  lookUps({
    venues: { cme: cmeCapabilities({ requestExpiry: EXPIRY }) },
    firstWait: 100,
    longestWait: 1_000,
    patience: 1_000,
  }),
  reconciliation({ every: 1_000, patience: 1_000 }),
  quoting,
  risk([maxPosition({ limit: 1_000_000 })]),
  dispatch({ desk: 'pair' }),
);

const session = (name) => ({
  senderCompID: `${name}${node}`,
  targetCompID: 'BROKER',
  transport: tcp({ host: '127.0.0.1', port: options.broker }),
  store: { folder: join(folder, `${name}-${node}`) },
  heartbeat: 1,
  reconnect: { first: 20, longest: 200 },
  logoutPatience: 200,
});

const member = await mirrored(desk, {
  node,
  peer: options.peer,
  journal: await openJournal({ folder: join(folder, `journal-${node}`) }),
  bridge: { bind: `tcp://127.0.0.1:${options.bridge}`, connect: `tcp://127.0.0.1:${options.other}` },
  register: fileRegister({ path: options.register }),
  clock: liveClock,
  drivers: () => [
    cmeVenue({
      gateway: standardGateway(version, { massStatus: options.massStatus }),
      account: 'A1',
      operator: 'OP7',
      timeout: 1_000,
      requestExpiry: EXPIRY,
      orders: session('DESK'),
      market: session('DATA'),
      ...(options.dropCopy ? { dropCopy: session('COPY') } : {}),
    }),
  ],
  heartbeat: 100,
  losses: 5,
  barrierEvery: 500,
  development: false,
});

let view;
let inDoubt = 0;
const faults = [];
member.frames$.subscribe(({ event, ledger, ordersInDoubt }) => {
  view = ledger;
  inDoubt = ordersInDoubt;
  if (event.kind === 'fault') faults.push(`${event.code}: ${event.message}`);
});
const tell = (word) => process.connected && process.send(word);
member.report$.subscribe(({ role, open, why }) => tell({ kind: 'report', role, open, why }));
member.halts$.subscribe(({ message }) => tell({ kind: 'halt', message }));
member.exit$.subscribe(({ code }) => setTimeout(() => process.exit(code), 10));

/** Orders and lots by the ledger, as of the last event: [id, status, lots filled, lots missing]. */
function told() {
  const of = ({ order, status, filled, missing }) => [order.clientOrderId, status, filled, missing];
  return {
    kind: 'books',
    position: view?.position(0) ?? 0,
    inDoubt,
    open: view === undefined ? [] : [...view.openOrders()].map(of),
    finished: view === undefined ? [] : [...view.finishedOrders()].map(of),
    faults,
  };
}

process.on('message', (question) => {
  if (question === 'books') tell(told());
  else void member.stop();
});
process.on('disconnect', () => process.exit(0));
