import { ConfigurationError, show } from '../domain/errors.js';
import { ServiceError } from '../services/within.js';

/** The longest payload that every engine takes as it is installed, with room for headers. */
export const LARGEST_PAYLOAD = 1_000_000;

/** Refuses what is no entry. @throws ConfigurationError naming the field */
export function checkEntry(log: string, id: unknown, payload: unknown): void {
  if (typeof id !== 'string' || id.length === 0 || id.length > 200 || /\p{Surrogate}/u.test(id))
    throw new ConfigurationError(`${log}: the id of a signal must have 1 to 200 characters, not ${show(id)}`);
  if (!(payload instanceof Uint8Array) || payload.length > LARGEST_PAYLOAD)
    throw new ConfigurationError(
      `${log}: the payload of "${id}" must be at most ${LARGEST_PAYLOAD} bytes, not ${payload instanceof Uint8Array ? payload.length : show(payload)}`,
    );
}

/** Refuses what is no place in a log. */
export function checkPosition(log: string, position: unknown): void {
  if (typeof position !== 'number' || !Number.isSafeInteger(position) || position < 0)
    throw new ConfigurationError(
      `${log}: a position must be an integer of at least 0, not ${show(position)}`,
    );
}

/** The error of a log that was closed. */
export const closedError = (log: string): Error => new ServiceError(`${log} is closed`);
