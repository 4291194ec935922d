import type { KV } from '@nats-io/kv';
import { ConfigurationError } from '../domain/errors.js';
import { connectNats, jetStreamOf, type NatsOptions } from './nats-client.js';
import { optionalPackage } from './optional-package.js';

/** A key-value bucket on a connection of its own. */
export interface NatsBucket {
  readonly kv: KV;
  close(): Promise<void>;
}

/** Which bucket, and on how many servers of the cluster a new one lies. */
export interface NatsBucketOptions extends NatsOptions {
  readonly bucket: string;
  readonly replicas: number;
}

/**
 * Opens a bucket for values that must be the newest when they are read; it is made when it is not there.
 *
 * @param user who needs it, for errors
 * @param name how errors call what lies in it
 * @throws ConfigurationError when a bucket that somebody made cannot promise that
 */
export async function openNatsBucket(
  user: string,
  name: string,
  options: NatsBucketOptions,
  timeout: number,
): Promise<NatsBucket> {
  const connection = await connectNats(user, options, timeout, false);
  try {
    const { Kvm } = await optionalPackage('@nats-io/kv', user, () => import('@nats-io/kv'));
    const { client } = await jetStreamOf(user, connection, timeout);
    const { bucket, replicas } = options;
    // Any replica may answer a direct reading, with what it has: that would not be linearizable.
    const kv = await new Kvm(client).create(bucket, { replicas, history: 1, allow_direct: false });
    const { config } = (await kv.status()).streamInfo;
    const fault = faultOfBucket(config);
    if (fault !== undefined) throw new ConfigurationError(`${name}: ${fault}; make the bucket anew`);
    return { kv, close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Why a bucket that somebody made cannot hold what must be the newest. */
function faultOfBucket(config: {
  readonly allow_direct?: boolean;
  readonly storage?: string;
  readonly max_age?: number;
}): string | undefined {
  if (config.allow_direct === true) return 'the bucket answers direct readings, which may be old';
  if (config.storage !== 'file') return `the bucket lies in ${config.storage}, not in files`;
  if ((config.max_age ?? 0) > 0) return 'the bucket forgets by age';
  return undefined;
}
