import { Encoder } from '@msgpack/msgpack';
import { InputError } from '../../domain/errors.js';
import type { EpochStart, Hello, Message, Reject, StateHash } from '../protocol/message.js';
import { LONGEST_PAYLOAD, LONGEST_TEXT, MOST_EPOCHS } from './limits.js';

/** A header, and a payload where the type has one. */
export type Frames = readonly [Uint8Array] | readonly [Uint8Array, Uint8Array];

const encoder = new Encoder({ maxDepth: 8, initialBufferSize: 512 });

/**
 * A message as frames: a msgpack header and, for blocks and snapshots, the bytes themselves in a frame of their own,
 * not copied. `docs/bridge-format.md` says what stands where.
 *
 * HELLO and REJECT are maps, so that members of different versions can still tell each other so.
 *
 * @throws InputError when the other side would refuse it for its length
 */
export function encodeMessage(message: Message, longest: number = LONGEST_PAYLOAD): Frames {
  const frames = framesOf(message);
  const { length } = frames[1] ?? frames[0];
  if (frames.length === 2 && length > longest)
    throw new InputError(
      `the payload of ${message.type} must be at most ${longest} bytes long, not ${length}`,
    );
  return frames;
}

function framesOf(message: Message): Frames {
  const { type } = message;
  switch (type) {
    case 'hello':
      return [encoder.encode([type, hello(message)])];
    case 'reject':
      return [encoder.encode([type, reject(message)])];
    case 'welcome': {
      const { epoch, session, to, attempt, node, incarnation, truncateTo, snapshotSeq, epochs, shadow } =
        message;
      const reigns = epochsOf('welcome', epochs);
      return [
        encoder.encode([
          type,
          epoch,
          session,
          to,
          attempt,
          node,
          incarnation,
          truncateTo,
          snapshotSeq,
          reigns,
          shadow,
        ]),
      ];
    }
    case 'snapshot': {
      const { epoch, session, seq, chunk, chunks, crc, bytes } = message;
      return [encoder.encode([type, epoch, session, seq, chunk, chunks, crc]), bytes];
    }
    case 'append': {
      const { epoch, session, from, to, end, block } = message;
      return [encoder.encode([type, epoch, session, from, to, end]), block];
    }
    case 'ack': {
      const { epoch, session, upTo, credit, gap, digest, state } = message;
      return [encoder.encode([type, epoch, session, upTo, credit, gap, digest ?? null, pair(state)])];
    }
    case 'heartbeat': {
      const { epoch, session, end, paired, state } = message;
      return [encoder.encode([type, epoch, session, end, paired, pair(state)])];
    }
    case 'handOver': {
      const { epoch, session, seq } = message;
      return [encoder.encode([type, epoch, session, seq])];
    }
  }
}

const pair = (state: StateHash | undefined): readonly [number, string] | null =>
  state === undefined ? null : [state.seq, state.hash];

function hello({ type, epochs, ...rest }: Hello): Record<string, unknown> {
  return { ...rest, epochs: epochsOf(type, epochs) };
}

function epochsOf(type: string, epochs: readonly EpochStart[]): readonly (readonly [number, number])[] {
  if (epochs.length > MOST_EPOCHS)
    throw new InputError(
      `${type}.epochs must be an array of at most ${MOST_EPOCHS}, not one of ${epochs.length}`,
    );
  return epochs.map(({ epoch, firstSeq }) => [epoch, firstSeq]);
}

function reject({ type, message, ...rest }: Reject): Record<string, unknown> {
  // A character takes at most three bytes of UTF-8 for each of its UTF-16 units.
  const most = Math.floor(LONGEST_TEXT / 3);
  return { ...rest, message: message.length > most ? `${message.slice(0, most - 3)}...` : message };
}
