import type { Event } from '../domain/event.js';
import { instrumentOf } from '../domain/event.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import type { Plain } from '../domain/plain.js';
import { StageContext } from './context.js';
import { type Frame, type FrameShape, frameShape, type OpenFrame } from './frame.js';
import { type Link, LinkedSubscriber, linkedPass, type Pass } from './linked-pass.js';
import { Subscriber } from './rx.js';
import type { PartDetails } from './stage.js';
import type { StageProbe } from './stage-probe.js';

/**
 * An exception out of a stage that must not guess: which stage, and what it said.
 *
 * @example
 * desk.subscribe({ error: (error) => error instanceof StageError && alarm(error.stage, error.message) });
 */
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
 *
 * @example
 * const running = core.start();
 * const frame = running.pass(1, 0, Date.UTC(2024, 0, 2), event);
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
  /** Measures how long stages take, on every so many frames. */
  readonly probe?: StageProbe;
}

/**
 * A chain with its state: takes one event at a time, gives one frame for each.
 *
 * @example
 * const frame = core.start().pass(1, 0, Date.UTC(2024, 0, 2), event);
 */
export class RunningCore<F extends Frame> {
  readonly context: StageContext;
  /**
   * Passes one event through the chain and gives its frame.
   *
   * @throws StageError naming the stage that threw, or the part that swallowed or doubled the frame
   */
  readonly pass: (seq: number, sub: number, ts: number, event: Event) => F;
  readonly #parts: readonly PartDetails[];
  readonly #terminal = new Terminal();
  readonly #shape: FrameShape;
  readonly #entry: Subscriber<unknown>;

  constructor(core: Core<F>, options: StartOptions) {
    this.#parts = core.parts;
    this.context = new StageContext(core.instruments, options.development ?? true);
    const fields = new Map<string, unknown>();
    for (const part of core.parts)
      for (const [field, initial] of Object.entries(part.adds)) fields.set(field, initial);
    this.#shape = frameShape(fields);
    const links: Link[] = [];
    this.#entry = this.#connect(links, options.restored);
    const oneByOne: Pass = (seq, sub, ts, event) => this.#passOneByOne(seq, sub, ts, event);
    const { probe } = options;
    const whole = links.length === core.parts.length ? this.#link(links, oneByOne, probe) : undefined;
    this.pass = (whole ?? this.#sampled(oneByOne, probe)) as Pass as RunningCore<F>['pass'];
  }

  /** The chain as one function; `undefined` where an RxJS operator is in between. */
  #link(links: readonly Link[], barrier: Pass, probe: StageProbe | undefined): Pass | undefined {
    return linkedPass(links, this.context, this.#shape, {
      barrier,
      ...(probe === undefined
        ? {}
        : { measured: { every: probe.every, pass: this.#measured(barrier, probe) } }),
      failed: (error, seq, sub, event) => this.#failed(error, seq, sub, event),
    });
  }

  /** Measures one in so many passes. */
  #sampled(pass: Pass, probe: StageProbe | undefined): Pass {
    if (probe === undefined) return pass;
    const measured = this.#measured(pass, probe);
    let until = probe.every;
    return (seq, sub, ts, event) => {
      if (--until > 0) return pass(seq, sub, ts, event);
      until = probe.every;
      return measured(seq, sub, ts, event);
    };
  }

  /** A pass, one part after the other, with a clock beside it. */
  #measured(pass: Pass, probe: StageProbe): Pass {
    return (seq, sub, ts, event) => {
      this.context.probe = probe;
      try {
        return pass(seq, sub, ts, event);
      } finally {
        this.context.probe = undefined;
      }
    };
  }

  #passOneByOne(seq: number, sub: number, ts: number, event: Event): OpenFrame {
    const { context } = this;
    const id = instrumentOf(event);
    const instrument = id === undefined ? -1 : context.instruments.indexOf(id);
    context.begin();
    let frame: OpenFrame;
    try {
      frame = this.#passLinkByLink(seq, sub, ts, event, instrument);
    } catch (error) {
      return this.#failed(error, seq, sub, event);
    }
    if (context.asked) context.giveRequests(frame);
    context.pass = 0;
    if (context.development) Object.freeze(frame);
    return frame;
  }

  #failed(error: unknown, seq: number, sub: number, event: Event): never {
    const { context } = this;
    context.dropRequests();
    context.pass = 0;
    const at = `(${seq}, ${sub}), a ${event.kind} event`;
    throw new StageError(this.#parts[context.active]?.name ?? 'the chain', at, error);
  }

  #passLinkByLink(seq: number, sub: number, ts: number, event: Event, instrument: number): OpenFrame {
    const { Frame, initial } = this.#shape;
    const terminal = this.#terminal;
    const frame = new Frame(seq, sub, ts, event, instrument, initial);
    if (event.kind === 'barrier') frame.snapshot = {};
    terminal.arrived = 0;
    this.#entry.next(frame);
    if (terminal.arrived !== 1) {
      throw new Error(
        `each frame must leave the chain once, synchronously, and this one left ${terminal.arrived} times`,
      );
    }
    return terminal.frame as Frame as OpenFrame;
  }

  /**
   * Puts all parts to work, the last one first: each RxJS operator as a subscriber of its own, its neighbours
   * linked. Gives the first subscriber and collects the links.
   */
  #connect(links: Link[], restored: StartOptions['restored']): Subscriber<unknown> {
    const { context } = this;
    let next = this.#terminal as Subscriber<unknown>;
    let run: Link[] = [];
    for (let index = this.#parts.length - 1; index >= 0; index--) {
      const part = this.#parts[index] as PartDetails;
      if (part.link !== undefined) {
        const link = part.link(context, index, part.stateful ? restored?.[part.name] : undefined);
        run.unshift(link);
        links.unshift(link);
      } else if (part.connect !== undefined) {
        next = part.connect(new LinkedSubscriber(run, context, next) as Subscriber<unknown>, context, index);
        run = [];
      }
    }
    return new LinkedSubscriber(run, context, next) as Subscriber<unknown>;
  }
}
