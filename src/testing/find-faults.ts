import { differences } from './differences.js';
import { writeDuration } from './duration.js';
import { type Notice, signOf } from './notice.js';
import { sameNotice } from './same-notice.js';
import { showValue } from './show-value.js';

/** One thing that is wrong on a row: the instants to point at, and a sentence about it. */
export interface Fault {
  readonly at: readonly number[];
  readonly sentence: string;
}

/**
 * Tells what is wrong with what was received, in the order of time; nothing where the row is as expected.
 *
 * Notices that agree at their instant are set aside. Of the rest, one that came at another time is late or early, two
 * that met at one instant differ, and the others are missing or unexpected.
 */
export function findFaults(expected: readonly Notice[], received: readonly Notice[]): readonly Fault[] {
  const missing: Notice[] = [];
  const extra = [...received];
  for (const notice of expected) {
    const met = extra.findIndex((other) => other.at === notice.at && sameNotice(notice, other));
    if (met < 0) missing.push(notice);
    else extra.splice(met, 1);
  }
  const faults = [...disorder(expected, received, [...missing, ...extra])];
  const take = (index: number): Notice | undefined => (index < 0 ? undefined : extra.splice(index, 1)[0]);
  const unmoved = missing.filter((notice) => {
    const moved = take(nearest(notice, extra));
    if (moved !== undefined) faults.push(shifted(notice, moved));
    return moved === undefined;
  });
  for (const notice of unmoved) {
    const instead = take(extra.findIndex((other) => other.at === notice.at));
    if (instead === undefined) faults.push(at(notice, `missing ${describe(notice)}`));
    else faults.push(...changed(notice, instead));
  }
  faults.push(...extra.map((notice) => at(notice, `unexpected ${describe(notice)}`)));
  return faults.sort((one, other) => Math.min(...one.at) - Math.min(...other.at));
}

/** An instant whose notices all came, but not in the order expected. */
function disorder(
  expected: readonly Notice[],
  received: readonly Notice[],
  unmatched: readonly Notice[],
): readonly Fault[] {
  const instants = new Set(
    expected.map((notice) => notice.at).filter((time) => unmatched.every((u) => u.at !== time)),
  );
  return [...instants].flatMap((time) => {
    const wanted = expected.filter((notice) => notice.at === time);
    const came = received.filter((notice) => notice.at === time);
    if (wanted.every((notice, index) => came[index] !== undefined && sameNotice(notice, came[index])))
      return [];
    const order = (notices: readonly Notice[]): string => notices.map(signOf).join('');
    return [
      {
        at: [time],
        sentence: `${writeDuration(time)}: expected in the order ${order(wanted)}, received ${order(came)}`,
      },
    ];
  });
}

function nearest(notice: Notice, among: readonly Notice[]): number {
  const equal = among.filter((other) => sameNotice(notice, other));
  const [first] = equal.sort((one, other) => Math.abs(one.at - notice.at) - Math.abs(other.at - notice.at));
  return first === undefined ? -1 : among.indexOf(first);
}

function shifted(expected: Notice, received: Notice): Fault {
  const by = writeDuration(Math.abs(received.at - expected.at));
  const how = received.at > expected.at ? 'late' : 'early';
  return {
    at: [expected.at, received.at],
    sentence: `${nounOf(expected)} came at ${writeDuration(received.at)}, ${how} by ${by}`,
  };
}

function changed(expected: Notice, received: Notice): readonly Fault[] {
  if (expected.kind === 'next' && received.kind === 'next') {
    return differences(expected.value, received.value).map(({ path, sentence }) =>
      at(expected, path === '' ? sentence : `${path}: ${sentence}`),
    );
  }
  return [at(expected, `expected ${describe(expected)}, received ${describe(received)}`)];
}

function at(notice: Notice, sentence: string): Fault {
  return { at: [notice.at], sentence: `${writeDuration(notice.at)}: ${sentence}` };
}

function nounOf(notice: Notice): string {
  if (notice.kind === 'next') return notice.letter;
  return {
    error: 'the error',
    complete: 'the completion',
    subscribe: 'the subscription',
    unsubscribe: 'the unsubscription',
  }[notice.kind];
}

function describe(notice: Notice): string {
  if (notice.kind === 'next') return `${notice.letter} = ${showValue(notice.value)}`;
  return notice.kind === 'error' ? `the error ${showValue(notice.error)}` : nounOf(notice);
}
