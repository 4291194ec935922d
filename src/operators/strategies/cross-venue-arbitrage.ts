import type { Frame } from '../../core/frame.js';
import type { InstrumentId } from '../../domain/brand.js';
import { knownKeys, numberAtLeast, positiveNumber, refuse } from '../../domain/check.js';
import type { Answer } from '../../domain/decision.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Instrument } from '../../domain/instrument.js';
import type { Side } from '../../domain/order.js';
import { type Agent, agent } from '../agents/agent.js';
import type { MarketFields } from '../books/books.js';
import type { LedgerFields } from '../ledger/stage.js';

/** Which two instruments are held against each other, and at what edge. */
export interface CrossVenueArbitrageOptions {
  /** @default "arbitrage" */
  readonly name?: string;
  /** Two linear instruments of one asset. */
  readonly legs: readonly [Instrument, Instrument];
  /** Edge over the mean basis, after the fees of four fills, at which it enters, as a share of the price. @default 0.0002 */
  readonly minimumEdge?: number;
  /** Time over which the mean basis is learned. @default "2m" */
  readonly halfLife?: Duration;
  /** Quotes older than this are not traded on. @default "3s" */
  readonly staleAfter?: Duration;
  /** Base units of a leg: the edge at entry is what so many fetch in both books. @default 0: the touch, however thin */
  readonly depth?: number;
  /** One leg may be held without the other for so long; then both are given up. @default "5s" */
  readonly legTimeout?: Duration;
  /** How long it stays away after such an accident. @default "1m" */
  readonly pause?: Duration;
  /** How long a decision counts. @default "1m" */
  readonly lifetime?: Duration;
}

/** The fields that cross-venue arbitrage reads. */
export type CrossVenueArbitrageNeeds = Frame & MarketFields & LedgerFields;

interface Memory {
  readonly [key: string]: number;
  basis: number;
  learnedAt: number;
  since: number;
  /** 1: short the first leg and long the second; -1 the other way round; 0: flat. */
  held: number;
  /** Since when one leg is held without the other; 0: it is not. */
  legSince: number;
  pausedUntil: number;
}

/** Legs that differ by less than this share of the larger one are held alike. */
const ALIKE = 0.1;

/**
 * Buys the cheap venue and sells the dear one when their prices part by more than fees, and closes when they meet.
 *
 * ```
 * quotes     (ab)a-bc---b---(ab)---     a: first at 100, b: second at 100, c: first at 101
 *            crossVenueArbitrage({ legs: [first, second], halfLife: '2s' })
 * decisions  -------(xy)----(zw)---     first short and second long; both flat again
 * ```
 *
 * The basis between venues (a stablecoin's discount, a perpetual's premium) is learned as an exponentially weighted
 * mean in event time; only what parts from it counts. Prices in different quote currencies are converted at the
 * ledger's rates (a stablecoin's own price is one of them); without a rate it abstains. With `depth` it enters only where
 * both books are deep enough, at the prices that they give. When one leg was filled and the other was not for `legTimeout`, it wants both
 * flat again and pauses: what one leg alone can cost is bounded by that time. A leg that must be sold first has to be a contract: spot is not sold short.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * agents([crossVenueArbitrage({ legs: [first, second], minimumEdge: 0.0005 })]);
 */
export function crossVenueArbitrage(options: CrossVenueArbitrageOptions): Agent<CrossVenueArbitrageNeeds> {
  knownKeys('crossVenueArbitrage', options, [
    'name',
    'legs',
    'minimumEdge',
    'halfLife',
    'staleAfter',
    'depth',
    'legTimeout',
    'pause',
    'lifetime',
  ]);
  const [first, second] = options.legs;
  if (first.base !== second.base || first.id === second.id || first.inverse || second.inverse) {
    refuse(
      'crossVenueArbitrage.legs',
      'two different linear instruments of one asset',
      `${first.id} and ${second.id}`,
    );
  }
  const minimumEdge = numberAtLeast('crossVenueArbitrage.minimumEdge', options.minimumEdge ?? 0.000_2, 0, 1);
  const halfLife = positiveNumber(
    'crossVenueArbitrage.halfLife',
    milliseconds('crossVenueArbitrage.halfLife', options.halfLife ?? '2m'),
  );
  const staleAfter = milliseconds('crossVenueArbitrage.staleAfter', options.staleAfter ?? '3s');
  const depth = numberAtLeast('crossVenueArbitrage.depth', options.depth ?? 0, 0);
  const legTimeout = milliseconds('crossVenueArbitrage.legTimeout', options.legTimeout ?? '5s');
  const pause = milliseconds('crossVenueArbitrage.pause', options.pause ?? '1m');
  const name = options.name ?? 'arbitrage';
  const costs = 2 * (first.fees.taker + second.fees.taker);
  const decay = Math.LN2 / halfLife;
  return agent<CrossVenueArbitrageNeeds, Memory>({
    name,
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
    memory: () => ({ basis: Number.NaN, learnedAt: 0, since: 0, held: 0, legSince: 0, pausedUntil: 0 }),
    decide: (frame, memory) => {
      const { ts } = frame;
      if (limps(frame, name, first, second)) {
        if (memory.legSince === 0) memory.legSince = ts;
        else if (memory.held !== 0 && ts - memory.legSince > legTimeout) {
          memory.held = 0;
          memory.pausedUntil = ts + pause;
          return both(first.id, second.id, 0, 1);
        }
      } else memory.legSince = 0;
      const edges = edgesOf(frame, first, second, staleAfter, 0);
      if (edges === undefined) return undefined;
      const gap = (edges.sellFirst - edges.buyFirst) / 2;
      if (Number.isNaN(memory.basis)) {
        memory.basis = gap;
        memory.learnedAt = ts;
        memory.since = ts;
        return undefined;
      }
      memory.basis += (gap - memory.basis) * (1 - Math.exp(-decay * (ts - memory.learnedAt)));
      memory.learnedAt = ts;
      // Until it has seen one half-life it does not know what is usual.
      if (ts - memory.since < halfLife) return undefined;
      if (memory.held !== 0) {
        const gone = memory.held > 0 ? gap <= memory.basis : gap >= memory.basis;
        if (!gone) return undefined;
        memory.held = 0;
        return both(first.id, second.id, 0, 1);
      }
      if (ts < memory.pausedUntil) return undefined;
      const deep = depth === 0 ? edges : edgesOf(frame, first, second, staleAfter, depth);
      if (deep === undefined) return undefined;
      const shortFirst = deep.sellFirst - memory.basis - costs;
      const shortSecond = deep.buyFirst + memory.basis - costs;
      if (shortFirst > minimumEdge && first.kind !== 'spot') memory.held = 1;
      else if (shortSecond > minimumEdge && second.kind !== 'spot') memory.held = -1;
      else return undefined;
      const edge = memory.held > 0 ? shortFirst : shortSecond;
      return both(first.id, second.id, memory.held, Math.min(1, 0.5 + edge / (4 * minimumEdge + edge)));
    },
  });
}

/** What selling the first and buying the second brings, and the reverse, as shares of the price; before fees. */
function edgesOf(
  frame: CrossVenueArbitrageNeeds,
  first: Instrument,
  second: Instrument,
  staleAfter: number,
  depth: number,
): { readonly sellFirst: number; readonly buyFirst: number } | undefined {
  const { markets, ledger, ts } = frame;
  const a = markets.indexOf(first.id);
  const b = markets.indexOf(second.id);
  if (frame.instrument !== a && frame.instrument !== b) return undefined;
  if (!markets.synced(a) || !markets.synced(b)) return undefined;
  if (ts - markets.updatedAt(a) > staleAfter || ts - markets.updatedAt(b) > staleAfter) return undefined;
  const rate = first.quote === second.quote ? 1 : ledger.convert(1, second.quote, first.quote);
  if (rate === undefined) return undefined;
  const mid = markets.mid(a);
  return {
    sellFirst:
      (fetched(frame, a, first, 'sell', depth) - fetched(frame, b, second, 'buy', depth) * rate) / mid,
    buyFirst:
      (fetched(frame, b, second, 'sell', depth) * rate - fetched(frame, a, first, 'buy', depth)) / mid,
  };
}

/** What so many base units would trade at; `NaN` where they are not there. */
function fetched(
  { markets }: CrossVenueArbitrageNeeds,
  index: number,
  { lot, multiplier, tick }: Instrument,
  side: Side,
  depth: number,
): number {
  const touch = side === 'sell' ? markets.bid(index) : markets.ask(index);
  if (depth === 0) return touch;
  const lots = Math.ceil(depth / (Number(lot) * Number(multiplier)) - 1e-9);
  const book = markets.book(index);
  if (book.synced) return book.vwapToFill(side, lots) * Number(tick);
  // A venue that tells its best prices only has no more than those.
  const there = side === 'sell' ? markets.bidQuantity(index) : markets.askQuantity(index);
  return there * Number(multiplier) >= depth ? touch : Number.NaN;
}

/** One leg is held and the other is not, or not as much. */
function limps(
  { ledger, markets }: CrossVenueArbitrageNeeds,
  name: string,
  first: Instrument,
  second: Instrument,
): boolean {
  const units = (leg: Instrument): number =>
    ledger.agentPosition(name, markets.indexOf(leg.id)) * Number(leg.lot) * Number(leg.multiplier);
  const one = units(first);
  const other = units(second);
  return Math.abs(one + other) > ALIKE * Math.max(Math.abs(one), Math.abs(other));
}

function both(
  first: InstrumentId,
  second: InstrumentId,
  held: number,
  confidence: number,
): readonly Answer[] {
  return [
    { of: { instrument: first }, exposure: held === 0 ? 0 : -held, confidence },
    { of: { instrument: second }, exposure: held, confidence },
  ];
}
