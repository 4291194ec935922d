import { Chance } from './chance.js';

/** One thing that goes wrong, or is asked for, at a time (milliseconds of virtual time). */
export interface Fault {
  readonly at: number;
  readonly kind:
    | 'kill'
    | 'power'
    | 'killBoth'
    | 'pause'
    | 'pauseBoth'
    | 'cut'
    | 'cutBoth'
    | 'noise'
    | 'damage'
    | 'registerAway'
    | 'registerSilent'
    | 'diskFull'
    | 'clockJump'
    | 'venueDown'
    | 'switchOver'
    | 'stop'
    | 'crashAt'
    | 'corrupt'
    /** The core of one member throws at the next event that it is passed; a new process is whole again. */
    | 'throws'
    /** No core can take the next signal, until another release comes: when everything is healed. */
    | 'poison';
  readonly node: 'a' | 'b';
  /** How long it lasts. */
  readonly lasts: number;
  /** Size, where there is one. */
  readonly amount: number;
}

/** How the pair of a seed is set up. */
export interface Setting {
  readonly policy: 'received' | 'written' | 'fsync' | 'agreed';
  readonly register: 'shared' | 'none';
  /** Both members in one process: they die and stop together. */
  readonly embedded: boolean;
  /** Member b has another core. */
  readonly shadow: boolean;
  readonly snapshotBehind: number;
  readonly signals: number;
}

/** When everything is healed, and signals have ended. */
export const HEALED = 4_000;

const KINDS: readonly (readonly [Fault['kind'], number])[] = [
  ['kill', 6],
  ['power', 2],
  ['killBoth', 1],
  ['pause', 5],
  ['pauseBoth', 1],
  ['cut', 4],
  ['cutBoth', 3],
  ['noise', 4],
  ['damage', 1],
  ['registerAway', 3],
  ['registerSilent', 3],
  ['diskFull', 1],
  ['clockJump', 2],
  ['venueDown', 2],
  ['switchOver', 3],
  ['stop', 1],
  ['crashAt', 6],
];

/** The setting of a seed. */
export function settingOf(seed: number): Setting {
  const chance = new Chance(seed, 'setting');
  const register = chance.happens(0.15) ? 'none' : 'shared';
  const policy = chance.pick(
    register === 'none'
      ? (['written', 'fsync'] as const)
      : (['received', 'written', 'written', 'fsync', 'fsync', 'agreed'] as const),
  );
  const embedded = chance.happens(0.1);
  return {
    policy,
    register,
    embedded,
    shadow: chance.happens(0.12),
    snapshotBehind: chance.pick([20, 100, 100_000]),
    signals: chance.integer(20, 60),
  };
}

/** The faults of a seed, by time. */
export function faultsOf(seed: number, setting: Setting): Fault[] {
  const chance = new Chance(seed, 'faults');
  const weighted = KINDS.flatMap(([kind, weight]) => new Array<Fault['kind']>(weight).fill(kind));
  const faults: Fault[] = [];
  const count = chance.integer(1, 8);
  for (let index = 0; index < count; index += 1) {
    const kind = chance.pick(weighted);
    const fault: Fault = {
      at: chance.between(chance.happens(0.15) ? 0 : 900, HEALED - 600),
      kind,
      node: chance.pick(['a', 'b'] as const),
      lasts: chance.happens(0.5) ? chance.between(20, 400) : chance.between(200, 1_500),
      amount: chance.next(),
    };
    // What the setting does not promise to survive: power that goes where acks are not on the disk is for a register.
    if (kind === 'power' && setting.register === 'none' && setting.policy !== 'fsync') continue;
    faults.push(fault);
  }
  return faults.sort((a, b) => a.at - b.at);
}
