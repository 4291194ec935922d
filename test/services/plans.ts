import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerPlan } from './server.js';

export const REDIS: ServerPlan = {
  name: 'redis',
  program: 'redis-server',
  install: 'apt-get install redis-server',
  arguments: ([port], folder) => [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', join(folder, 'data')],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
  ],
};

export const ETCD: ServerPlan = {
  name: 'etcd',
  program: 'etcd',
  install: 'apt-get install etcd-server',
  ports: 2,
  arguments: ([client, peer], folder) => [
    ...['--data-dir', join(folder, 'data/etcd'), '--name', 'one'],
    ...[
      '--listen-client-urls',
      `http://127.0.0.1:${client}`,
      '--advertise-client-urls',
      `http://127.0.0.1:${client}`,
    ],
    ...[
      '--listen-peer-urls',
      `http://127.0.0.1:${peer}`,
      '--initial-advertise-peer-urls',
      `http://127.0.0.1:${peer}`,
    ],
    ...['--initial-cluster', `one=http://127.0.0.1:${peer}`],
  ],
  ready: async ([client]) => {
    const answer = await fetch(`http://127.0.0.1:${client}/health`, { signal: AbortSignal.timeout(1_000) });
    return ((await answer.json()) as { health: string }).health === 'true';
  },
};

export const NATS: ServerPlan = {
  name: 'nats',
  program: 'nats-server',
  install: 'apt-get install nats-server',
  prepare: ([port], folder) =>
    writeFileSync(
      join(folder, 'nats.conf'),
      `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${join(folder, 'data')}" }\n`,
    ),
  arguments: (_ports, folder) => ['-c', join(folder, 'nats.conf')],
};
