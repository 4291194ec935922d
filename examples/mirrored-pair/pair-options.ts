import { parseArgs } from 'node:util';
import { FAULTS, type Fault } from './faults.js';

export const HELP = `npm run pair -- [options]: a mirrored pair, struck by faults, and the proof that no order was lost or doubled

  --rounds N       faults in a row                                            [1]
  --fault NAME     kill, stop, cut, or another; several by commas; all        [kill]
                   ${FAULTS.join(', ')}
  --policy NAME    received, written, fsync or agreed: when the mirror acks   [written]
  --register URL   a Redis server, redis://HOST:PORT; a file without it
  --rate N         signals a second                                           [100]
  --heartbeat MS   how often each member gives a sign of life                 [50]
  --seed N         of faults and of the venue                                 [1]
  --json           one JSON object on stdout
  --help           this text

Exit code 0: every signal became exactly one order, and all books agree. 1: they do not. 2: an option is wrong.
`;

/** What was asked for on the command line. */
export interface PairOptions {
  readonly rounds: number;
  readonly faults: readonly Fault[];
  readonly policy: 'received' | 'written' | 'fsync' | 'agreed';
  readonly register: string | undefined;
  readonly rate: number;
  readonly heartbeat: number;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** An option that cannot be: one line for people. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** @throws OptionError naming the option and what would be right */
export function pairOptions(args: readonly string[]): PairOptions {
  const values = parsed(args);
  const { fault = 'kill', policy = 'written', register } = values;
  const faults = fault === 'all' ? FAULTS : fault.split(',');
  for (const name of faults) {
    if (!(FAULTS as readonly string[]).includes(name))
      throw new OptionError(`--fault must be among ${FAULTS.join(', ')}, or all, not "${name}"`);
  }
  if (!['received', 'written', 'fsync', 'agreed'].includes(policy))
    throw new OptionError(`--policy must be received, written, fsync or agreed, not "${policy}"`);
  if (register !== undefined && !/^rediss?:\/\//.test(register))
    throw new OptionError(`--register must be an address such as redis://127.0.0.1:6379, not "${register}"`);
  return {
    rounds: whole('--rounds', values.rounds, 1, 1),
    faults: faults as readonly Fault[],
    policy: policy as PairOptions['policy'],
    register,
    rate: whole('--rate', values.rate, 100, 1),
    heartbeat: whole('--heartbeat', values.heartbeat, 50, 5),
    seed: whole('--seed', values.seed, 1, 0),
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        rounds: text,
        fault: text,
        policy: text,
        register: text,
        rate: text,
        heartbeat: text,
        seed: text,
        json: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new OptionError(`${(error as Error).message.split('.')[0]}; see --help`);
  }
}

function whole(option: string, given: string | undefined, otherwise: number, least: number): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value) || value < least)
    throw new OptionError(`${option} must be a whole number of at least ${least}, not "${given}"`);
  return value;
}
