import { Observable } from 'rxjs';
import type { Journal } from '../core/run-options.js';
import type { Snapshot } from '../core/snapshot.js';
import { integerAtLeast } from '../domain/check.js';
import type { SequencedEvent } from '../domain/event.js';
import type { Durability, JournalStore } from './journal-store.js';

/** How a {@link TurnJournal} gathers. */
export interface TurnJournalOptions {
  /** Most events of a block. @default 256 */
  readonly batch?: number;
}

/**
 * A journal for `run`, which appends event by event: what is appended within one turn of the event loop goes to the
 * store as one block.
 *
 * ```
 * append   (abc)--d--
 * store    (abc)--d--   one block each, at the end of the turn
 * ```
 *
 * A store that failed makes the next `append` throw, which halts the run.
 *
 * @example
 * const journal = new TurnJournal(await openJournal({ folder: 'journal' }));
 * const pipeline = run(desk, { clock, drivers, journal, acknowledgements: [journalAcknowledgement(journal, 'fsync')] });
 * pipeline.snapshots$.subscribe((snapshot) => journal.saveSnapshot(snapshot));
 */
export class TurnJournal implements Journal {
  readonly #store: JournalStore;
  readonly #batch: number;
  readonly #listeners = new Set<(failure: Error | undefined) => void>();
  #pending: SequencedEvent[] = [];
  #scheduled = false;
  #failure: Error | undefined;

  constructor(store: JournalStore, options: TurnJournalOptions = {}) {
    this.#store = store;
    this.#batch = integerAtLeast('TurnJournal.batch', options.batch ?? 256, 1);
  }

  append(event: SequencedEvent): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#pending.push(event);
    if (this.#pending.length >= this.#batch) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => {
        this.#scheduled = false;
        try {
          this.flush();
        } catch {
          // Kept: the next append throws it, and whoever waits for an acknowledgement is told.
        }
      });
    }
  }

  /** Hands what waits to the store. @throws whatever the store throws, from then on */
  flush(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pending.length === 0) return;
    const events = this.#pending;
    this.#pending = [];
    try {
      this.#store.append(events);
    } catch (error) {
      this.#failure = error as Error;
    }
    for (const listener of [...this.#listeners]) listener(this.#failure);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Saves a snapshot of the run. */
  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.flush();
    await this.#store.saveSnapshot(snapshot);
  }

  /** Writes what waits and closes the store. */
  async close(): Promise<void> {
    try {
      this.flush();
    } finally {
      await this.#store.close();
    }
  }

  /** Emits up to which seq the store holds the log; see {@link journalAcknowledgement}. */
  acknowledgement(durability: Durability): Observable<number> {
    return new Observable((subscriber) => {
      const wait = (): void => {
        const seq = this.#store.last;
        if (durability !== 'fsync') {
          subscriber.next(seq);
          return;
        }
        this.#store.flushed(seq, durability).then(
          () => subscriber.next(seq),
          (error: unknown) => subscriber.error(error),
        );
      };
      const listener = (failure: Error | undefined): void => {
        if (failure === undefined) wait();
        else subscriber.error(failure);
      };
      this.#listeners.add(listener);
      if (this.#store.last > 0) wait();
      return () => this.#listeners.delete(listener);
    });
  }
}

/**
 * Up to which seq a journal holds the log as a policy wants it, for `acknowledgements` of `run`: submits wait for it.
 *
 * ```
 * append    -1-2-3----4--
 * fsync     ---1---3----4
 * ```
 *
 * @example
 * run(core, { clock, drivers, journal, acknowledgements: [journalAcknowledgement(journal, 'fsync')] });
 */
export function journalAcknowledgement(journal: TurnJournal, durability: Durability): Observable<number> {
  return journal.acknowledgement(durability);
}
