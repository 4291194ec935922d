import { ConfigurationError } from '../../domain/errors.js';

/** What is used of the package. */
export type ZeroMQ = typeof import('zeromq');
export type { Context, Dealer, Reply, Router } from 'zeromq';

/**
 * Loads ZeroMQ, which is native and an optional peer: only who opens a bridge or a feed, or hears remote agents, needs it.
 *
 * @throws ConfigurationError that says what to install
 */
export async function loadZeroMQ(user: string = 'the bridge'): Promise<ZeroMQ> {
  try {
    return await import('zeromq');
  } catch (error) {
    throw new ConfigurationError(
      `${user} needs the package zeromq, which could not be loaded (${(error as Error).message.split('\n')[0]}): npm install zeromq@6`,
      { cause: error },
    );
  }
}
