import type { Command } from '../../domain/command.js';
import { requestOf } from './venue-order.js';
import type { VenueRequest } from './venue-request.js';

/** What of a command goes to this venue; `undefined` when it is for somebody else. */
export function requestFor(venue: string, command: Command): VenueRequest | undefined {
  if (command.kind === 'submit') {
    if (command.order.venue !== venue) return undefined;
    return { kind: 'submit', order: requestOf(command.order) };
  }
  if (command.kind === 'timer' || command.kind === 'consult' || command.venue !== venue) return undefined;
  if (command.kind === 'reconcile') return { kind: 'reconcile' };
  const { instrument, clientOrderId } = command;
  if (command.kind === 'cancel') {
    return { kind: 'cancel', instrument, clientOrderId: command.clientOrderId, reason: command.reason };
  }
  // A fresh book is what the recording brings by itself.
  if (command.what === 'book') return undefined;
  return {
    kind: 'ask',
    instrument,
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    ...(command.requestTime === undefined ? {} : { requestTime: command.requestTime }),
  };
}
