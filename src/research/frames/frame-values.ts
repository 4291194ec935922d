import { types } from 'node:util';
import type { Core } from '../../core/core.js';
import type { Frame } from '../../core/frame.js';

/** Where two frames part: the first field that is not the same, in the order of the stages. */
export interface FrameDifference {
  /** Place of the frame in the log. */
  readonly seq: number;
  readonly sub: number;
  /** Unix milliseconds. */
  readonly ts: number;
  /** Kind of the frame's event. */
  readonly kind: string;
  /** The stage that fills the field; `the log` where one run has another event there, or none. */
  readonly stage: string;
  /** Path of the value, such as `features.fast` or `proposals[0].quantity`. */
  readonly field: string;
  readonly expected: unknown;
  readonly received: unknown;
}

const OF_THE_RUN = 'the log';

/** Fields of every frame that every run must give alike, whichever stages it has. */
const COMMON = ['seq', 'sub', 'ts', 'event', 'instrument', 'snapshot', 'requests'] as const;

/**
 * Compares the frames of two runs of a core by value: live views, which count for one pass only, are left out, and so
 * is what only identity tells (functions, the seal of an approval).
 */
export class FrameValues {
  readonly #fields: readonly { readonly stage: string; readonly field: string }[];
  /** Fields that turned out to hold live views. */
  readonly #live = new Set<string>();

  constructor(core: Pick<Core<Frame>, 'parts'>) {
    this.#fields = [
      ...COMMON.map((field) => ({ stage: OF_THE_RUN, field })),
      ...core.parts.flatMap(({ name, adds }) => Object.keys(adds).map((field) => ({ stage: name, field }))),
    ];
  }

  /** Learns of a frame of a run in development mode which fields are live views: there they are guarded. */
  learn(frame: Frame): void {
    for (const { field } of this.#fields) if (types.isProxy(fieldOf(frame, field))) this.#live.add(field);
  }

  /** The values of a frame that must not change any more, as plain data. */
  copy(frame: Frame): Readonly<Record<string, unknown>> {
    const copied: Record<string, unknown> = {};
    for (const { field } of this.#fields)
      if (!this.#live.has(field)) copied[field] = plain(fieldOf(frame, field));
    return copied;
  }

  /** The first field in which two frames differ, or `undefined`; a frame that is missing differs as a whole. */
  difference(expected: Frame | undefined, received: Frame | undefined): FrameDifference | undefined {
    const frame = (received ?? expected) as Frame;
    const at = { seq: frame.seq, sub: frame.sub, ts: frame.ts, kind: frame.event.kind };
    if (expected === undefined || received === undefined) {
      const word = (one: Frame | undefined): unknown => (one === undefined ? 'no frame' : one.event.kind);
      return { ...at, stage: OF_THE_RUN, field: 'event', expected: word(expected), received: word(received) };
    }
    for (const { stage, field } of this.#fields) {
      if (this.#live.has(field)) continue;
      const found = firstDifference(fieldOf(expected, field), fieldOf(received, field), field);
      if (found !== undefined) return { ...at, stage, ...found };
    }
    return undefined;
  }

  /** The first difference of two runs, frame by frame. */
  firstOf(expected: readonly Frame[], received: readonly Frame[]): FrameDifference | undefined {
    for (let index = 0; index < Math.max(expected.length, received.length); index++) {
      const found = this.difference(expected[index], received[index]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The first difference of a frame from what {@link copy} made of it before. */
  change(before: Readonly<Record<string, unknown>>, frame: Frame): FrameDifference | undefined {
    for (const { stage, field } of this.#fields) {
      if (this.#live.has(field)) continue;
      const found = firstDifference(before[field], fieldOf(frame, field), field);
      if (found === undefined) continue;
      return { seq: frame.seq, sub: frame.sub, ts: frame.ts, kind: frame.event.kind, stage, ...found };
    }
    return undefined;
  }
}

const fieldOf = (frame: Frame, field: string): unknown => Reflect.get(frame, field);

/** The first place where two values differ; nothing where they are equal. NaN equals NaN, and 0 equals -0. */
export function firstDifference(
  expected: unknown,
  received: unknown,
  path: string,
): { readonly field: string; readonly expected: unknown; readonly received: unknown } | undefined {
  if (expected === received || Object.is(expected, received)) return undefined;
  const here = { field: path, expected, received };
  if (!isObject(expected) || !isObject(received)) {
    return isOpaque(expected) && isOpaque(received) ? undefined : here;
  }
  if (isOpaque(expected) || isOpaque(received))
    return isOpaque(expected) && isOpaque(received) ? undefined : here;
  const [one, other] = [entriesOf(expected), entriesOf(received)];
  if (one === undefined || other === undefined || Array.isArray(expected) !== Array.isArray(received))
    return here;
  for (const [key, value] of one) {
    const at = stepTo(path, key, expected);
    const found = firstDifference(value, other.get(key), at);
    if (found !== undefined) return found;
  }
  for (const [key, value] of other) {
    if (!one.has(key) && value !== undefined)
      return { field: stepTo(path, key, received), expected: undefined, received: value };
  }
  return undefined;
}

const stepTo = (path: string, key: unknown, owner: object): string =>
  Array.isArray(owner) || ArrayBuffer.isView(owner) || owner instanceof Map
    ? `${path}[${String(key)}]`
    : path === ''
      ? String(key)
      : `${path}.${String(key)}`;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What is no data: functions, symbols, objects of classes. They are told apart by nothing. */
function isOpaque(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return true;
  if (!isObject(value) || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  if (value instanceof Map || value instanceof Set) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Data of another realm has another Object, such as in a test environment of its own.
  return prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null;
}

/** The contents of a value by key; a typed array has its numbers, a Set its place of each. */
function entriesOf(value: object): Map<unknown, unknown> | undefined {
  if (value instanceof Map) return value;
  if (value instanceof Set) return new Map([...value].map((item, place) => [place, item]));
  if (ArrayBuffer.isView(value))
    return new Map([...(value as Uint8Array)].map((item, place) => [place, item]));
  if (Array.isArray(value)) return new Map(value.map((item, place) => [place, item]));
  return new Map(Object.entries(value));
}

/** A copy of what is data in a value. */
export function plain(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (isOpaque(value)) return value;
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, plain(item)]));
  if (value instanceof Set) return new Set([...value].map(plain));
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
