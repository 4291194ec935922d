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

export const RABBIT: ServerPlan = {
  name: 'rabbitmq',
  program: '/usr/lib/rabbitmq/bin/rabbitmq-server',
  install: 'apt-get install rabbitmq-server',
  ports: 3,
  prepare: (_ports, folder) => writeFileSync(join(folder, 'plugins'), '[].\n'),
  arguments: () => [],
  environment: ([port, distribution, mapper], folder) => ({
    RABBITMQ_NODENAME: `millrace-${port}@localhost`,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'data'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'none'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
  }),
  // The mapper of Erlang's ports leaves our group.
  afterwards: (ports) => `ERL_EPMD_PORT=${ports[2]} epmd -kill`,
  ready: async (_ports, server) => /completed with \d+ plugins/.test(server.log().slice(server.startedAt)),
};

/** Reads `prometheus.yml` in its folder, which is to be written before it starts. */
export const prometheusWith = (config: string): ServerPlan => ({
  name: 'prometheus',
  program: 'prometheus',
  install: 'apt-get install prometheus',
  prepare: (_ports, folder) => writeFileSync(join(folder, 'prometheus.yml'), config),
  arguments: ([port], folder) => [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    // Its first alerts are made before it has found Alertmanager, are lost, and would come again after a minute.
    '--rules.alert.resend-delay=1s',
    `--web.listen-address=127.0.0.1:${port}`,
  ],
  ready: async ([port]) => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
});

/** Alertmanager, alone. */
export const alertmanagerWith = (config: string): ServerPlan => ({
  name: 'alertmanager',
  program: 'prometheus-alertmanager',
  install: 'apt-get install prometheus-alertmanager',
  prepare: (_ports, folder) => writeFileSync(join(folder, 'alertmanager.yml'), config),
  arguments: ([port], folder) => [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ],
  ready: async ([port]) => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
});

/** A browser without a window; it is started by its test. */
export const chromium: ServerPlan = {
  name: 'chromium',
  program: 'chromium',
  install: 'apt-get install chromium',
  arguments: () => [],
};
