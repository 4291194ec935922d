import type {
  AskCommand,
  CancelCommand,
  ConsultCommand,
  ReconcileCommand,
  TimerCommand,
} from '../domain/command.js';
import type { Event } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';

/** What a stage may ask for beside orders: a fresh book, a look-up, a venue's truth, a timer, a cancel, an agent's view. */
export type Request = AskCommand | ReconcileCommand | TimerCommand | CancelCommand | ConsultCommand;

/**
 * An event on its way through the core, before any stage has added to it.
 *
 * One object an event: every stage fills the fields that it declared, nobody overwrites another's. Frames may be
 * kept: they hold copied values, and what is live in them (a view of a book) says so.
 */
export interface Frame {
  /** Place in the log, from 1. */
  readonly seq: number;
  /** 0 for an event from outside; 1 and up for what the core derived from it. */
  readonly sub: number;
  /** Unix milliseconds with a fraction; never goes back. */
  readonly ts: number;
  readonly event: Event;
  /** Index in the instrument table of the instrument that the event is about, or -1. */
  readonly instrument: number;
  /** On a barrier's frame: the states of the stages passed so far, by name. */
  readonly snapshot: Readonly<Record<string, Plain>> | undefined;
  readonly requests: readonly Request[];
}

/** A shared empty list: most frames carry nothing in most fields, and no allocation is spent on that. */
export const NONE: readonly never[] = Object.freeze([]);

/** A frame as the core itself sees it. */
export interface OpenFrame {
  seq: number;
  sub: number;
  ts: number;
  event: Event;
  instrument: number;
  snapshot: Record<string, Plain> | undefined;
  requests: readonly Request[];
}

/** A frame by the names of its fields: what the parts of the chain add is known when it is composed. */
export type FieldsOfFrame = OpenFrame & Record<string, unknown>;

/** Makes a frame with every field of the chain present, so that all frames have one hidden class. */
export type FrameConstructor = new (
  seq: number,
  sub: number,
  ts: number,
  event: Event,
  instrument: number,
  initial: readonly unknown[],
) => OpenFrame;

/** The class of a chain's frames, and the values with which its fields begin. */
export interface FrameShape {
  readonly Frame: FrameConstructor;
  readonly initial: readonly unknown[];
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The fields of every frame; no stage may declare one of them. */
export const FRAME_FIELDS: readonly string[] = [
  'seq',
  'sub',
  'ts',
  'event',
  'instrument',
  'snapshot',
  'requests',
];

/** By their source: chains with the same fields share a class, so that a stage sees one hidden class in all of them. */
const classes = new Map<string, FrameConstructor>();

/**
 * The shape of the frames of a chain whose stages add these fields with these initial values.
 *
 * The constructor is generated once for each set of fields: assignments spelled out are some twenty times faster than
 * a loop over names or a spread of a template, and a frame is made for every event. Where code generation is
 * disallowed, the loop serves.
 */
export function frameShape(fields: ReadonlyMap<string, unknown>): FrameShape {
  const names = [...fields.keys()];
  for (const name of names) {
    if (!IDENTIFIER.test(name)) throw new TypeError(`a frame field must be an identifier, not "${name}"`);
  }
  const initial = [...fields.values()];
  const assignments = names
    .map((name, index) => `this.${name} = ${spell(initial[index], index)};`)
    .join('\n');
  let Frame = classes.get(assignments);
  if (Frame === undefined) {
    Frame = generated(assignments) ?? looped(names);
    classes.set(assignments, Frame);
  }
  return { Frame, initial };
}

function generated(assignments: string): FrameConstructor | undefined {
  try {
    const build = new Function(
      'NONE',
      `return class Frame { constructor(seq, sub, ts, event, instrument, initial) {
        this.seq = seq; this.sub = sub; this.ts = ts; this.event = event; this.instrument = instrument;
        this.snapshot = undefined; this.requests = NONE;
        ${assignments}
      } }`,
    ) as (none: readonly never[]) => FrameConstructor;
    return build(NONE);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return undefined;
  }
}

function looped(names: readonly string[]): FrameConstructor {
  return class Frame implements OpenFrame {
    declare seq: number;
    declare sub: number;
    declare ts: number;
    declare event: Event;
    declare instrument: number;
    declare snapshot: undefined;
    declare requests: readonly Request[];
    [added: string]: unknown;

    constructor(
      seq: number,
      sub: number,
      ts: number,
      event: Event,
      instrument: number,
      initial: readonly unknown[],
    ) {
      this.seq = seq;
      this.sub = sub;
      this.ts = ts;
      this.event = event;
      this.instrument = instrument;
      this.snapshot = undefined;
      this.requests = NONE;
      for (let index = 0; index < names.length; index++) {
        this[names[index] as string] = initial[index];
      }
    }
  };
}

/** Numbers and booleans are spelled out, so that the engine sees constants; the rest is looked up. */
function spell(value: unknown, index: number): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null)
    return String(value);
  return value === NONE ? 'NONE' : `initial[${index}]`;
}
