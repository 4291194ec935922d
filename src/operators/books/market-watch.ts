import type { StageContext } from '../../core/context.js';
import type { TimerEvent } from '../../domain/event.js';
import type { StatusEvent } from '../../domain/market-event.js';
import type { Plain } from '../../domain/plain.js';
import { BookAsks } from './book-asks.js';
import { type BookLimits, silenceLimits } from './book-options.js';
import { Deadlines } from './deadlines.js';
import type { Markets, SyncChange } from './markets.js';

/**
 * Watches whether markets can be trusted: announces what was lost and regained, asks for what is missing, and notices
 * books that stay crossed or stand still and markets that fall silent, also when nothing comes at all.
 */
export class MarketWatch {
  readonly markets: Markets;
  readonly #limits: BookLimits;
  readonly #silenceLimits: Float64Array;
  readonly #crossed: Deadlines;
  readonly #silent: Deadlines;
  readonly #asks: BookAsks;
  /** When an instrument's book, or its best prices, were last spoken of. */
  readonly #heardAt: Float64Array;
  #started = false;

  constructor(markets: Markets, limits: BookLimits, { instruments }: StageContext) {
    this.markets = markets;
    this.#limits = limits;
    this.#silenceLimits = silenceLimits(limits, instruments);
    this.#crossed = new Deadlines(instruments, 'crossed');
    this.#silent = new Deadlines(instruments, 'silent');
    this.#asks = new BookAsks(instruments);
    this.#heardAt = new Float64Array(instruments.size);
  }

  /** From the first event on silence counts, also of those that never say anything. */
  start(ts: number, context: StageContext): void {
    if (this.#started) return;
    this.#started = true;
    for (let index = 0; index < this.#heardAt.length; index++) this.#heard(index, ts, context);
  }

  /** After an event that spoke of an instrument's book or best prices. */
  follow(index: number, change: SyncChange, ts: number, context: StageContext): void {
    if (change !== undefined) this.announce(index, change, ts, context);
    this.#watchCrossing(index, ts, context);
    this.#watchStandstill(index, ts, context);
    this.#heard(index, ts, context);
  }

  /** After an event that took an instrument's market away. */
  announce(index: number, change: SyncChange, ts: number, context: StageContext): void {
    if (change === undefined) return;
    if (change.state === 'stillUnsynced') {
      this.#asks.answeredTooOld(index, ts, context);
      return;
    }
    const { state, reason, lost } = change;
    const instrument = context.instruments.at(index).id;
    context.derive({ kind: 'sync', instrument, venueTime: 0, state, reason });
    this.#crossed.clear(index);
    if (state === 'synced') this.#asks.rest(index);
    else {
      this.#silent.clear(index);
      if (lost) this.#asks.lost(index, ts, context);
      else this.#asks.awaited(index, ts, context);
    }
    if (state === 'synced' && !this.markets.mustHeal(index)) this.#asks.answered(index);
  }

  /** The venue says in which phase a market is: while it does not trade it may be silent, and its book crossed. */
  phase(index: number, event: StatusEvent, ts: number, context: StageContext): void {
    const { markets } = this;
    const wasOpen = markets.open(index);
    markets.status(index, event);
    this.#watchCrossing(index, ts, context);
    // Its silence counts from here; a venue that says again that it is open says nothing of its book.
    if (!wasOpen && markets.open(index)) this.#heard(index, ts, context);
  }

  reconnected(index: number, ts: number, context: StageContext): void {
    if (this.markets.states[index] === 1) this.#asks.reconnected(index, ts, context);
  }

  timer(event: TimerEvent, ts: number, context: StageContext): void {
    if (!event.name.startsWith('books:')) return;
    this.#asks.timer(event, ts, context);
    const crossed = this.#crossed.take(event);
    if (crossed >= 0) this.#lose(crossed, this.markets.crossingOf(crossed), ts, context);
    const silent = this.#silent.take(event);
    if (silent >= 0) this.#checkSilence(silent, ts, context);
  }

  /** Somebody else leads now: whatever is outstanding is asked for again. */
  reissue(context: StageContext): void {
    this.#asks.reissue(context);
    this.#crossed.reissue(context);
    this.#silent.reissue(context);
  }

  save(): Plain {
    return {
      markets: this.markets.save(),
      started: this.#started,
      crossed: this.#crossed.save(),
      silent: this.#silent.save(),
      heardAt: this.#heardAt.slice(),
      asks: this.#asks.save(),
    };
  }

  restore(saved: Plain): void {
    const { started, crossed, silent, heardAt, asks } = saved as {
      readonly started: boolean;
      readonly crossed: Plain;
      readonly silent: Plain;
      readonly heardAt: Float64Array;
      readonly asks: Plain;
    };
    this.#started = started;
    this.#crossed.restore(crossed);
    this.#silent.restore(silent);
    this.#heardAt.set(heardAt);
    this.#asks.restore(asks);
  }

  #watchCrossing(index: number, ts: number, context: StageContext): void {
    if (this.markets.mustHeal(index)) {
      if (!this.#crossed.awaited(index)) this.#crossed.set(index, ts + this.#limits.crossedFor, context);
    } else if (this.#crossed.awaited(index)) {
      this.#crossed.clear(index);
      // It came back crossed and has healed since: only now is it what was asked for.
      if (this.markets.states[index] === 2) this.#asks.answered(index);
    }
  }

  /** Looked at with every change that comes: a feed that says nothing is a matter of silence. */
  #watchStandstill(index: number, ts: number, context: StageContext): void {
    const { staleFor } = this.#limits;
    if (!(ts - (this.markets.staleSince[index] as number) >= staleFor)) return;
    const reason = `${this.markets.standstillOf(index)} for ${staleFor / 1_000} s: the feed may count anew`;
    this.#lose(index, reason, ts, context);
  }

  #heard(index: number, ts: number, context: StageContext): void {
    const limit = this.#silenceLimits[index] as number;
    if (limit === Number.POSITIVE_INFINITY) return;
    this.#heardAt[index] = ts;
    // One timer for many events: it looks at the last of them when it comes.
    if (!this.#silent.awaited(index) && this.#expected(index)) this.#silent.set(index, ts + limit, context);
  }

  #checkSilence(index: number, ts: number, context: StageContext): void {
    if (!this.#expected(index)) return;
    const limit = this.#silenceLimits[index] as number;
    const due = (this.#heardAt[index] as number) + limit;
    if (due > ts) this.#silent.set(index, due, context);
    else this.#lose(index, `silent for ${limit / 1_000} s`, ts, context);
  }

  /** Whether an instrument should speak: its market trades, and is not known to be lost already. */
  #expected(index: number): boolean {
    return this.markets.open(index) && this.markets.states[index] !== 1;
  }

  #lose(index: number, reason: string, ts: number, context: StageContext): void {
    this.announce(index, this.markets.lose(index, reason), ts, context);
  }
}
