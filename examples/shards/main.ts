// Two shards under one limit, each a pair, on a NATS server of this machine: a leader is killed, and a whole shard is cut off for a while.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { budgetCoordinator, natsBudgetBoard } from 'millrace/scaling';
import { freePorts } from '../mirrored-pair/world/ports.js';
import { LEAST, LIMIT, SHARDS } from './instruments.js';
import { MarketFeed } from './market-feed.js';
import { type Node, ShardPair, type Stage } from './shard-pair.js';

const HELP = `npm run shards: two shards of one desk under one limit, each a pair, on a NATS server that it starts; needs nats-server in the PATH

  --seconds N   how long each of the five scenes lasts   [4]
  --json        one JSON object at the end instead of the scenes
  --help        this text
`;

/** Patience in milliseconds, for any machine. */
const PATIENCE = 60_000;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const json = args.includes('--json');
  const [option, value, ...more] = args.filter((each) => each !== '--json');
  const seconds = option === '--seconds' ? Number(value) : option === undefined ? 4 : Number.NaN;
  if (!(seconds >= 1) || more.length > 0) {
    process.stderr.write(`--seconds must be a number of at least 1, not "${args.join(' ')}"; see --help\n`);
    return 2;
  }
  if (spawnSync('nats-server', ['--version']).error !== undefined) {
    process.stderr.write(
      'npm run shards needs the program nats-server in the PATH: apt-get install nats-server\n',
    );
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'millrace-shards-'));
  const [port = 0, ...ports] = await freePorts(1 + 3 * SHARDS.length);
  writeFileSync(
    join(folder, 'nats.conf'),
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}" }\n`,
  );
  const server = spawn('nats-server', ['-c', join(folder, 'nats.conf')], { stdio: 'ignore' });
  const children = new Set<ChildProcess>();
  const end = (): void => {
    for (const child of children) child.kill('SIGKILL');
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('SIGINT', () => {
    end();
    process.exit(130);
  });
  try {
    return await play({
      url: `nats://127.0.0.1:${port}`,
      folder,
      ports,
      scene: seconds * 1_000,
      json,
      children,
    });
  } finally {
    end();
  }
}

async function play(stage: Stage): Promise<number> {
  const { url, scene, json } = stage;
  const connection = await reached(url);
  await (await jetstreamManager(connection)).streams.add({ name: 'market', subjects: ['market.*'] });
  const stream = jetstream(connection);
  const board = natsBudgetBoard({ servers: [url], bucket: 'gross-exposure' });
  const coordinator = budgetCoordinator({ board, shards: SHARDS, limit: LIMIT, least: LEAST, every: 200 });
  let most = 0;
  const shards: ShardPair[] = [];
  const heard = (): void => {
    most = Math.max(
      most,
      shards.reduce((sum, { exposure }) => sum + exposure, 0),
    );
  };
  for (const name of SHARDS) shards.push(new ShardPair(name, stage, heard));
  const [zero, one] = shards as [ShardPair, ShardPair];
  const feed = new MarketFeed(stream);
  let table: Readonly<Record<string, { readonly amount: number }>> = {};
  coordinator.report$.subscribe((report) => {
    table = report.table;
  });
  const print = (text: string): void => void (json || process.stdout.write(text));
  const say = (text: string): void => {
    const cells = shards.map(
      ({ name, leader, exposure }) =>
        `shard ${name} (${leader ?? '-'}): lent ${money(table[name]?.amount ?? LEAST)}, holds ${money(exposure)}`,
    );
    print(`${text.padEnd(52)} ${cells.join('   ')}\n`);
  };
  const faults: string[] = [];
  const wanted = async (what: string, holds: () => boolean): Promise<void> => {
    const until = Date.now() + PATIENCE;
    while (!holds() && Date.now() < until) await wait(20);
    if (!holds()) faults.push(what);
  };

  print(`limit of all together: ${money(LIMIT)} of gross exposure\n`);
  await wanted('both shards are pairs', () => zero.paired && one.paired);
  await wait(scene);
  say('both want 60,000');
  await feed.want(one, 0.05);
  await feed.want(zero, 0.95);
  await wait(scene);
  await wanted('shard 0 was lent what shard 1 gave back', () => zero.exposure > LIMIT / 2);
  say('1 wants 5,000, 0 wants 95,000');

  const killed = zero.leader as Node;
  const successor = killed === 'a' ? 'b' : 'a';
  await feed.want(one, 0.95);
  const at = Date.now();
  zero.signal('SIGKILL', [killed]);
  await wanted('the mirror of shard 0 took over', () => zero.leader === successor);
  const tookOver = Date.now() - at;
  await wait(scene);
  say(`0: ${killed} was killed, ${successor} led after ${tookOver} ms; 1 wants 95,000`);
  zero.start(killed);
  await wanted('shard 0 is a pair again', () => zero.paired);

  zero.signal('SIGSTOP');
  await wait(scene);
  const lentMeanwhile = table['1']?.amount ?? LEAST;
  if (lentMeanwhile > LIMIT / 2) faults.push('shard 1 was lent no more while shard 0 was cut off');
  say('0 is stopped, both members: 1 gets no more');
  zero.signal('SIGCONT');
  await wanted('shard 0 leads again', () => zero.leader !== undefined);
  await feed.want(zero, 0.05);
  await wait(scene);
  await wanted('shard 1 was lent what shard 0 gave back', () => one.exposure > LIMIT / 2);
  say('0 is back and wants 5,000');

  await feed.end();
  await wait(1_000);
  let orders = 0;
  for (const shard of shards) {
    const account = await shard.account();
    orders += account.orders;
    if (account.doubled > 0) faults.push(`shard ${shard.name} sent no order twice`);
    const books = shard.words.get(shard.leader ?? 'a')?.positions ?? {};
    for (const [instrument, lots] of Object.entries(account.positions))
      if (books[instrument] !== lots)
        faults.push(`shard ${shard.name} holds ${lots} lots of ${instrument}, not ${books[instrument]}`);
  }
  await coordinator.close();
  await board.close();
  await connection.close();
  // Prices move what is held already: a percent is theirs.
  if (most > LIMIT * 1.01) faults.push(`together they held no more than ${money(LIMIT)}`);
  const held = faults.length === 0;
  if (json)
    process.stdout.write(`${JSON.stringify({ held, most, limit: LIMIT, tookOver, orders, faults })}\n`);
  else
    process.stdout.write(
      held
        ? `HELD: together they never held more than ${money(most)} of ${money(LIMIT)}; ${orders} orders, none lost, none doubled\n`
        : `NOT HELD: it should be that ${faults.join('; that ')}\n`,
    );
  return held ? 0 : 1;
}

async function reached(url: string) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect({ servers: new URL(url).host });
    } catch (error) {
      if (attempt === 100) throw error;
      await wait(50);
    }
  }
}

const money = (amount: number): string => Math.round(amount).toLocaleString('en-US');

process.exitCode = await main(process.argv.slice(2));
