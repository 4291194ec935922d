import { ConfigurationError } from '../../../domain/errors.js';
import { FixStoreError } from './error.js';
import { promisedBehind, readRecord, type StoredRecord } from './record.js';

/** What a store's file says. */
export interface Loaded {
  outgoing: number;
  incoming: number;
  session: number;
  /** Application messages that may be sent again, by number. */
  readonly messages: Map<number, Buffer>;
  /** Where the file is whole up to; what is behind it is a torn tail. */
  end: number;
}

/**
 * Reads the file of a store.
 *
 * @param key the session that it must belong to
 * @throws FixStoreError when it is damaged where it was promised to be whole
 * @throws ConfigurationError when it belongs to another session
 */
export function load(name: string, bytes: Buffer, key: string): Loaded {
  const corrupt = (at: number, what: string): never => {
    throw new FixStoreError(
      `${name} is corrupt at byte ${at} of ${bytes.length}: ${what}. Its numbers are not certain, and nothing is sent ` +
        'by it. Agree on the numbers with the counterparty, then begin a store anew with them.',
    );
  };
  const first = readRecord(bytes, 0);
  if (typeof first !== 'object' || first.kind !== 'begin') return corrupt(0, 'it does not begin as a store');
  const { payload } = first;
  const owner = payload.subarray(20).toString('utf8');
  if (owner !== key)
    throw new ConfigurationError(
      `${name} belongs to the session ${owner}, not to ${key}: give each its own folder`,
    );
  const loaded: Loaded = {
    outgoing: payload.readUIntLE(0, 6),
    incoming: payload.readUIntLE(6, 6),
    session: payload.readDoubleLE(12),
    messages: new Map(),
    end: first.end,
  };
  let { synced } = first;
  while (loaded.end < bytes.length) {
    const at = loaded.end;
    const record = readRecord(bytes, at);
    if (typeof record === 'object') {
      apply(loaded, record);
      ({ synced } = record);
      loaded.end = record.end;
      continue;
    }
    if (promisedBehind(bytes, at)) corrupt(at, 'what is behind it says that this had been written whole');
    // A process that dies leaves the beginning of a record; only a machine that loses power leaves anything else.
    if (record === 'damaged' && !synced)
      corrupt(at, 'the record there is damaged, and not for want of an end');
    break;
  }
  return loaded;
}

function apply(loaded: Loaded, { kind, payload }: StoredRecord): void {
  switch (kind) {
    case 'sent': {
      const sequence = payload.readUIntLE(0, 6);
      loaded.outgoing = sequence + 1;
      if (payload.length > 6) loaded.messages.set(sequence, Buffer.from(payload.subarray(6)));
      break;
    }
    case 'received':
      loaded.incoming = payload.readUIntLE(0, 6);
      break;
    case 'reset':
      loaded.outgoing = 1;
      loaded.incoming = 1;
      loaded.session = payload.readDoubleLE(0);
      loaded.messages.clear();
      break;
    default:
      break;
  }
}
