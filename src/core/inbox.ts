import type { InstrumentId } from '../domain/brand.js';
import { instrumentOf, type OutsideEvent } from '../domain/event.js';
import type { BookEvent, QuoteEvent } from '../domain/market-event.js';
import { isNumbered, MergedDelta } from './merged-delta.js';

const MARKET: ReadonlySet<string> = new Set([
  'trade',
  'quote',
  'book',
  'bookOrder',
  'bar',
  'funding',
  'rate',
]);
/** Market data after which older and newer data of the instrument must not be mixed. */
const FENCES: ReadonlySet<string> = new Set([
  'trade',
  'bookOrder',
  'bar',
  'status',
  'sync',
  'roll',
  'instrument',
]);

type Slot = OutsideEvent | MergedDelta;

/**
 * The bounded queue before the log.
 *
 * Quotes of one instrument replace each other and L2 deltas merge level by level, at the place of the first,
 * unless a trade or the like of that instrument came between. Quotes and deltas pass each other only where both carry
 * the venue's ids, which tell later on which of them is newer. Nothing else is merged, nothing is dropped.
 */
export class Inbox {
  merged = 0;
  /** Feedback depth of the event that `shift` gave last. */
  shiftedDepth = 0;
  readonly #capacity: number;
  readonly #marketCapacity: number;
  #slots: (Slot | undefined)[] = [];
  #depths: number[] = [];
  #head = 0;
  /** Absolute number of the slot at index 0, so that remembered places survive compaction. */
  #base = 0;
  readonly #quotes = new Map<InstrumentId, number>();
  readonly #deltas = new Map<InstrumentId, number>();

  constructor(capacity: number, reserved: number) {
    this.#capacity = capacity;
    this.#marketCapacity = Math.max(1, capacity - reserved);
  }

  get length(): number {
    return this.#slots.length - this.#head;
  }

  /** Queues an event; false when there is no place for it. Reports always find one. */
  push(event: OutsideEvent, depth: number): boolean {
    if (event.kind === 'quote') {
      if (!this.#mayPassDelta(event)) this.#deltas.delete(event.instrument);
      const place = this.#quotes.get(event.instrument);
      if (place !== undefined) {
        this.#slots[place - this.#base] = event;
        this.merged++;
        return true;
      }
    } else if (event.kind === 'book') {
      if (!this.#mayPassQuote(event)) this.#quotes.delete(event.instrument);
      if (this.#mergeDelta(event)) return true;
    } else if (event.kind === 'link') {
      // It may empty every book of its venue.
      this.#quotes.clear();
      this.#deltas.clear();
    } else if (FENCES.has(event.kind)) {
      const instrument = instrumentOf(event) as InstrumentId;
      this.#quotes.delete(instrument);
      this.#deltas.delete(instrument);
    }
    const limit = MARKET.has(event.kind) ? this.#marketCapacity : this.#capacity;
    if (this.length >= limit && event.kind !== 'report' && event.kind !== 'fault') return false;
    const place = this.#base + this.#slots.length;
    if (event.kind === 'quote') this.#quotes.set(event.instrument, place);
    else if (event.kind === 'book') this.#deltas.set(event.instrument, place);
    this.#slots.push(event);
    this.#depths.push(depth);
    return true;
  }

  /** The oldest event, or `undefined` when none waits. */
  shift(): OutsideEvent | undefined {
    const head = this.#head;
    if (head === this.#slots.length) return undefined;
    const slot = this.#slots[head] as Slot;
    this.shiftedDepth = this.#depths[head] as number;
    this.#slots[head] = undefined;
    this.#head = head + 1;
    const event = slot instanceof MergedDelta ? slot.toEvent() : slot;
    this.#forget(event, this.#base + head);
    if (this.#head === this.#slots.length || this.#head >= 4_096) this.#compact();
    return event;
  }

  /** Everything that waits, oldest first. */
  peekAll(): readonly OutsideEvent[] {
    return this.#slots
      .slice(this.#head)
      .map((slot) => (slot instanceof MergedDelta ? slot.toEvent() : (slot as OutsideEvent)));
  }

  /** Whether deltas that come after this quote may merge into one before it. */
  #mayPassDelta({ instrument, updateId }: QuoteEvent): boolean {
    const place = this.#deltas.get(instrument);
    if (place === undefined) return true;
    const slot = this.#slots[place - this.#base] as MergedDelta | BookEvent;
    return updateId >= 0 && (slot instanceof MergedDelta ? slot.numbered : isNumbered(slot));
  }

  /** Whether quotes that come after this book event may replace one before it. */
  #mayPassQuote(event: BookEvent): boolean {
    const place = this.#quotes.get(event.instrument);
    if (place === undefined) return true;
    const { updateId } = this.#slots[place - this.#base] as QuoteEvent;
    return event.action === 'delta' && updateId >= 0 && isNumbered(event);
  }

  #mergeDelta(event: BookEvent): boolean {
    if (event.action === 'snapshot') {
      this.#deltas.delete(event.instrument);
      return false;
    }
    const place = this.#deltas.get(event.instrument);
    if (place === undefined) return false;
    const index = place - this.#base;
    const slot = this.#slots[index];
    const merged = slot instanceof MergedDelta ? slot : MergedDelta.from(slot as BookEvent);
    if (merged === undefined || !merged.add(event)) return false;
    this.#slots[index] = merged;
    this.merged++;
    return true;
  }

  #forget(event: OutsideEvent, place: number): void {
    if (event.kind === 'quote') {
      if (this.#quotes.get(event.instrument) === place) this.#quotes.delete(event.instrument);
    } else if (event.kind === 'book' && this.#deltas.get(event.instrument) === place)
      this.#deltas.delete(event.instrument);
  }

  #compact(): void {
    this.#base += this.#head;
    this.#slots = this.#slots.slice(this.#head);
    this.#depths = this.#depths.slice(this.#head);
    this.#head = 0;
  }
}
