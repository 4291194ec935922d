import { readFileSync } from 'node:fs';

/** How a member is set up. */
export interface Settings {
  readonly pair: string;
  readonly node: string;
  readonly peer: string;
  readonly bind: string;
  readonly connect: string;
  readonly keys: string | undefined;
  readonly peerKey: string | undefined;
  readonly journal: string;
  readonly register: string;
  readonly firstLeader: string | undefined;
  readonly policy: (typeof POLICIES)[number];
  readonly heartbeat: number;
  readonly losses: number;
  readonly venue: { readonly host: string; readonly port: number };
  readonly window: number;
  readonly queue: string | undefined;
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
  readonly control: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const POLICIES = ['received', 'written', 'fsync', 'agreed'] as const;
const NAMES = [
  'NAME',
  'NODE',
  'PEER',
  'BIND',
  'CONNECT',
  'KEYS',
  'PEER_KEY',
  'JOURNAL',
  'REGISTER',
  'FIRST_LEADER',
  'POLICY',
  'HEARTBEAT',
  'LOSSES',
  'VENUE',
  'WINDOW',
  'QUEUE',
  'PORT',
  'HOST',
  'TOKEN',
  'CONTROL',
] as const;
type Name = (typeof NAMES)[number];

/** Everything that is wrong with the settings: one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads the settings of a member, and tells of everything that is wrong at once.
 *
 * @throws SettingsError
 */
export function readSettings(environment: Environment): Settings {
  const faults: string[] = [];
  const wrong = (name: Name, right: string, value: string | undefined): void => {
    const secret = name === 'TOKEN' || name === 'REGISTER' || name === 'QUEUE';
    const shown = value === undefined ? 'it is missing' : secret ? 'not what it is' : `not "${value}"`;
    faults.push(`PAIR_${name} must be ${right}, ${shown}`);
  };
  const given = valuesOf(environment, faults);
  const needed = (name: Name, right: string, is: (value: string) => boolean): string => {
    const value = given[name];
    if (value === undefined || !is(value)) wrong(name, right, value);
    return value ?? '';
  };
  const optional = (name: Name, right: string, is: (value: string) => boolean): string | undefined =>
    given[name] === undefined ? undefined : needed(name, right, is);
  const whole = (name: Name, otherwise: number, least: number, most: number): number => {
    const right = `a whole number from ${least} to ${most}`;
    const is = (value: string): boolean => /^\d{1,15}$/.test(value) && +value >= least && +value <= most;
    return Number(optional(name, right, is) ?? otherwise);
  };
  const name = (value: string): boolean => /^[A-Za-z0-9][\w.-]{0,62}$/.test(value);
  const address = (value: string): boolean => /^(tcp|ipc):\/\/./.test(value);
  const path = (value: string): boolean => value.trim() !== '';
  const words = 'letters, digits, dots and dashes';

  const pair = optional('NAME', `a name of ${words}`, name) ?? 'mirrored-pair';
  const node = needed('NODE', `the name of this member, of ${words}`, name);
  const peer = needed('PEER', `the name of the other member, of ${words}`, name);
  if (node !== '' && node === peer) wrong('PEER', 'the other member, and PAIR_NODE is the same', peer);
  const bind = needed('BIND', 'an address such as tcp://0.0.0.0:7001', address);
  const connect = needed('CONNECT', 'an address such as tcp://b:7001', address);
  const keys = optional('KEYS', 'the path of a file', path);
  const peerKey = optional('PEER_KEY', 'the path of a file', path);
  if ((keys === undefined) !== (peerKey === undefined))
    faults.push('PAIR_KEYS and PAIR_PEER_KEY must be given both, or neither');
  const journal = needed('JOURNAL', 'the path of a folder', path);
  const register = needed(
    'REGISTER',
    'redis://..., nats://..., http(s)://... (etcd), file:PATH, lease:NAME or none',
    (value) => /^((rediss?|nats|tls|https?):\/\/\S+|file:.+|lease:[a-z0-9][a-z0-9.-]*|none)$/.test(value),
  );
  const firstLeader = optional(
    'FIRST_LEADER',
    `${node} or ${peer}`,
    (value) => value === node || value === peer,
  );
  if (register === 'none' && firstLeader === undefined)
    wrong('FIRST_LEADER', `${node} or ${peer}, since PAIR_REGISTER is none`, undefined);
  if (register !== '' && register !== 'none' && firstLeader !== undefined)
    wrong('FIRST_LEADER', 'left out: the register decides who leads', firstLeader);
  const policy = optional('POLICY', `one of ${POLICIES.join(', ')}`, (value) =>
    (POLICIES as readonly string[]).includes(value),
  ) as Settings['policy'] | undefined;
  const [venueHost = '', venuePort = ''] = needed('VENUE', 'HOST:PORT', (value) =>
    /^[^\s:/]+:[1-9]\d{0,4}$/.test(value),
  ).split(':');
  const queue = optional('QUEUE', 'redis://..., nats://..., feed://HOST:PORT or none', (value) =>
    /^((rediss?|nats|tls):\/\/\S+|feed:\/\/[^\s:/]+:\d{1,5}|none)$/.test(value),
  );
  const host = optional('HOST', 'an address', path) ?? '127.0.0.1';
  const token = optional('TOKEN', 'at least 16 printable characters without spaces', (value) =>
    /^[\x21-\x7e]{16,}$/.test(value),
  );
  if (token === undefined && !/^(127\.|localhost$|::1$)/.test(host))
    wrong('TOKEN', `given, since PAIR_HOST ${host} is beyond this machine`, undefined);
  const settings: Settings = {
    pair,
    node,
    peer,
    bind,
    connect,
    keys,
    peerKey,
    journal,
    register,
    firstLeader,
    policy: policy ?? 'written',
    heartbeat: whole('HEARTBEAT', 50, 1, 60_000),
    losses: whole('LOSSES', 3, 1, 1_000),
    venue: { host: venueHost, port: Number(venuePort) },
    window: whole('WINDOW', 5_000, 1, 3_600_000),
    queue: queue === 'none' ? undefined : queue,
    port: whole('PORT', 9_464, 0, 65_535),
    host,
    token,
    control: optional('CONTROL', 'the path of a socket', path),
  };
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

/** What is given, by itself or in a file. An empty value is none. */
function valuesOf(environment: Environment, faults: string[]): Partial<Record<Name, string>> {
  const values: Partial<Record<Name, string>> = {};
  const known = new Set<string>(NAMES.flatMap((name) => [`PAIR_${name}`, `PAIR_${name}_FILE`]));
  for (const name of Object.keys(environment)) {
    if (name.startsWith('PAIR_') && !known.has(name)) faults.push(`${name} is no setting; see --help`);
  }
  for (const name of NAMES) {
    const value = environment[`PAIR_${name}`];
    const file = environment[`PAIR_${name}_FILE`];
    if (value !== undefined && value !== '') values[name] = value;
    if (file === undefined || file === '') continue;
    if (values[name] !== undefined)
      faults.push(`PAIR_${name} and PAIR_${name}_FILE are both given: leave one out`);
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      values[name] = '';
      faults.push(`PAIR_${name}_FILE must be a file that can be read: ${(error as Error).message}`);
    }
  }
  return values;
}
