import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OptionError } from '../option-error.js';
import type { Connection, LiveVenueName } from './connections.js';

/** Doubles in a process of their own, with a market that moves. */
export interface Doubles {
  readonly connections: ReadonlyMap<LiveVenueName, Connection>;
  stop(): void;
}

const SCRIPT = fileURLToPath(new URL('../../../.doubles/test/doubles/main.js', import.meta.url));
const PATIENCE = 20_000;

/** Starts them; they end with {@link Doubles.stop}, or with this process. @throws OptionError where they are not built */
export function startDoubles(venues: readonly LiveVenueName[], seed: number): Promise<Doubles> {
  if (!existsSync(SCRIPT))
    throw new OptionError('--doubles needs the doubles: npm run build:doubles builds them');
  const child = fork(SCRIPT, ['--venues', venues.join(','), '--seed', String(seed)], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill();
      reject(new Error('the doubles did not start'));
    }, PATIENCE);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the doubles ended with code ${code}`));
    });
    child.once('message', (connections) => {
      clearTimeout(late);
      resolve({
        connections: new Map(
          Object.entries(connections as Record<LiveVenueName, Connection>),
        ) as Doubles['connections'],
        stop: () => {
          if (child.connected) child.disconnect();
        },
      });
    });
  });
}
