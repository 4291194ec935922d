import type { ListedInstrument } from '../../domain/instrument-table.js';
import { refuseField } from './fields.js';

/** Prices are integers of this many decimals. */
const DECIMALS = 9;
const ONE = 10n ** BigInt(DECIMALS);
const UNDEFINED = 2n ** 63n - 1n;
const LATEST_MS = 1e14;
/** 2^32 nanoseconds are so many milliseconds, and so many nanoseconds. */
const MILLIS_OF_HIGH = 4_294;
const REST_OF_HIGH = 967_296;

/** A price or amount as it stands, in units of 1e-9, or `undefined` where none is given. */
export function fixedAt(bytes: Buffer, at: number): bigint | undefined {
  const value = bytes.readBigInt64LE(at);
  return value === UNDEFINED ? undefined : value;
}

/** The exact plain decimal string of units of 1e-9: `0.25` of 250000000. */
export function fixedText(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Ticks of units of 1e-9 for the instruments of one file; no price passes through a float. */
export class FixedPrices {
  readonly #steps = new Map<ListedInstrument, bigint>();

  /** @throws InputError when there is no price, or it lies between ticks */
  ticks(listed: ListedInstrument, value: bigint | undefined, name: string): number {
    if (value === undefined) refuseField(name, 'a price', 'undefined');
    const step = this.#steps.get(listed) ?? this.#add(listed);
    const ticks = Number(value / step);
    if (value % step !== 0n || !Number.isSafeInteger(ticks))
      refuseField(name, `a decimal on the grid of ${listed.prices.step}`, fixedText(value));
    return ticks;
  }

  #add(listed: ListedInstrument): bigint {
    const [whole = '', fraction = ''] = listed.prices.step.split('.');
    if (!/^0*$/.test(fraction.slice(DECIMALS)))
      refuseField(`${listed.id}.tick`, 'a multiple of 0.000000001', listed.prices.step);
    const step = BigInt(whole) * ONE + BigInt(fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
    this.#steps.set(listed, step);
    return step;
  }
}

/** Nanoseconds as Unix milliseconds with a fraction, or `undefined` where none are given. */
export function optionalMillisAt(bytes: Buffer, at: number): number | undefined {
  const high = bytes.readUInt32LE(at + 4);
  // What remains beside the whole milliseconds of the high half is exact, so the time is rounded once.
  const rest = high * REST_OF_HIGH + bytes.readUInt32LE(at);
  const millis = high * MILLIS_OF_HIGH + Math.floor(rest / 1e6) + (rest % 1e6) / 1e6;
  return millis < LATEST_MS ? millis : undefined;
}

/** Nanoseconds as Unix milliseconds with a fraction. @throws InputError where none are given */
export function millisAt(bytes: Buffer, at: number, name: string): number {
  return (
    optionalMillisAt(bytes, at) ??
    refuseField(name, 'a Unix time in nanoseconds', String(bytes.readBigUInt64LE(at)))
  );
}

/** Lots of a count of whole units. @throws InputError when they are no multiple of the lot, or pass 2^53 */
export function lotsOf(listed: ListedInstrument, count: number | bigint, name: string): number {
  return listed.quantities.parse(String(count), name);
}

/** The one character of a field. */
export function characterAt(bytes: Buffer, at: number): string {
  return String.fromCharCode(bytes[at] as number);
}
