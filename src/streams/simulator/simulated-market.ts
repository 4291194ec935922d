import type { OutsideEvent } from '../../domain/event.js';
import { Grid } from '../../domain/grid.js';
import type { EfficientPrice } from './efficient-price.js';
import { Publisher } from './publisher.js';
import { SeededRandom } from './seeded-random.js';
import type { SimulatedInstrumentSettings } from './settings.js';
import { SimulatedSide } from './simulated-side.js';
import type { StablecoinRate } from './stablecoin-rate.js';
import { VenuePrice } from './venue-price.js';

/** Levels that one sweep trades through at most; what is stale beyond them is withdrawn. */
const LONGEST_SWEEP = 4;

/**
 * One instrument at one venue: a book that follows the venue's price and lives between its moves.
 *
 * Every act is one step of the crowd: levels that the price has run over are traded or withdrawn, a best price
 * that fell behind is improved on, or else somebody trades, adds, changes or cancels.
 */
export class SimulatedMarket {
  readonly settings: Required<SimulatedInstrumentSettings>;
  readonly #random: SeededRandom;
  readonly #asset: EfficientPrice;
  readonly #price: VenuePrice;
  readonly #rate: StablecoinRate | undefined;
  readonly #tick: number;
  readonly #lotValue: number;
  readonly #inverse: boolean;
  readonly #bids = new SimulatedSide(-1);
  readonly #asks = new SimulatedSide(1);
  readonly #publisher: Publisher;
  #halfSpread = 1;
  #fair = 0;

  constructor(
    seed: number,
    settings: Required<SimulatedInstrumentSettings>,
    asset: EfficientPrice,
    rate: StablecoinRate | undefined,
  ) {
    const { definition } = settings;
    this.settings = settings;
    this.#random = new SeededRandom(seed, `instrument:${definition.id}`);
    this.#asset = asset;
    this.#price = new VenuePrice(asset, new SeededRandom(seed, `venue:${definition.id}`), settings);
    this.#rate = rate;
    this.#tick = new Grid(definition.tick).toNumber(1);
    this.#lotValue = new Grid(definition.lot).toNumber(1) * Number(definition.multiplier);
    this.#inverse = definition.inverse;
    this.#publisher = new Publisher(definition.id, this.#bids, this.#asks);
  }

  /** Builds the book: the snapshot and the first quote. `time` in milliseconds since the start. */
  open(time: number, venueTime: number): OutsideEvent[] {
    this.#look(time);
    this.#bids.set(Math.floor(this.#fair - this.#halfSpread), this.#quantity(-1));
    this.#asks.set(Math.ceil(this.#fair + this.#halfSpread), this.#quantity(1));
    this.#keepDepth(this.#bids);
    this.#keepDepth(this.#asks);
    return this.#publisher.snapshot(venueTime);
  }

  /** One step of the crowd: trades first, then the delta, then the quote if the best changed. */
  act(time: number, venueTime: number): OutsideEvent[] {
    this.#look(time);
    // Stale levels go first, on both sides: an improvement must not cross them.
    const moved =
      this.#clearStale(this.#asks) ||
      this.#clearStale(this.#bids) ||
      this.#catchUp(this.#asks) ||
      this.#catchUp(this.#bids);
    if (!moved) this.#live();
    this.#keepDepth(this.#bids);
    this.#keepDepth(this.#asks);
    return this.#publisher.publish(venueTime);
  }

  /** Milliseconds until the next act, after one that gave so many events: busier when prices move. */
  pause(events: number): number {
    const busy = 0.4 + 0.6 * Math.min(4, this.#asset.activity);
    const mean = (1_000 * Math.max(1, events)) / (this.settings.eventsPerSecond * busy);
    return mean * this.#random.exponential();
  }

  #look(time: number): void {
    this.#asset.advance(time);
    this.#fair = this.#price.at(time) / (this.#tick * (this.#rate?.value ?? 1));
    const relative = (this.settings.spread / 10_000) * (0.6 + 0.4 * Math.min(5, this.#asset.activity));
    this.#halfSpread = Math.max(0.55, (this.#fair * relative) / 2);
  }

  /** Trades or withdraws the levels that the fair price has run over. */
  #clearStale(side: SimulatedSide): boolean {
    const { direction } = side;
    const stale = this.#fair + 0.25 * this.#halfSpread * direction;
    if ((side.bestPrice - stale) * direction >= 0) return false;
    const traded = this.#random.uniform() < 0.6 ? 1 + this.#random.integer(LONGEST_SWEEP) : 0;
    for (let level = 0; side.depth > 0 && (side.bestPrice - stale) * direction < 0; level++) {
      if (level < traded) this.#publisher.trade(side, side.bestQuantity);
      else side.set(side.bestPrice, 0);
    }
    this.#improve(side);
    return true;
  }

  /** Improves on a best price that the fair price has left behind. */
  #catchUp(side: SimulatedSide): boolean {
    if ((side.bestPrice - this.#fair) * side.direction <= 1.75 * this.#halfSpread) return false;
    this.#improve(side);
    return true;
  }

  /** A new best level, half a spread away from the fair price. */
  #improve(side: SimulatedSide): void {
    const away = this.#fair + this.#halfSpread * side.direction;
    const price = side.direction > 0 ? Math.ceil(away) : Math.floor(away);
    if (side.depth > 0 && (side.bestPrice - price) * side.direction <= 0) return;
    // The other side may be stale as well, until its own turn: a new level never crosses it.
    const other = side === this.#bids ? this.#asks : this.#bids;
    if (other.depth > 0 && (price - other.bestPrice) * side.direction <= 0) return;
    side.set(price, this.#quantity(side.direction));
  }

  /** Ordinary life between moves. */
  #live(): void {
    const random = this.#random;
    const draw = random.uniform();
    const side = random.uniform() < 0.5 ? this.#bids : this.#asks;
    const level = Math.min(side.depth - 1, Math.floor(random.exponential() * 2));
    const price = side.prices[level] as number;
    if (draw < 0.2) this.#takeSome();
    else if (draw < 0.75) side.set(price, this.#quantity(side.direction));
    else if (draw < 0.88) side.set(price + this.#gap() * side.direction, this.#quantity(side.direction));
    else if (side.depth > 1) side.set(price, 0);
  }

  /** A market order of somebody else; pressure says which side it takes. */
  #takeSome(): void {
    const random = this.#random;
    const buyers = 0.5 + 0.3 * Math.tanh(this.#asset.pressure);
    const side = random.uniform() < buyers ? this.#asks : this.#bids;
    const wanted = Math.ceil(side.bestQuantity * 0.35 * random.exponential());
    this.#publisher.trade(side, Math.min(side.bestQuantity, wanted));
    if (side.depth === 0) this.#improve(side);
  }

  #keepDepth(side: SimulatedSide): void {
    const { levels } = this.settings;
    if (side.depth === 0) {
      const away = this.#fair + this.#halfSpread * side.direction;
      side.set(side.direction > 0 ? Math.ceil(away) : Math.floor(away), this.#quantity(side.direction));
    }
    while (side.depth < levels) {
      side.set(side.worstPrice + this.#gap() * side.direction, this.#quantity(side.direction));
    }
    while (side.depth > levels + 4) side.set(side.worstPrice, 0);
  }

  /** Ticks from one level to the next. */
  #gap(): number {
    return Math.max(1, Math.round(0.7 * this.#halfSpread * this.#random.exponential()));
  }

  /** Lots of a level: log-normal, thicker on the side of those who press. */
  #quantity(direction: 1 | -1): number {
    const { levelNotional } = this.settings;
    const skew = -0.4 * direction * this.#asset.pressure;
    const notional = levelNotional * Math.exp(0.9 * this.#random.gaussian() + skew);
    const lotNotional = this.#inverse ? this.#lotValue : this.#lotValue * this.#fair * this.#tick;
    return Math.max(1, Math.round(notional / lotNotional));
  }
}
