import { from, type Subscription, take, takeWhile } from 'rxjs';
import type { Cancel, Clock } from '../core/clock.js';
import type { Answer } from '../domain/decision.js';
import { asPlain, fromPlain, type Plain } from '../domain/plain.js';
import { reasonOf } from '../domain/reason-of.js';
import { checkAnswers } from './check-answer.js';
import type { Decide, Shown } from './decide.js';
import type { LaneSettings } from './lane-options.js';

/** What came of a snapshot, and how the agent is. */
export type LaneWord =
  | { readonly kind: 'answered'; readonly shown: Shown; readonly answer: Answer }
  | { readonly kind: 'abstained'; readonly shown: Shown }
  | { readonly kind: 'failed'; readonly shown: Shown; readonly reason: string }
  | { readonly kind: 'dropped'; readonly shown: Shown }
  | { readonly kind: 'quarantined'; readonly until: number; readonly reason: string }
  | { readonly kind: 'returned' };

/** What a lane works with. */
export interface LanePort {
  readonly clock: Clock;
  readonly rank: number;
  readonly decide: Decide;
  word(word: LaneWord): void;
  /** Of a simulation: how long this answer takes, in milliseconds. */
  readonly latency?: () => number;
}

interface Thought {
  readonly shown: Shown;
  readonly deadline: number;
  /** Of a simulation: when the answer arrives. */
  readonly due: number;
  readonly controller: AbortController;
  subscription: Subscription | undefined;
  cancels: Cancel[];
  answers: number;
}

/** Longest that a simulation waits for one answer, in milliseconds of the wall clock: then it is taken for a failure. */
const LONGEST_WAIT = 60_000;

/**
 * The way to one replica of an agent: it decides what the agent is asked and when, and nobody else waits for it.
 *
 * ```
 * snapshots  123-------     1 takes 4 ms, 3 none
 *            lane, newest
 * words      --d-(ab)--     2 was dropped when 3 came; 1 is answered, then 3
 * ```
 *
 * Failures in a row open the circuit: the agent is asked nothing for a while; then one snapshot finds out whether it is
 * back. Time is the clock's alone.
 */
export class Lane {
  readonly #settings: LaneSettings;
  readonly #port: LanePort;
  readonly #waiting: Shown[] = [];
  readonly #thoughts = new Set<Thought>();
  /** What is yet to be told. Each word may cause a snapshot, which then holds the others. */
  readonly #words: LaneWord[] = [];
  #failures = 0;
  #pause: number;
  #closedUntil = Number.NEGATIVE_INFINITY;
  #quarantined = false;
  #suspended = false;
  #tokens: number;
  #countedAt = Number.NaN;
  #wakeUp: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(settings: LaneSettings, port: LanePort) {
    this.#settings = settings;
    this.#port = port;
    this.#pause = settings.pause;
    this.#tokens = settings.calls;
  }

  get busy(): number {
    return this.#thoughts.size;
  }

  get quarantined(): boolean {
    return this.#quarantined;
  }

  offer(shown: Shown): void {
    this.#waiting.push(shown);
    this.#next();
    while (this.#waiting.length > this.#settings.capacity)
      this.#words.push({ kind: 'dropped', shown: this.#waiting.shift() as Shown });
    this.#tell();
  }

  /** Forgets everything that waits and everybody that is asked. */
  close(): void {
    this.#waiting.length = 0;
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
    for (const thought of [...this.#thoughts]) this.#end(thought);
  }

  /** Nobody is there to be asked: what was asked fails, and the rest waits. */
  suspend(reason: string): void {
    this.#suspended = true;
    for (const thought of [...this.#thoughts]) this.#failed(thought, reason);
    this.#tell();
  }

  /** Somebody is there again. */
  resume(): void {
    this.#suspended = false;
    this.#next();
  }

  #tell(): void {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift())
      this.#port.word(word);
  }

  #next(): void {
    this.#tell();
    while (this.#waiting.length > 0 && this.#free()) {
      const shown = this.#waiting.shift() as Shown;
      this.#tokens -= 1;
      const now = this.#port.clock.now();
      const { latency } = this.#port;
      this.#think(shown, now + this.#settings.deadline, latency === undefined ? now : now + latency());
    }
  }

  #free(): boolean {
    if (this.#suspended) return false;
    const { concurrency, calls, per } = this.#settings;
    const now = this.#port.clock.now();
    if (now < this.#closedUntil) {
      this.#wake(this.#closedUntil);
      return false;
    }
    // One alone finds out whether it is back.
    if (this.#thoughts.size >= (this.#quarantined ? 1 : concurrency)) return false;
    if (calls === Number.POSITIVE_INFINITY) return true;
    if (!Number.isNaN(this.#countedAt))
      this.#tokens = Math.min(calls, this.#tokens + ((now - this.#countedAt) * calls) / per);
    this.#countedAt = now;
    // A sum of fractions may miss a whole one by a hair.
    if (this.#tokens > 1 - 1e-9) return true;
    this.#wake(now + ((1 - this.#tokens) * per) / calls);
    return false;
  }

  #wake(at: number): void {
    if (this.#wakeUp !== undefined && this.#wakeUp.at <= at) return;
    this.#wakeUp?.cancel();
    const { clock, rank } = this.#port;
    const cancel = clock.schedule(at, rank, () => {
      this.#wakeUp = undefined;
      this.#next();
    });
    this.#wakeUp = { at, cancel };
  }

  #think(shown: Shown, deadline: number, due: number): void {
    const { clock, rank, latency } = this.#port;
    const controller = new AbortController();
    const thought: Thought = {
      shown,
      deadline,
      due,
      controller,
      subscription: undefined,
      cancels: [],
      answers: 0,
    };
    this.#thoughts.add(thought);
    if (latency === undefined) {
      thought.cancels.push(clock.schedule(deadline, rank, () => this.#late(thought)));
      this.#listen(thought);
    } else if (due > deadline)
      thought.cancels.push(clock.schedule(deadline, rank, () => this.#late(thought)));
    else {
      const answered = this.#collect(thought);
      thought.cancels.push(
        clock.schedule(due, rank, async () => {
          const words = await answered;
          if (!this.#thoughts.has(thought)) return;
          if (typeof words === 'string') this.#failed(thought, words);
          else {
            for (const word of words) if (this.#thoughts.has(thought)) this.#answer(thought, word);
            if (this.#thoughts.has(thought)) this.#completed(thought);
          }
          this.#next();
        }),
      );
    }
  }

  #listen(thought: Thought): void {
    let ended = false;
    const end = (reason?: string): void => {
      if (ended) return;
      ended = true;
      if (!this.#thoughts.has(thought)) return;
      if (reason === undefined) this.#completed(thought);
      else this.#failed(thought, reason);
      this.#next();
    };
    try {
      // Who says everything at once is listened to before there is a subscription: he is stopped by the operator.
      const listening = takeWhile(() => this.#thoughts.has(thought));
      const subscription = from(this.#ask(thought))
        .pipe(listening)
        .subscribe({
          next: (value) => {
            this.#answer(thought, value);
            if (this.#thoughts.has(thought)) this.#tell();
            else this.#next();
          },
          error: (error: unknown) => end(reasonOf(error)),
          complete: () => end(),
        });
      // It may be over already, when it spoke at once.
      if (this.#thoughts.has(thought)) thought.subscription = subscription;
      else subscription.unsubscribe();
    } catch (error) {
      end(reasonOf(error));
    }
  }

  #ask({ shown, controller }: Thought): ReturnType<Decide> {
    // A copy of its own: what an agent does to its snapshot nobody else sees.
    return this.#port.decide({ ...shown, snapshot: structuredClone(shown.snapshot) }, controller.signal);
  }

  /** Everything that it says, or why it failed. */
  #collect(thought: Thought): Promise<readonly unknown[] | string> {
    return new Promise((resolve) => {
      const words: unknown[] = [];
      const tooLong = setTimeout(
        () => resolve(`no answer within ${LONGEST_WAIT / 1_000} s of the wall clock`),
        LONGEST_WAIT,
      );
      const end = (result: readonly unknown[] | string): void => {
        clearTimeout(tooLong);
        resolve(result);
      };
      try {
        const enough = take<unknown>(this.#settings.maximumAnswers + 1);
        thought.subscription = from(this.#ask(thought))
          .pipe(enough)
          .subscribe({
            next: (word) => words.push(word),
            error: (error: unknown) => end(reasonOf(error)),
            complete: () => end(words),
          });
      } catch (error) {
        end(reasonOf(error));
      }
    });
  }

  #answer(thought: Thought, value: unknown): void {
    const { maximumAnswers } = this.#settings;
    let answers: readonly Answer[];
    try {
      thought.answers += Array.isArray(value) ? value.length : 1;
      if (thought.answers > maximumAnswers)
        throw new RangeError(`more than ${maximumAnswers} answers to one snapshot`);
      answers = checkAnswers(value);
    } catch (error) {
      this.#failed(thought, reasonOf(error));
      return;
    }
    for (const answer of answers) this.#words.push({ kind: 'answered', shown: thought.shown, answer });
  }

  #completed(thought: Thought): void {
    this.#end(thought);
    this.#failures = 0;
    this.#pause = this.#settings.pause;
    if (thought.answers === 0) this.#words.push({ kind: 'abstained', shown: thought.shown });
    if (!this.#quarantined) return;
    this.#quarantined = false;
    this.#words.push({ kind: 'returned' });
  }

  #late(thought: Thought): void {
    this.#failed(thought, `no answer within ${this.#settings.deadline} ms`);
    this.#next();
  }

  #failed(thought: Thought, reason: string): void {
    if (!this.#thoughts.has(thought)) return;
    this.#end(thought);
    this.#words.push({ kind: 'failed', shown: thought.shown, reason });
    this.#failures++;
    const now = this.#port.clock.now();
    // Others of the same bad moment prolong nothing.
    if (now < this.#closedUntil || (!this.#quarantined && this.#failures < this.#settings.failures)) return;
    this.#quarantined = true;
    this.#closedUntil = now + this.#pause;
    this.#pause = Math.min(2 * this.#pause, this.#settings.longestPause);
    // What waits is old by then.
    for (const shown of this.#waiting.splice(0)) this.#words.push({ kind: 'dropped', shown });
    this.#words.push({ kind: 'quarantined', until: this.#closedUntil, reason });
  }

  #end(thought: Thought): void {
    this.#thoughts.delete(thought);
    for (const cancel of thought.cancels) cancel();
    try {
      thought.subscription?.unsubscribe();
    } catch {
      // It failed at tidying up: nobody listens to it any more.
    }
    thought.controller.abort();
  }

  /** Of a simulation: all that is needed to go on. */
  save(): Plain {
    return asPlain({
      words: this.#words.map((word) => ({ ...word })),
      waiting: this.#waiting.map((shown) => ({ ...shown })),
      thoughts: [...this.#thoughts].map(({ shown, deadline, due }) => ({
        shown: { ...shown },
        deadline,
        due,
      })),
      failures: this.#failures,
      pause: this.#pause,
      closedUntil: this.#closedUntil,
      quarantined: this.#quarantined,
      tokens: this.#tokens,
      countedAt: this.#countedAt,
    });
  }

  /** Goes on where {@link save} was: who was asked is asked again. */
  restore(plain: Plain): void {
    const saved = fromPlain<{
      readonly words: readonly LaneWord[];
      readonly waiting: readonly Shown[];
      readonly thoughts: readonly Pick<Thought, 'shown' | 'deadline' | 'due'>[];
      readonly failures: number;
      readonly pause: number;
      readonly closedUntil: number;
      readonly quarantined: boolean;
      readonly tokens: number;
      readonly countedAt: number;
    }>(plain);
    this.#words.push(...saved.words);
    this.#waiting.push(...saved.waiting);
    this.#failures = saved.failures;
    this.#pause = saved.pause;
    this.#closedUntil = saved.closedUntil;
    this.#quarantined = saved.quarantined;
    this.#tokens = saved.tokens;
    this.#countedAt = saved.countedAt;
    for (const { shown, deadline, due } of saved.thoughts) this.#think(shown, deadline, due);
    this.#next();
  }
}
