import type { EpochStart, Message, StateHash } from './message.js';

const counts = (...values: readonly unknown[]): boolean =>
  values.every((value) => Number.isSafeInteger(value) && (value as number) >= 0);

const texts = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === 'string');

const reigns = (epochs: readonly EpochStart[]): boolean =>
  Array.isArray(epochs) &&
  epochs.every(
    (each, at) =>
      counts(each?.epoch, each?.firstSeq) && (at === 0 || each.epoch > (epochs[at - 1]?.epoch as number)),
  );

const hashed = (state: StateHash | undefined): boolean =>
  state === undefined || (counts(state?.seq) && texts(state.hash));

/** Whether a message holds numbers and texts where it should: anything else is dropped as if it had been lost. */
export function wellFormed(message: Message): boolean {
  if (!counts(message.epoch)) return false;
  switch (message.type) {
    case 'append':
      return (
        counts(message.session, message.from, message.to, message.end) &&
        message.from > 0 &&
        message.from <= message.to
      );
    case 'ack':
      return counts(message.session, message.upTo, message.credit) && hashed(message.state);
    case 'heartbeat':
      return counts(message.session, message.end) && hashed(message.state);
    case 'hello':
      return (
        counts(message.attempt, message.last) &&
        texts(message.node, message.incarnation, message.holder, message.coreHash) &&
        message.holder !== '' &&
        reigns(message.epochs)
      );
    case 'welcome':
      return (
        counts(message.session, message.attempt, message.truncateTo, message.snapshotSeq) &&
        texts(message.to, message.node) &&
        reigns(message.epochs)
      );
    case 'reject':
      return counts(message.session) && texts(message.to, message.code, message.message);
    case 'handOver':
      return counts(message.session, message.seq);
    case 'snapshot':
      return counts(message.session, message.seq, message.chunk, message.chunks);
    default:
      return false;
  }
}
