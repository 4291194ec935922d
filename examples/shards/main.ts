// Two shards under one limit, on a NATS server of this machine; one of them is cut off for a while.
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { budgetCoordinator, natsBudgetBoard, shardOf } from 'millrace/scaling';
import { simulateMarket } from 'millrace/streams';
import { INSTRUMENTS, LEAST, LIMIT, SHARDS } from './instruments.js';

const HELP = `npm run shards: two shards of one desk under one limit, on a NATS server that it starts; needs nats-server in the PATH

  --seconds N   how long each of the four scenes lasts   [4]
  --help        this text
`;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const given = args[0] === '--seconds' ? Number(args[1]) : args.length === 0 ? 4 : Number.NaN;
  if (!(given >= 1)) {
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
  const port = await freePort();
  writeFileSync(
    join(folder, 'nats.conf'),
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}" }\n`,
  );
  const server = spawn('nats-server', ['-c', join(folder, 'nats.conf')], { stdio: 'ignore' });
  const shards: ChildProcess[] = [];
  const end = (): void => {
    for (const child of shards) child.kill('SIGKILL');
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('SIGINT', () => {
    end();
    process.exit(130);
  });
  try {
    return await play(`nats://127.0.0.1:${port}`, shards, given * 1_000);
  } finally {
    end();
  }
}

async function play(url: string, shards: ChildProcess[], scene: number): Promise<number> {
  const connection = await reached(url);
  await (await jetstreamManager(connection)).streams.add({ name: 'market', subjects: ['market.*'] });
  const stream = jetstream(connection);
  const board = natsBudgetBoard({ servers: [url], bucket: 'gross-exposure' });
  const coordinator = budgetCoordinator({ board, shards: SHARDS, limit: LIMIT, least: LEAST, every: 200 });
  const held = SHARDS.map(() => 0);
  let most = 0;
  for (const shard of SHARDS) {
    const child = fork(fileURLToPath(new URL('./shard.js', import.meta.url)), [shard, url]);
    child.on('message', (word) => {
      const { exposure } = word as { readonly exposure: number };
      held[Number(shard)] = exposure;
      most = Math.max(
        most,
        held.reduce((sum, each) => sum + each, 0),
      );
    });
    shards.push(child);
  }
  // The market's events go to the partition of their asset.
  const source = simulateMarket({
    duration: 3_600_000,
    instruments: INSTRUMENTS.map((definition) => ({ definition, eventsPerSecond: 20 })),
  });
  const partition = new Map(INSTRUMENTS.map(({ id, base }) => [id, shardOf(base, SHARDS.length)]));
  const ended = new AbortController();
  const feeding = (async () => {
    const offset = Date.now();
    let first: number | undefined;
    for await (const { events } of source.batches())
      for (const { ts, event } of events) {
        first ??= ts;
        const due = offset + ts - first - Date.now();
        if (due > 5) await wait(due, undefined, { signal: ended.signal }).catch(() => undefined);
        if (ended.signal.aborted) return;
        const places = 'instrument' in event ? [partition.get(event.instrument)] : SHARDS;
        for (const place of places) await stream.publish(`market.${place}`, JSON.stringify(event));
      }
  })();

  const say = (text: string): void => {
    const { table } = coordinatorReport();
    const cells = SHARDS.map((shard, index) => {
      const lent = table[shard]?.amount ?? LEAST;
      return `shard ${shard}: lent ${money(lent)}, holds ${money(held[index] ?? 0)}`;
    });
    process.stdout.write(`${text.padEnd(46)} ${cells.join('   ')}\n`);
  };
  let report = { table: {} as Readonly<Record<string, { readonly amount: number }>> };
  const coordinatorReport = () => report;
  coordinator.report$.subscribe((each) => {
    report = each;
  });
  process.stdout.write(`limit of all together: ${money(LIMIT)} of gross exposure\n`);
  await wait(scene);
  say('both want 60,000');
  shards[1]?.send(5_000);
  shards[0]?.send(95_000);
  await wait(scene);
  say('1 wants 5,000, 0 wants 95,000');
  shards[0]?.kill('SIGSTOP');
  shards[1]?.send(95_000);
  await wait(scene);
  say('0 is stopped, 1 wants 95,000: it gets no more');
  shards[0]?.kill('SIGCONT');
  shards[0]?.send(5_000);
  await wait(scene);
  say('0 is back and wants 5,000');
  const given = (report.table['1']?.amount ?? 0) > LIMIT / 2;
  ended.abort();
  await feeding;
  await coordinator.close();
  await board.close();
  await connection.close();
  // Prices move what is held already: a percent is theirs.
  const sound = most <= LIMIT * 1.01 && most > LIMIT / 2 && given;
  process.stdout.write(
    `${sound ? 'HELD' : 'NOT HELD'}: together they never held more than ${money(most)} of ${money(LIMIT)}\n`,
  );
  return sound ? 0 : 1;
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const money = (amount: number): string => Math.round(amount).toLocaleString('en-US');

process.exitCode = await main(process.argv.slice(2));
