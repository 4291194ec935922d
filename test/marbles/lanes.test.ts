import { concat, EMPTY, NEVER, Observable, of, throwError, timer } from 'rxjs';
import { ignoreElements } from 'rxjs/operators';
import { describe, expect, test } from 'vitest';
import type { Decide } from '../../src/agents/decide.js';
import { Lane, type LaneWord } from '../../src/agents/lane.js';
import { type LaneOptions, laneSettings } from '../../src/agents/lane-options.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { expectPipeline, type PipelineContext } from '../../src/testing/index.js';

/** A snapshot that says how it is answered: after so long, with what. */
interface Question {
  readonly seq: number;
  readonly after?: number;
  readonly says?: unknown;
}

const good = { of: { asset: 'BTC' }, exposure: 0.5, confidence: 1 };
const spell = (word: LaneWord): string => ('shown' in word ? `${word.kind} ${word.shown.seq}` : word.kind);

const BARE = Object.create(null) as unknown;
/** What an agent may do beside answering; by name, since a snapshot is plain data. */
const ODD: Record<string, () => unknown> = {
  'an agent throws what cannot be shown': () => {
    throw BARE;
  },
  'an agent fails with what cannot be shown': () => throwError(() => BARE),
  'an agent fails without a message': () =>
    throwError(() => Object.assign(new Error(), { message: undefined })),
  'an agent says what cannot be read': () =>
    of({
      get of() {
        throw BARE;
      },
    }),
  'an agent gives a list with holes': () => of(new Array(2)),
  'an agent gives a list that is too long': () => of(new Array(4e9)),
  'an agent gives nothing to listen to': () => undefined,
};

/** From snapshots to words: `answered 1`. The agent answers as the snapshot tells. */
const lane =
  (options: LaneOptions) =>
  (source: Observable<Question | 'gone' | 'back'>, { scheduler }: PipelineContext): Observable<string> =>
    new Observable((subscriber) => {
      const decide: Decide = ({ snapshot }) => {
        const { after = 0, says = good } = snapshot as unknown as Question;
        const wait = timer(after, scheduler).pipe(ignoreElements());
        if (says === 'silence') return NEVER;
        if (says === 'nothing') return EMPTY;
        if (says === 'throws') throw new Error('oops');
        const odd = typeof says === 'string' ? ODD[says] : undefined;
        if (odd !== undefined) return odd() as never;
        if (says === 'error')
          return concat(
            wait,
            throwError(() => new Error('oops')),
          );
        return concat(wait, of(...(says as never[][])));
      };
      const inLane = new Lane(laneSettings('lane', options), {
        clock: liveClock(scheduler),
        rank: 2,
        decide,
        word: (word) => subscriber.next(spell(word)),
      });
      const subscription = source.subscribe((question) => {
        if (question === 'gone') inLane.suspend('its process was killed');
        else if (question === 'back') inLane.resume();
        if (typeof question === 'string') return;
        const snapshot = { ...question } as never;
        inLane.offer({ agent: 'a', replica: 0, seq: question.seq, ts: 0, snapshot });
      });
      return () => {
        subscription.unsubscribe();
        inLane.close();
      };
    });
const answers = (...exposures: unknown[]) =>
  exposures.map((exposure) => ({ of: { asset: 'BTC' }, exposure, confidence: 1 }));
const ask = (seq: number, after = 0, says: unknown = answers(0.5)): Question => ({ seq, after, says });

describe('a lane', () => {
  test('keeps the newest snapshot while its agent thinks', () => {
    expectPipeline(lane({}))
      .given('123-------', { 1: ask(1, 4), 2: ask(2), 3: ask(3) })
      .emits('--d-(ab)--', { d: 'dropped 2', a: 'answered 1', b: 'answered 3' });
  });

  test('keeps a queue where it is told to, and loses the oldest of a full one', () => {
    expectPipeline(lane({ waiting: { queue: 2 } }))
      .given('1234------', { 1: ask(1, 5), 2: ask(2), 3: ask(3), 4: ask(4) })
      .emits('---d-(abc)', { d: 'dropped 2', a: 'answered 1', b: 'answered 3', c: 'answered 4' });
  });

  test('asks as many at a time as it may, and takes the answers as they come', () => {
    expectPipeline(lane({ concurrency: 2 }))
      .given('123-------', { 1: ask(1, 6), 2: ask(2, 2), 3: ask(3, 1) })
      .emits('---ab-c---', { a: 'answered 2', b: 'answered 3', c: 'answered 1' });
  });

  test('abstains at the deadline, and does not hear what comes later', () => {
    expectPipeline(lane({ deadline: 3 }))
      .given('1-----2---', { 1: ask(1, 5), 2: ask(2, 1) })
      .emits('---f---a--', { f: 'failed 1', a: 'answered 2' });
  });

  test('a silent agent costs its deadline, no more', () => {
    expectPipeline(lane({ deadline: 3 }))
      .given('12--------', { 1: ask(1, 0, 'silence'), 2: ask(2, 1) })
      .emits('---fa-----', { f: 'failed 1', a: 'answered 2' });
  });

  test('completion without an answer is an abstention, and no failure', () => {
    expectPipeline(lane({ failures: 1 }))
      .given('1-2-', { 1: ask(1, 0, 'nothing'), 2: ask(2) })
      .emits('a-b-', { a: 'abstained 1', b: 'answered 2' });
  });

  test('an answer counts as it comes, before its stream completes', () => {
    const slowly = [answers(0.1), answers(0.2)];
    expectPipeline(lane({}))
      .given('1---', { 1: { seq: 1, says: slowly } })
      .emits('(ab)', { a: 'answered 1', b: 'answered 1' });
  });

  test.each(Object.keys(ODD))('%s, and it costs nobody else a thing', (odd) => {
    expectPipeline(lane({}))
      .given('1-2-', { 1: ask(1, 0, odd), 2: ask(2) })
      .emits('f-a-', { f: 'failed 1', a: 'answered 2' });
  });

  test('an agent that fails when it is let go has answered all the same', () => {
    ODD['clumsy'] = () =>
      new Observable((subscriber) => {
        subscriber.next(good);
        return () => {
          throw new Error('oops');
        };
      });
    expectPipeline(lane({ deadline: 2, failures: 1, pause: 1 }))
      .given('1-----2---', { 1: ask(1, 0, 'clumsy'), 2: ask(2) })
      .emits('a-(fq)(br)', {
        a: 'answered 1',
        f: 'failed 1',
        q: 'quarantined',
        b: 'answered 2',
        r: 'returned',
      });
  });

  test('an agent that never stops is stopped', () => {
    let said = 0;
    ODD['endless'] = () =>
      (function* () {
        for (; said < 1e6; said++) yield good;
      })();
    expectPipeline(lane({ maximumAnswers: 2 }))
      .given('1-----2-', { 1: ask(1, 0, 'endless'), 2: ask(2) })
      .emits('(abf)-c-', { a: 'answered 1', b: 'answered 1', f: 'failed 1', c: 'answered 2' });
    expect(said).toBeLessThan(10);
  });

  test('errors and throws are contained, and the next snapshot is asked', () => {
    expectPipeline(lane({}))
      .given('1-2-3-', { 1: ask(1, 1, 'error'), 2: ask(2, 0, 'throws'), 3: ask(3) })
      .emits('-f2-a-', { f: 'failed 1', 2: 'failed 2', a: 'answered 3' });
  });

  test.each([
    ['NaN', answers(Number.NaN)],
    ['beyond the budget', answers(7)],
    ['no number', answers('1')],
    ['no object', [null]],
    ['no subject', [{ exposure: 1, confidence: 1 }]],
    ['two subjects', [{ of: { asset: 'BTC', instrument: 'x' }, exposure: 1, confidence: 1 }]],
  ])('nonsense is a failure: %s', (_what, says) => {
    expectPipeline(lane({}))
      .given('1-2-', { 1: { seq: 1, says: [says] }, 2: ask(2) })
      .emits('f-a-', { f: 'failed 1', a: 'answered 2' });
  });

  test('a flood of answers to one snapshot is cut off', () => {
    const flood = Array.from({ length: 5 }, () => answers(0.1));
    expectPipeline(lane({ maximumAnswers: 3 }))
      .given('1-----2-', { 1: { seq: 1, says: flood }, 2: ask(2) })
      .emits('(aaaf)b-', { a: 'answered 1', f: 'failed 1', b: 'answered 2' });
  });

  test('asks no more often than it may', () => {
    expectPipeline(lane({ rate: { calls: 2, per: 10 } }))
      .given('123-4-----', { 1: ask(1), 2: ask(2), 3: ask(3), 4: ask(4) })
      .emits('ab--dc----', { a: 'answered 1', b: 'answered 2', d: 'dropped 3', c: 'answered 4' });
  });

  test('failures in a row open the circuit; it returns with the first good answer', () => {
    expectPipeline(lane({ failures: 2, pause: 4 }))
      .given('1-2-3-----4-', { 1: ask(1, 0, 'throws'), 2: ask(2, 0, 'throws'), 3: ask(3), 4: ask(4) })
      .emits('a-(bq)(cr)d-', {
        a: 'failed 1',
        b: 'failed 2',
        q: 'quarantined',
        c: 'answered 3',
        r: 'returned',
        d: 'answered 4',
      });
  });

  test('each failed return doubles the pause, to the longest', () => {
    const ill = (seq: number) => ask(seq, 0, 'throws');
    // 4, then 8, then 8 again: 2 waits until 4, 3 comes at 13, a millisecond after it may.
    expectPipeline(lane({ failures: 1, pause: 4, longestPause: 8 }))
      .given('12-----------3--------4-------', { 1: ill(1), 2: ill(2), 3: ill(3), 4: ask(4) })
      .emits('(aq)(bq)-----(cq)-----(dr)----', {
        a: 'failed 1',
        q: 'quarantined',
        b: 'failed 2',
        c: 'failed 3',
        d: 'answered 4',
        r: 'returned',
      });
  });

  test('who is gone fails what it was asked and is asked nothing; back, it is shown the newest', () => {
    expectPipeline(lane({}))
      .given('1-g2-3--b-', { 1: ask(1, 9), 2: ask(2), 3: ask(3), g: 'gone', b: 'back' } as const)
      .emits('--f--d--a-', { f: 'failed 1', d: 'dropped 2', a: 'answered 3' });
  });

  test('one alone finds out whether it is back', () => {
    expectPipeline(lane({ failures: 1, pause: 2, concurrency: 3, waiting: { queue: 4 } }))
      .given('1234-------', { 1: ask(1, 0, 'throws'), 2: ask(2, 3), 3: ask(3), 4: ask(4) })
      .emits('(aq)-(brcd)', {
        a: 'failed 1',
        q: 'quarantined',
        b: 'answered 2',
        r: 'returned',
        c: 'answered 3',
        d: 'answered 4',
      });
  });
});

describe('the options of a lane', () => {
  test.each([
    ['deadline', { deadline: 0 }],
    ['deadline', { deadline: Number.NaN }],
    ['concurrency', { concurrency: 0 }],
    ['waiting', { waiting: 'oldest' }],
    ['waiting.queue', { waiting: { queue: -1 } }],
    ['rate.calls', { rate: { calls: 0, per: 1 } }],
    ['longestPause', { pause: '1m', longestPause: '1s' }],
    ['unknown setting "deadlin"', { deadlin: 1 }],
  ])('are refused by name: %s', (name, options) => {
    expect(() => laneSettings('lane', options as LaneOptions)).toThrow(name);
  });
});
