import { Subscriber } from 'rxjs';
import type { Event } from '../domain/event.js';
import { instrumentOf } from '../domain/event.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import type { Plain } from '../domain/plain.js';
import { StageContext } from './context.js';
import { type Frame, type FrameFactory, frameFactory, type OpenFrame } from './frame.js';
import { type Link, LinkedSubscriber, linkedPass, type Pass } from './linked-pass.js';
import type { PartDetails } from './stage.js';

/** An exception out of a stage that must not guess: which stage, and what it said. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly stage: string;

  constructor(stage: string, at: string, cause: unknown) {
    super(`${stage} failed at ${at}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.stage = stage;
  }
}

/** The last link of a chain: counts the frames that arrive. */
class Terminal extends Subscriber<Frame> {
  arrived = 0;
  frame: Frame | undefined = undefined;

  protected override _next(frame: Frame): void {
    this.arrived++;
    this.frame = frame;
  }
}

/**
 * A composed chain, not yet running: what it is made of. Every `start` gives a fresh copy of all its state.
 */
export class Core<F extends Frame> {
  readonly name: string;
  readonly instruments: InstrumentTable;
  readonly parts: readonly PartDetails[];
  // Read by nobody: carries the type of the frames.
  declare protected readonly frames: F;

  constructor(name: string, instruments: InstrumentTable, parts: readonly PartDetails[]) {
    this.name = name;
    this.instruments = instruments;
    this.parts = parts;
  }

  /** Builds the chain with fresh or restored state. */
  start(options: StartOptions = {}): RunningCore<F> {
    return new RunningCore(this, options);
  }
}

/** How a chain is started. */
export interface StartOptions {
  /** Guards against late use of live views, and frozen frames. @default true */
  readonly development?: boolean;
  /** States of the stages by name, from a snapshot. */
  readonly restored?: Readonly<Record<string, Plain>>;
}

/** A chain with its state: takes one event at a time, gives one frame for each. */
export class RunningCore<F extends Frame> {
  readonly context: StageContext;
  readonly #parts: readonly PartDetails[];
  readonly #through: Pass;
  readonly #terminal = new Terminal();
  readonly #make: FrameFactory;
  readonly #instruments: InstrumentTable;
  #passes = 0;

  constructor(core: Core<F>, options: StartOptions) {
    this.#parts = core.parts;
    this.#instruments = core.instruments;
    this.context = new StageContext(core.instruments, options.development ?? true);
    const fields = new Map<string, unknown>();
    for (const part of core.parts)
      for (const [field, initial] of Object.entries(part.adds)) fields.set(field, initial);
    this.#make = frameFactory(fields);
    this.#through = this.#connect(options.restored);
  }

  /**
   * Passes one event through the chain and gives its frame.
   *
   * @throws StageError naming the stage that threw, or the part that swallowed or doubled the frame
   */
  pass(seq: number, sub: number, ts: number, event: Event): F {
    const id = instrumentOf(event);
    const frame = this.#make(seq, sub, ts, event, id === undefined ? -1 : this.#instruments.indexOf(id));
    const { context } = this;
    const terminal = this.#terminal;
    if (event.kind === 'barrier') frame.snapshot = {};
    context.frame = frame;
    context.pass = ++this.#passes;
    terminal.arrived = 0;
    try {
      this.#through(frame);
    } catch (error) {
      context.frame = undefined;
      context.pass = 0;
      throw new StageError(this.#parts[context.active]?.name ?? 'the chain', place(frame), error);
    }
    context.frame = undefined;
    context.pass = 0;
    if (terminal.arrived !== 1) {
      const culprit = this.#parts[context.active]?.name ?? 'the chain';
      throw new StageError(
        culprit,
        place(frame),
        `each frame must leave the chain once, synchronously, and this one left ${terminal.arrived} times`,
      );
    }
    const left = terminal.frame as F;
    if (context.development) Object.freeze(left);
    return left;
  }

  /** Puts all parts to work: neighbours in one pass, RxJS operators as subscribers between them. */
  #connect(restored: StartOptions['restored']): Pass {
    const { context } = this;
    const terminal = this.#terminal as Subscriber<unknown>;
    let next = terminal;
    let links: Link[] = [];
    for (let index = this.#parts.length - 1; index >= 0; index--) {
      const part = this.#parts[index] as PartDetails;
      if (part.link !== undefined) {
        links.unshift(part.link(context, index, part.stateful ? restored?.[part.name] : undefined));
      } else if (part.connect !== undefined) {
        if (links.length > 0) next = new LinkedSubscriber(linkedPass(links, context), next);
        next = part.connect(next, context, index);
        links = [];
      }
    }
    const pass = linkedPass(links, context);
    return (frame) => {
      pass(frame);
      next.next(frame);
    };
  }
}

function place(frame: OpenFrame): string {
  return `(${frame.seq}, ${frame.sub}), a ${frame.event.kind} event`;
}
