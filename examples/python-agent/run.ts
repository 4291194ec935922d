// A Python agent at a live desk: contrarian.py as a process of its own, over ZeroMQ with CURVE; it is killed, and comes back.
//   npm run build:examples && node .examples/python-agent/run.js [--seconds 12] [--seed 1]
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compose, type Frame, instrument, type OutsideEvent, pure, run } from 'millrace';
import { openRemoteAgents, remote } from 'millrace/agents';
import { readKeyFile, writeKeyFiles } from 'millrace/failover';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ledger,
  type MarketFields,
  maxDailyLoss,
  maxPosition,
  risk,
  sizing,
} from 'millrace/operators';
import { events, liveClock, simulateMarket } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { Observable, Subject, takeUntil } from 'rxjs';
import { optionsFrom, SEED, usd } from '../command-line.js';

const { seconds, seed } = optionsFrom(
  'A Python agent at a live desk on a simulated market; it is killed, and comes back.',
  {
    seconds: {
      value: 12,
      least: 9,
      most: 600,
      what: 'about how long it runs: killed after a third, back after two',
    },
    seed: SEED,
  },
);
const PROGRAM = fileURLToPath(new URL('../../examples/python-agent/contrarian.py', import.meta.url));
const wanted = process.env['PYTHON']; // another interpreter than the usual ones
const python = (wanted === undefined ? ['python3', '/usr/bin/python3'] : [wanted]).find(
  (command) => spawnSync(command, ['-c', 'import zmq.auth, msgpack']).status === 0,
);
if (python === undefined) {
  console.error(
    'this example needs python3 with zmq and msgpack: apt-get install python3-zmq python3-msgpack',
  );
  process.exit(2);
}

const btc = instrument({
  venue: 'simulated',
  symbol: 'BTC-PERP',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USD',
  tick: '0.1',
  lot: '0.001',
  fees: { maker: 0, taker: 0.000_1 },
});
const start = Date.now();
// Longer than is wanted: a machine that is busy starts Python slowly.
const duration = (seconds + 60) * 1_000;
const source = simulateMarket({ seed, start, duration, instruments: [{ definition: btc }] });

/** The simulated market at its own pace: each event when its time has come. */
const market = new Observable<OutsideEvent>((subscriber) => {
  const tell = async (): Promise<void> => {
    for await (const batch of source.batches())
      for (const { ts, event } of batch.events) {
        if (ts > Date.now()) await wait(ts - Date.now());
        if (subscriber.closed) return;
        subscriber.next(event);
      }
    subscriber.complete();
  };
  tell().catch((error: unknown) => subscriber.error(error));
});

const contrarian = remote({
  name: 'contrarian',
  every: '500ms',
  lifetime: '1500ms', // what a dead agent wanted is over soon: then the desk is flat
  budget: 0.5,
  observe: ({ mid }: Frame & MarketFields) => ({ mid }),
});

const folder = mkdtempSync(join(tmpdir(), 'millrace-python-agent-'));
const deskKeys = writeKeyFiles(folder, 'desk');
const agentKeys = writeKeyFiles(folder, 'agent');
const door = await openRemoteAgents([contrarian], {
  bind: 'tcp://127.0.0.1:*',
  curve: { keys: readKeyFile(deskKeys.secret), allowed: [agentKeys.publicKey] }, // nobody else gets in
  deadAfter: '1s',
});
let agent: ChildProcess | undefined;
let starts = 0;
const begin = (): void => {
  starts++;
  agent = spawn(python, [PROGRAM, '--keys', agentKeys.secret, '--server', deskKeys.public, door.address], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  say(`the desk starts contrarian.py as process ${agent.pid}`);
};
const kill = (): void => {
  say(`kill -9 of process ${agent?.pid}`);
  agent?.kill('SIGKILL');
};
const end = (): void => {
  agent?.kill('SIGKILL');
  door.close();
  rmSync(folder, { recursive: true, force: true });
};
process.on('SIGINT', () => {
  end();
  process.exit(130);
});

const desk = compose(
  { name: 'python-agent', instruments: [btc] },
  books(),
  ledger({ reportingCurrency: 'USD', capital: 50_000 }),
  agents([contrarian]),
  confidenceWeighted(),
  sizing({ budget: 12_000, minimumTrade: 0.1 }),
  bestNetPrice(),
  risk([maxPosition({ limit: 0.3 }), maxDailyLoss({ limit: 500 })]),
  dispatch({ desk: 'python' }),
  // The ledger is live: what is wanted after the pass is copied.
  pure(
    'account',
    ({ ledger }) => ({ held: ledger.position(0), profit: ledger.profit(), fees: ledger.fees() }),
    undefined,
  ),
);

console.log(
  `A simulated market in real time (seed ${seed}, ${seconds} s); the agent is Python, at ${door.address}, with keys.\n`,
);
let [decisions, fills] = [0, 0];
let account: { readonly held: number; readonly profit: number; readonly fees: number } | undefined;
const third = (seconds * 1_000) / 3;
const stop = new Subject<void>();
const timers: NodeJS.Timeout[] = [];
/** Killed a third after its first word, back after another; the end is a third after it spoke again. */
const plan = (): void => {
  if (timers.length === 0) timers.push(setTimeout(kill, third), setTimeout(begin, 2 * third));
  else if (starts === 2 && timers.length === 2) timers.push(setTimeout(() => stop.next(), third));
};
begin();
try {
  const drivers = [
    door,
    events('market', market),
    simulatedVenue({ venue: 'simulated', latency: { submit: 5, report: 5 } }),
  ];
  const running = run(desk, { clock: liveClock(), drivers });
  await running.pipe(takeUntil(stop)).forEach((frame) => {
    const { event } = frame;
    account = frame.account ?? account;
    if (event.kind === 'fault') say(`${event.component} is ${event.code}: ${event.message}`);
    for (const { exposure } of frame.decisions) {
      decisions++;
      plan();
      say(`contrarian wants ${exposure} of the budget`);
    }
    if (event.kind !== 'report' || event.type !== 'fill') return;
    fills++;
    const { side, quantity, price } = event;
    say(
      `  ${side} ${(quantity * Number(btc.lot)).toFixed(3)} BTC at ${usd(price * Number(btc.tick))}; now ${((account?.held ?? 0) * Number(btc.lot)).toFixed(3)} BTC`,
    );
  });
} finally {
  for (const timer of timers) clearTimeout(timer);
  end();
}
console.log(
  `\n${decisions} decisions by Python, ${fills} fills. Profit ${usd(account?.profit ?? 0)} after fees of ${usd(account?.fees ?? 0)}.`,
);
console.log(
  'What a dead agent wanted counts for 1.5 s at most; then nobody wants anything, and the desk closes what it holds.',
);

function say(text: string): void {
  console.log(`${((Date.now() - start) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
}
