import { Decoder, Encoder } from '@msgpack/msgpack';
import type { Answer } from '../domain/decision.js';
import { InputError, show } from '../domain/errors.js';
import type { Plain } from '../domain/plain.js';
import { checkAnswers } from './check-answer.js';

/**
 * Version of the format between a desk and its remote agents (docs/agent-format.md).
 *
 * @example
 * hello.version === AGENT_FORMAT_VERSION;
 */
export const AGENT_FORMAT_VERSION = 1;

/** What an agent says. */
export type AgentMessage =
  | { readonly type: 'hello'; readonly agent: string; readonly replica: number }
  | { readonly type: 'answer'; readonly seq: number; readonly answers: readonly Answer[] }
  | { readonly type: 'failed'; readonly seq: number; readonly reason: string }
  | { readonly type: 'beat' }
  | { readonly type: 'bye' };

/** What a desk says. */
export type DeskMessage =
  | { readonly type: 'welcome'; readonly agent: string; readonly replica: number; readonly heartbeat: number }
  | { readonly type: 'refused'; readonly code: string; readonly reason: string }
  | {
      readonly type: 'snapshot';
      readonly seq: number;
      readonly ts: number;
      /** Milliseconds in which an answer counts. */
      readonly deadline: number;
      readonly data: Plain;
    }
  | { readonly type: 'beat' }
  | { readonly type: 'bye' };

/** Another version than ours, which it names. */
export class VersionError extends InputError {
  override readonly name = 'VersionError';
}

const MOST = 65_536;
const encoder = new Encoder({ ignoreUndefined: true });
const decoder = new Decoder({
  maxStrLength: MOST,
  maxBinLength: MOST,
  maxArrayLength: 1_024,
  maxMapLength: 64,
  maxExtLength: 0,
});

export function encodeDeskMessage(message: DeskMessage): Uint8Array {
  return encoder.encode({ version: AGENT_FORMAT_VERSION, ...message });
}

const FIELDS: Readonly<Record<AgentMessage['type'], readonly string[]>> = {
  hello: ['agent', 'replica'],
  answer: ['seq', 'answers'],
  failed: ['seq', 'reason'],
  beat: [],
  bye: [],
};

/** Reads what an agent sent. @throws VersionError, or InputError that names the field, the value and what would be right */
export function decodeAgentMessage(frames: readonly Uint8Array[]): AgentMessage {
  const [payload] = frames;
  if (frames.length !== 1 || payload === undefined)
    throw new InputError(`a message must have 1 frame, not ${frames.length}`);
  const map = read(payload);
  if (map['version'] !== AGENT_FORMAT_VERSION)
    throw new VersionError(`version must be ${AGENT_FORMAT_VERSION}, not ${show(map['version'])}`);
  const { type } = map;
  if (typeof type !== 'string' || !Object.hasOwn(FIELDS, type))
    throw wrong('type', `one of ${Object.keys(FIELDS).join(', ')}`, type);
  const known = FIELDS[type as AgentMessage['type']];
  for (const key of Object.keys(map))
    if (key !== 'version' && key !== 'type' && !known.includes(key))
      throw wrong(key, `absent from a message of type ${type}`, map[key]);
  switch (type as AgentMessage['type']) {
    case 'hello':
      return {
        type: 'hello',
        agent: text('agent', map['agent'], 200),
        replica: count('replica', map['replica'] ?? 0),
      };
    case 'answer':
      return { type: 'answer', seq: count('seq', map['seq']), answers: answersOf(map['answers']) };
    case 'failed':
      return { type: 'failed', seq: count('seq', map['seq']), reason: text('reason', map['reason'], 1_000) };
    case 'beat':
      return { type: 'beat' };
    default:
      return { type: 'bye' };
  }
}

function read(payload: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = decoder.decode(payload);
  } catch (error) {
    throw new InputError(`a message must be one msgpack map: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw new InputError('a message must be one msgpack map');
  return value as Readonly<Record<string, unknown>>;
}

function answersOf(value: unknown): readonly Answer[] {
  if (!Array.isArray(value)) throw wrong('answers', 'an array', value);
  return checkAnswers(
    value.map((one: unknown) => {
      if (typeof one !== 'object' || one === null) return one;
      const { asset, instrument, exposure, confidence } = one as Readonly<Record<string, unknown>>;
      const of = {
        ...(asset === undefined ? {} : { asset }),
        ...(instrument === undefined ? {} : { instrument }),
      };
      return { of, exposure, confidence };
    }),
  );
}

function text(field: string, value: unknown, longest: number): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > longest)
    throw wrong(field, `a text of 1 to ${longest} characters`, value);
  return value;
}

function count(field: string, value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (!Number.isSafeInteger(number) || (number as number) < 0)
    throw wrong(field, 'a whole number of at least 0', value);
  return number as number;
}

const wrong = (field: string, expected: string, value: unknown): InputError =>
  new InputError(`${field} must be ${expected}, not ${show(value)}`);
