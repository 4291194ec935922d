import type { Frame } from '../../core/frame.js';
import type { InstrumentId } from '../../domain/brand.js';
import type { Instrument } from '../../domain/instrument.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { RollEvent } from '../../domain/market-event.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import { ContinuousPrice, type RollAdjustment } from './continuous-price.js';
import { DailyVolumes } from './daily-volumes.js';
import { type Revision, revise } from './revise.js';
import { latestRoll, type RollRule } from './roll-rule.js';

/** One contract gave way to the next. */
export interface Rolled {
  readonly from: InstrumentId;
  readonly to: InstrumentId;
  /** What the two cost then, in plain numbers; `NaN` when one was not known. */
  readonly fromPrice: number;
  readonly toPrice: number;
}

/** One step along the chain: what an event tells of it. */
export type RollStep = Pick<RollEvent, 'from' | 'to' | 'reason' | 'at'>;

/** Which contract is the front, what each costs, and what has been traded of it today. */
export class RollState {
  /** Name of the continuous contract. */
  readonly continuousName: string;
  readonly #contracts: readonly ListedInstrument[];
  /** Place in the chain by instrument index. */
  readonly #places: ReadonlyMap<number, number>;
  readonly #rule: RollRule;
  readonly #tell: (step: RollStep) => void;
  readonly #volumes: DailyVolumes;
  readonly #continuous: ContinuousPrice;
  /** Last known price of each contract, in plain numbers. */
  readonly #prices: Float64Array;
  /** The newest definition of each contract: venues move expiries while a session runs. */
  readonly #definitions: Instrument[];
  #front = 0;
  /** When the front gives way whatever is traded. */
  #latest: number;

  constructor(
    contracts: readonly ListedInstrument[],
    rule: RollRule,
    adjust: RollAdjustment,
    continuousName: string,
    tell: (step: RollStep) => void,
  ) {
    this.continuousName = continuousName;
    this.#tell = tell;
    this.#contracts = contracts;
    this.#places = new Map(contracts.map(({ index }, place) => [index, place]));
    this.#rule = rule;
    this.#volumes = new DailyVolumes(rule.calendar, contracts.length);
    this.#continuous = new ContinuousPrice(adjust);
    this.#prices = new Float64Array(contracts.length).fill(Number.NaN);
    this.#definitions = contracts.map(({ definition }) => definition);
    this.#latest = this.#latestRoll();
  }

  get front(): ListedInstrument {
    return this.#contracts[this.#front] as ListedInstrument;
  }

  get continuous(): number {
    return this.#continuous.of(this.#prices[this.#front] as number);
  }

  get adjustment(): number {
    return this.#continuous.adjustment;
  }

  /**
   * Rolls where it is time to, and tells of each step; the last contract stays. Times that passed unseen are taken in
   * their order, as if each had been seen. Of several rolls, the sum.
   */
  passTime(ts: number): Rolled | undefined {
    const before = this.#front;
    for (;;) {
      const { close } = this.#volumes;
      if (close <= this.#latest) {
        if (ts < close) break;
        if (this.#rule.by === 'volume' && this.#volumes.of(this.#front + 1) > this.#volumes.of(this.#front))
          this.#next('volume', close);
        this.#volumes.reset();
      } else {
        if (ts < this.#latest) break;
        this.#next('expiry', this.#latest);
      }
    }
    if (this.#front === before) return undefined;
    return {
      from: (this.#contracts[before] as ListedInstrument).id,
      to: this.front.id,
      fromPrice: this.#prices[before] as number,
      toPrice: this.#prices[this.#front] as number,
    };
  }

  /** Takes note of what a contract costs, and of what was traded. */
  see(frame: Frame & MarketFields): void {
    const place = this.#places.get(frame.instrument);
    if (place === undefined) return;
    const { event } = frame;
    if (event.kind === 'trade') this.#volumes.add(place, event.quantity, frame.ts);
    else if (event.kind === 'bar') this.#volumes.add(place, event.volume, frame.ts);
    else if (event.kind === 'bookOrder' && event.action === 'trade')
      this.#volumes.add(place, event.quantity, frame.ts);
    if (frame.synced) this.#prices[place] = frame.mid;
    else if (event.kind === 'trade') this.#prices[place] = frame.lastPrice;
    else if (event.kind === 'bar')
      this.#prices[place] = (this.#contracts[place] as ListedInstrument).prices.toNumber(event.close);
  }

  /**
   * Takes over a newer definition of a contract, and with it when it rolls. One after which the chain would not expire
   * contract by contract is refused; what else is wrong with it, `reference` tells. `undefined`: it is of no contract here.
   */
  define(index: number, proposed: Instrument): Revision | undefined {
    const place = this.#places.get(index);
    if (place === undefined) return undefined;
    const revision = revise(this.#definitions[place] as Instrument, proposed);
    if (revision.outcome !== 'newer') return revision;
    const expiry = proposed.expiry ?? Number.NaN;
    const before = this.#definitions[place - 1]?.expiry ?? Number.NEGATIVE_INFINITY;
    const after = this.#definitions[place + 1]?.expiry ?? Number.POSITIVE_INFINITY;
    if (!(expiry > before && expiry < after)) {
      const message = `${proposed.id}: version ${proposed.version} expires at ${expiry}, not between ${before} and ${after}`;
      return { outcome: 'refused', code: 'chain-order', message };
    }
    this.#definitions[place] = proposed;
    this.#latest = this.#latestRoll();
    return revision;
  }

  save(): Plain {
    return {
      front: this.#front,
      prices: this.#prices.slice(),
      definitions: asPlain([...this.#definitions]),
      volumes: this.#volumes.save(),
      continuous: this.#continuous.save(),
    };
  }

  restore(saved: Plain): void {
    const { front, prices, definitions, volumes, continuous } = fromPlain<{
      readonly front: number;
      readonly prices: Float64Array;
      readonly definitions: readonly Instrument[];
      readonly volumes: Plain;
      readonly continuous: Plain;
    }>(saved);
    this.#front = front;
    this.#prices.set(prices);
    definitions.forEach((definition, place) => {
      this.#definitions[place] = definition;
    });
    this.#volumes.restore(volumes);
    this.#continuous.restore(continuous);
    this.#latest = this.#latestRoll();
  }

  #next(reason: RollStep['reason'], at: number): void {
    const from = this.front.id;
    this.#continuous.roll(this.#prices[this.#front] as number, this.#prices[this.#front + 1] as number);
    this.#front++;
    this.#latest = this.#latestRoll();
    this.#tell({ from, to: this.front.id, reason, at });
  }

  #latestRoll(): number {
    const { expiry } = this.#definitions[this.#front] as Instrument;
    return this.#front + 1 === this.#contracts.length
      ? Number.POSITIVE_INFINITY
      : latestRoll(this.#rule, expiry as number);
  }
}
