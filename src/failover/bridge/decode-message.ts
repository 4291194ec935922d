import { crc32 } from 'node:zlib';
import { InputError, show } from '../../domain/errors.js';
import type {
  Ack,
  Append,
  EpochStart,
  HandOver,
  Heartbeat,
  Hello,
  Message,
  Reject,
  RejectCode,
  SnapshotChunk,
  StateHash,
  Welcome,
} from '../protocol/message.js';
import { HeaderReader } from './header-reader.js';
import { LONGEST_HEADER, LONGEST_PAYLOAD, LONGEST_TEXT, MOST_EPOCHS } from './limits.js';

/** Reads what stands behind the type; `payload` is the second frame of those that have one. */
type Read = (header: HeaderReader, fields: number, payload: Uint8Array) => Message;

const CODES: readonly RejectCode[] = [
  'version',
  'schema',
  'configuration',
  'node',
  'not-leading',
  'malformed',
  'session',
  'diverged',
];

type ReadField = (header: HeaderReader, field: string) => unknown;

/** Frames that each type has, and how its header is read. */
const TYPES: ReadonlyMap<string, readonly [frames: 1 | 2, read: Read]> = new Map<
  string,
  readonly [1 | 2, Read]
>([
  ['hello', [1, readHello]],
  ['reject', [1, readReject]],
  ['welcome', [1, readWelcome]],
  ['snapshot', [2, readSnapshot]],
  ['append', [2, readAppend]],
  ['ack', [1, readAck]],
  ['heartbeat', [1, readHeartbeat]],
  ['handOver', [1, readHandOver]],
]);

const NONE = new Uint8Array(0);

/**
 * The message that frames off the wire hold, every field checked.
 *
 * The payload is not copied: `block` and `bytes` are views of the frame.
 *
 * @throws InputError for whatever {@link encodeMessage} does not write; it names the field
 */
export function decodeMessage(frames: readonly Uint8Array[], longest: number = LONGEST_PAYLOAD): Message {
  const [first, payload = NONE] = frames;
  if (first === undefined) throw new InputError('a message must be one or two frames, not none');
  if (frames.length > 2) throw new InputError(`a message must be one or two frames, not ${frames.length}`);
  if (first.length > LONGEST_HEADER)
    throw new InputError(`a header must be at most ${LONGEST_HEADER} bytes long, not ${first.length}`);
  if (payload.length > longest)
    throw new InputError(`a payload must be at most ${longest} bytes long, not ${payload.length}`);
  const header = new HeaderReader(first);
  const fields = header.array('message', 16);
  const type = header.text('message.type');
  const known = TYPES.get(type);
  if (known === undefined)
    throw new InputError(`message.type must be one of ${[...TYPES.keys()].join(', ')}, not ${show(type)}`);
  const [count, read] = known;
  if (frames.length !== count)
    throw new InputError(`${type} must have ${count} frame${count === 1 ? '' : 's'}, not ${frames.length}`);
  const message = read(header, fields, payload);
  header.end(type);
  return message;
}

function expectFields(type: string, fields: number, right: number): void {
  if (fields !== right) throw new InputError(`${type} must have ${right} fields, not ${fields}`);
}

function readHello(header: HeaderReader, fields: number): Hello {
  expectFields('hello', fields, 2);
  return { type: 'hello', ...readMap(header, 'hello', HELLO) } as unknown as Hello;
}

/** A map with each of these fields once, and maybe others, of another version, which are passed over. */
function readMap(
  header: HeaderReader,
  type: string,
  known: ReadonlyMap<string, ReadField>,
): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (let left = header.map(type, 64); left > 0; left -= 1) {
    const name = header.text(`${type}, name of a field`);
    if (Object.hasOwn(found, name)) throw new InputError(`${type}.${name} must be there once, not twice`);
    const read = known.get(name);
    if (read === undefined) header.skip(`${type}, a field of another version`);
    else found[name] = read(header, `${type}.${name}`);
  }
  for (const name of known.keys())
    if (!Object.hasOwn(found, name)) throw new InputError(`${type}.${name} must be there`);
  return found;
}

const text = (header: HeaderReader, field: string): string => header.text(field);
const integer = (header: HeaderReader, field: string): number => header.integer(field);

const HELLO: ReadonlyMap<string, ReadField> = new Map<string, ReadField>([
  ['version', integer],
  ['schemaHash', text],
  ['configurationHash', text],
  ['coreHash', text],
  ['node', text],
  ['incarnation', text],
  ['holder', text],
  ['attempt', integer],
  ['epoch', integer],
  ['last', integer],
  ['epochs', readEpochs],
]);

const REJECT: ReadonlyMap<string, ReadField> = new Map<string, ReadField>([
  ['epoch', integer],
  ['to', text],
  ['session', integer],
  ['code', text],
  ['message', (header, field) => header.text(field, LONGEST_TEXT, 0)],
]);

function readEpochs(header: HeaderReader, field: string): readonly EpochStart[] {
  const count = header.array(field, MOST_EPOCHS);
  const epochs: EpochStart[] = [];
  for (let index = 0; index < count; index += 1) {
    const here = `${field}[${index}]`;
    const before = epochs.at(-1);
    if (header.array(here, 2) !== 2) throw new InputError(`${here} must be an epoch and its first seq`);
    epochs.push({
      epoch: header.integer(`${here}.epoch`, before === undefined ? 0 : before.epoch + 1),
      firstSeq: header.integer(`${here}.firstSeq`, before?.firstSeq ?? 0),
    });
  }
  return epochs;
}

function readReject(header: HeaderReader, fields: number): Reject {
  expectFields('reject', fields, 2);
  const found = readMap(header, 'reject', REJECT);
  if (!CODES.includes(found['code'] as RejectCode))
    throw new InputError(`reject.code must be one of ${CODES.join(', ')}, not ${show(found['code'])}`);
  return { type: 'reject', ...found } as unknown as Reject;
}

function readWelcome(header: HeaderReader, fields: number): Welcome {
  expectFields('welcome', fields, 11);
  return {
    type: 'welcome',
    epoch: header.integer('welcome.epoch'),
    session: header.integer('welcome.session'),
    to: header.text('welcome.to'),
    attempt: header.integer('welcome.attempt'),
    node: header.text('welcome.node'),
    incarnation: header.text('welcome.incarnation'),
    truncateTo: header.integer('welcome.truncateTo'),
    snapshotSeq: header.integer('welcome.snapshotSeq'),
    epochs: readEpochs(header, 'welcome.epochs'),
    shadow: header.boolean('welcome.shadow'),
  };
}

function readSnapshot(header: HeaderReader, fields: number, bytes: Uint8Array): SnapshotChunk {
  expectFields('snapshot', fields, 7);
  const epoch = header.integer('snapshot.epoch');
  const session = header.integer('snapshot.session');
  const seq = header.integer('snapshot.seq', 1);
  const chunk = header.integer('snapshot.chunk');
  const chunks = header.integer('snapshot.chunks', chunk + 1);
  const crc = header.integer('snapshot.crc', 0, 0xffff_ffff);
  const right = crc32(bytes);
  if (crc !== right) throw new InputError(`snapshot.crc must be ${right}, as its bytes have it, not ${crc}`);
  return { type: 'snapshot', epoch, session, seq, chunk, chunks, crc, bytes };
}

function readAppend(header: HeaderReader, fields: number, block: Uint8Array): Append {
  expectFields('append', fields, 6);
  const epoch = header.integer('append.epoch');
  const session = header.integer('append.session');
  const from = header.integer('append.from', 1);
  const to = header.integer('append.to', from);
  const end = header.integer('append.end', to);
  if (block.length === 0) throw new InputError('append.block must be at least one byte long, not empty');
  return { type: 'append', epoch, session, from, to, end, block };
}

function readAck(header: HeaderReader, fields: number): Ack {
  expectFields('ack', fields, 8);
  const epoch = header.integer('ack.epoch');
  const session = header.integer('ack.session');
  const upTo = header.integer('ack.upTo');
  const credit = header.integer('ack.credit');
  const gap = header.boolean('ack.gap');
  const digest = header.absent('ack.digest') ? undefined : header.text('ack.digest');
  const state = readState(header, 'ack.state');
  return {
    type: 'ack',
    epoch,
    session,
    upTo,
    credit,
    gap,
    ...(digest === undefined ? {} : { digest }),
    ...(state === undefined ? {} : { state }),
  };
}

function readHeartbeat(header: HeaderReader, fields: number): Heartbeat {
  expectFields('heartbeat', fields, 6);
  const epoch = header.integer('heartbeat.epoch');
  const session = header.integer('heartbeat.session');
  const end = header.integer('heartbeat.end');
  const paired = header.boolean('heartbeat.paired');
  const state = readState(header, 'heartbeat.state');
  return { type: 'heartbeat', epoch, session, end, paired, ...(state === undefined ? {} : { state }) };
}

function readHandOver(header: HeaderReader, fields: number): HandOver {
  expectFields('handOver', fields, 4);
  return {
    type: 'handOver',
    epoch: header.integer('handOver.epoch'),
    session: header.integer('handOver.session'),
    seq: header.integer('handOver.seq'),
  };
}

function readState(header: HeaderReader, field: string): StateHash | undefined {
  if (header.absent(field)) return undefined;
  if (header.array(field, 2) !== 2) throw new InputError(`${field} must be a seq and a hash`);
  return { seq: header.integer(`${field}.seq`), hash: header.text(`${field}.hash`) };
}
