import type { Cancel } from '../../core/clock.js';
import type { DriverContext } from '../../core/driver.js';
import type { FaultEvent, OutsideEvent, StateReport } from '../../domain/event.js';
import type { LinkEvent } from '../../domain/market-event.js';
import type { DriverSettings } from './driver-options.js';
import type { Refused } from './outcome.js';
import type { RequestQueue } from './request-queue.js';
import type { SaidWords } from './said-words.js';
import type { OrderKey, VenueAdapter, VenueWord } from './venue-adapter.js';

/** What a state report tells beside its word. */
export type ToldState = Partial<Pick<StateReport, 'venueTime' | 'filled' | 'averagePrice' | 'answers'>>;

/** What the parts of one run of a venue's driver share. */
export interface SessionPort {
  readonly settings: DriverSettings;
  readonly context: DriverContext;
  readonly adapter: VenueAdapter;
  readonly requests: RequestQueue;
  readonly said: SaidWords;
  /** The run is over: nothing is said any more. */
  isOver(): boolean;
  isUp(channel: LinkEvent['channel']): boolean;
  /** Says a word of the venue, unless it was said before. */
  say(word: VenueWord): void;
  /** Says where an order stands. */
  state(key: OrderKey, type: StateReport['type'], reason: string, told?: ToldState): void;
  fault(code: string, message: string, severity?: FaultEvent['severity']): void;
  emit(event: OutsideEvent): void;
  /** Takes what a refusal says of more than its request. */
  learn(refusal: Refused): void;
  after(delay: number, action: () => void): Cancel;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
