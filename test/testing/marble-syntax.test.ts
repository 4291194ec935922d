import type { Observable } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { expectPipeline, MarbleSyntaxError } from '../../src/testing/index.js';
import { drawing, messageOf } from './message-of.js';

const same = (source: Observable<number>): Observable<number> => source;
const values = { a: 1, b: 2, c: 3, d: 4 };
const read = (diagram: string, step: '1ms' | '1s' = '1ms'): string =>
  messageOf(() => expectPipeline(same, { step }).given(diagram, values));

describe('a diagram that cannot be read says why, with a caret', () => {
  test('a letter without a value', () => {
    expect(read('a-x')).toBe(
      drawing(`
        no value is given for "x"

          a-x
            ^
      `),
    );
  });

  test('time that runs backwards', () => {
    expect(read('a-b @1s c', '1s')).toBe(
      drawing(`
        time runs backwards: this is 1s, and the diagram is already at 3s

          a-b @1s c
              ^
      `),
    );
  });

  test('groups that nest', () => {
    expect(read('a(b(c))')).toBe(
      drawing(`
        groups do not nest

          a(b(c))
             ^
      `),
    );
  });

  test('groups that do not open', () => {
    expect(read('ab)')).toBe(
      drawing(`
        this group was never opened

          ab)
            ^
      `),
    );
  });

  test('groups that do not close', () => {
    expect(read('a(bc')).toBe(
      drawing(`
        this group is never closed

          a(bc
           ^
      `),
    );
  });

  test.each([
    ['a-()', 'a group holds at least one value', 3],
    ['(a-b)', 'no time passes inside a group', 2],
    ['(a 3s b)', 'no time passes inside a group', 3],
    ['a|b', 'the stream has already ended', 2],
    ['(a#b)', 'the stream has already ended', 3],
    ['^a', '"^" belongs in a diagram of subscriptions', 0],
    ['a@1h', '"@" starts an absolute time such as @1h, between spaces', 1],
    ['a @1d b', '"@" starts an absolute time such as @1h, between spaces', 2],
    ['a 0.5ms b', 'times are whole milliseconds', 2],
    ['a\nb', 'only spaces may align a diagram', 1],
  ])('%j', (diagram, reason, column) => {
    const run = (): unknown => expectPipeline(same).given(diagram, values);
    expect(run).toThrow(MarbleSyntaxError);
    expect(run).toThrow(expect.objectContaining({ column, message: expect.stringContaining(reason) }));
  });

  test.each([
    ['^-a', 'a diagram of subscriptions has no "a"', 2],
    ['!', 'one "^" comes first, and at most one "!" after it', 0],
    ['^-^', 'one "^" comes first, and at most one "!" after it', 2],
    ['^-!!', 'one "^" comes first, and at most one "!" after it', 3],
  ])('a subscription of %j', (diagram, reason, column) => {
    const run = (): unknown => expectPipeline(same).given('-', {}).subscribes(diagram);
    expect(run).toThrow(expect.objectContaining({ column, message: expect.stringContaining(reason) }));
  });

  test('a step, a date and an error that mean nothing', () => {
    expect(() => expectPipeline(same, { step: '0ms' })).toThrow(
      'step is no duration in whole milliseconds: "0ms"',
    );
    expect(() => expectPipeline(same, { step: 0.5 })).toThrow('step is no duration in whole milliseconds');
    expect(() => expectPipeline(same, { startAt: 'noon' })).toThrow('startAt is no date: "noon"');
    expect(() => expectPipeline(same).given('a', values, new Error('x'))).toThrow('no row has a "#"');
  });
});

describe('time', () => {
  const at = (diagram: string, expected: Readonly<Record<string, number>>): void => {
    const seen: Record<string, number> = {};
    expectPipeline(
      (source: Observable<string>, { scheduler }) => {
        source.subscribe((letter) => {
          seen[letter] = scheduler.now();
        });
        return source;
      },
      { step: '100ms' },
    )
      .given(diagram, { a: 'a', b: 'b', c: 'c', d: 'd', '1': '1', s: 's' })
      .emits(diagram, { a: 'a', b: 'b', c: 'c', d: 'd', '1': '1', s: 's' });
    expect(seen).toEqual(expected);
  };

  test('a column is a step', () => at('a-b--c', { a: 0, b: 200, c: 500 }));
  test('a step may be a number of milliseconds', () =>
    expectPipeline((source: Observable<string>) => source, { step: 250 })
      .given('a-b 1s c', { a: 'a', b: 'b', c: 'c' })
      .emits('a 250ms b 1s c', { a: 'a', b: 'b', c: 'c' }));
  test('spaces align and take no time', () => at(' a  -b', { a: 0, b: 200 }));
  test('a duration lets time pass after the columns before it', () =>
    at('a 3s b 10ms c', { a: 0, b: 3_100, c: 3_210 }));
  test('a duration may have a fraction', () => at('1.5s a', { a: 1_500 }));
  test('an @ time is counted from the start', () =>
    at('a @1h b @1.5h c', { a: 0, b: 3_600_000, c: 5_400_000 }));
  test('an @ time may be the present one', () => at('a- @200ms b', { a: 0, b: 200 }));
  test('a group is one instant and takes its columns', () => at('a(bc)d', { a: 0, b: 100, c: 100, d: 500 }));
  test('a digit or a unit that stands by itself is a letter', () => at('1-s 1 -s', { '1': 300, s: 500 }));
});
