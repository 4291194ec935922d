import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { OutsideEvent, StateReport } from '../../domain/event.js';
import type { Awaited } from './timeouts.js';
import type { VenueRequest } from './venue-request.js';

/** What the driver says by itself, without the venue. */
export interface DeskVoice {
  /** Somebody went round risk: nothing is sent, and the desk is to halt, while orders that work are still heard of. */
  alarm(message: string): void;
  /** Nobody can say what became of a request. */
  timedOut(awaited: Awaited, timeout: number): void;
  linked(state: 'up' | 'down'): void;
  /** While the link is down nothing leaves, and that is certain. A look-up is answered by nothing: ask again. */
  notSent(request: VenueRequest): void;
}

export function deskVoice(venue: string, now: () => number, emit: (event: OutsideEvent) => void): DeskVoice {
  const say = (
    {
      instrument,
      clientOrderId,
    }: { readonly instrument: InstrumentId; readonly clientOrderId: ClientOrderId },
    type: StateReport['type'],
    reason: string,
  ) => emit({ kind: 'report', venue, instrument, clientOrderId, venueTime: now(), type, reason });
  const DOWN = 'not sent: the order channel is down';
  return {
    alarm: (message) =>
      emit({ kind: 'fault', component: `venue:${venue}`, code: 'unapproved', message, severity: 'halt' }),
    timedOut: (awaited, timeout) =>
      say(awaited, 'unknown', `no word about the ${awaited.request} in ${timeout} ms`),
    linked: (state) =>
      emit({
        kind: 'link',
        venueTime: now(),
        venue,
        channel: 'orders',
        state,
        reason: state === 'up' ? 'connected again' : 'the connection broke',
      }),
    notSent: (request) => {
      if (request.kind === 'submit') say(request.order, 'rejected', DOWN);
      else if (request.kind === 'cancel') say(request, 'cancelRejected', DOWN);
    },
  };
}
