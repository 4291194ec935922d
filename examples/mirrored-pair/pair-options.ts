import { parseArgs } from 'node:util';
import { FAULTS, type Fault, needsAgreement, needsDiskLimits, needsRegister } from './faults.js';

export const HELP = `npm run pair -- [options]: a mirrored pair, struck by faults, and the check that no order was lost or doubled

  --rounds N       faults in a row; beyond 100 in slices, each with its own check    [1]
  --fault NAME     one of these, several by commas, or all that can be done here     [kill]
                   kill, stop, cut, cutToMirror, cutToLeader, killMirror, stopMirror, killBoth, stopBoth,
                   switchOver, diskFull, diskFullMirror, stopRegister, killRegister, killWithoutRegister
  --policy NAME    received, written, fsync or agreed: when the mirror acks          [written]
  --register WHAT  file; redis: a redis-server is started, and can be struck; redis://HOST:PORT;
                   none: two members alone                                           [file; redis for all]
  --venue WHAT     expiring: a request is dead after 300 ms; plain: it never is      [expiring]
  --rate N         signals a second                                                  [100]
  --delay MS       most that a message to or from the venue takes, up to 200         [8]
  --heartbeat MS   how often each member gives a sign of life                        [50]
  --seed N         of faults and of the venue                                        [drawn, and printed]
  --json           one JSON object on stdout
  --help           this text

Ctrl-C ends it after the round and checks what was played; a second Ctrl-C ends it at once.
Exit code 0: every signal became exactly one order (or, at a plain venue, was quarantined by name), and all books agree.
1: they do not. 2: an option is wrong. 130: it was interrupted, and nothing wrong was found.
`;

const POLICIES = ['received', 'written', 'fsync', 'agreed'] as const;
/** Milliseconds: one message in fifty takes ten times as long, and a member that takes over looks back so far. */
const LONGEST_DELAY = 200;
const VENUES = ['expiring', 'plain'] as const;

/** What was asked for on the command line. */
export interface PairOptions {
  readonly rounds: number;
  readonly faults: readonly Fault[];
  readonly policy: (typeof POLICIES)[number];
  /** As of the world; `undefined`: a file. */
  readonly register: string | undefined;
  readonly venue: (typeof VENUES)[number];
  readonly rate: number;
  readonly heartbeat: number;
  readonly delay: number;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
  /** Faults of `all` that cannot be done here, and why. */
  readonly leftOut: readonly string[];
}

/** What this machine can do. */
export interface Machine {
  readonly redis: boolean;
  readonly diskLimits: boolean;
  /** A seed, when none is given. */
  readonly seed: number;
}

/** An option that cannot be: one line for people. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** @throws OptionError naming the option and what would be right */
export function pairOptions(args: readonly string[], machine: Machine): PairOptions {
  const values = parsed(args);
  const { fault = 'kill' } = values;
  const register = registerOf(values.register ?? (fault === 'all' && machine.redis ? 'redis' : 'file'));
  const { faults, leftOut } = faultsOf(fault, register, machine);
  if (register === 'redis' && !machine.redis)
    throw new OptionError('--register redis needs the program redis-server in the PATH');
  return {
    rounds: whole('--rounds', values.rounds, 1, 1),
    faults,
    leftOut,
    policy: oneOf('--policy', values.policy ?? 'written', POLICIES),
    register: register === 'file' ? undefined : register,
    venue: oneOf('--venue', values.venue ?? 'expiring', VENUES),
    rate: whole('--rate', values.rate, 100, 1),
    heartbeat: whole('--heartbeat', values.heartbeat, 50, 5),
    delay: whole('--delay', values.delay, 8, 0, LONGEST_DELAY),
    seed: whole('--seed', values.seed, machine.seed, 0),
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function faultsOf(given: string, register: string, machine: Machine) {
  const names = given === 'all' ? FAULTS : given.split(',');
  const faults: Fault[] = [];
  const leftOut: string[] = [];
  for (const name of names) {
    const fault = FAULTS.find((each) => each === name);
    if (fault === undefined)
      throw new OptionError(`--fault must be among ${FAULTS.join(', ')}, or all, not "${name}"`);
    const why = impossible(fault, register, machine);
    if (why === undefined) faults.push(fault);
    else if (given === 'all') leftOut.push(`${fault} ${why}`);
    else throw new OptionError(`--fault ${fault} ${why}`);
  }
  return { faults, leftOut };
}

function impossible(fault: Fault, register: string, machine: Machine): string | undefined {
  if (needsRegister(fault) && register !== 'redis') return 'needs --register redis';
  if (needsAgreement(fault) && register === 'none')
    return 'needs a register: two members alone wait for an operator';
  if (needsDiskLimits(fault) && !machine.diskLimits) return 'needs the program prlimit (util-linux)';
  return undefined;
}

function registerOf(given: string): string {
  if (!['file', 'redis', 'none'].includes(given) && !/^rediss?:\/\/[^/]/.test(given))
    throw new OptionError(
      `--register must be file, redis, none, or an address such as redis://127.0.0.1:6379, not "${given}"`,
    );
  return given;
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
        venue: text,
        rate: text,
        heartbeat: text,
        delay: text,
        seed: text,
        json: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new OptionError(`${(error as Error).message.split('. ')[0]}; see --help`);
  }
}

function oneOf<T extends string>(option: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === given);
  if (found === undefined) throw new OptionError(`${option} must be ${allowed.join(' or ')}, not "${given}"`);
  return found;
}

function whole(
  option: string,
  given: string | undefined,
  otherwise: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (value > most) throw new OptionError(`${option} must be at most ${most}, not "${given}"`);
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value) || value < least)
    throw new OptionError(`${option} must be a whole number of at least ${least}, not "${given}"`);
  return value;
}
