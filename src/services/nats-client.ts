import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { optionalPackage } from './optional-package.js';

export type { NatsConnection } from '@nats-io/transport-node';

/** How to reach NATS. */
export interface NatsOptions {
  /** Such as `nats://127.0.0.1:4222`, one for each server of the cluster. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** PEM of the authority that signed the servers' certificates. */
  readonly ca?: string;
}

/** The settings of {@link NatsOptions}, for who refuses unknown ones. */
export const NATS_KEYS: readonly string[] = ['servers', 'user', 'password', 'token', 'ca'];

/** Connects; a connection that is lost is opened again for ever, unless `reconnect` is false. */
export async function connectNats(
  user: string,
  options: NatsOptions,
  timeout: number,
  reconnect = true,
): Promise<NatsConnection> {
  const { connect } = await optionalPackage(
    '@nats-io/transport-node',
    user,
    () => import('@nats-io/transport-node'),
  );
  const { servers, user: name, password, token, ca } = options;
  return await connect({
    servers: servers.map((each) => new URL(each).host),
    timeout,
    reconnect,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 50,
    pingInterval: 2_000,
    maxPingOut: 2,
    ...(name === undefined ? {} : { user: name }),
    ...(password === undefined ? {} : { pass: password }),
    ...(token === undefined ? {} : { token }),
    ...(ca === undefined ? {} : { tls: { ca } }),
  });
}

/** What there is to JetStream, on a connection. */
export interface JetStream {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
}

/** JetStream on a connection. */
export async function jetStreamOf(
  user: string,
  connection: NatsConnection,
  timeout: number,
): Promise<JetStream> {
  const { jetstream, jetstreamManager } = await optionalPackage(
    '@nats-io/jetstream',
    user,
    () => import('@nats-io/jetstream'),
  );
  return {
    client: jetstream(connection, { timeout }),
    manager: await jetstreamManager(connection, { timeout }),
  };
}

/** The code by which JetStream says that another write came first. */
export const WRONG_LAST_SEQUENCE = 10_071;

/** The code of an error of JetStream, or `undefined`. */
export function natsCode(error: unknown): number | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'number' ? code : undefined;
}
