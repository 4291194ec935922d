import { delay, map, type Observable } from 'rxjs';
import { describe, expectTypeOf, test } from 'vitest';
import { expectPipeline, type MarbleLetters, type MarbleValues, matching } from '../../src/testing/index.js';

interface Bar {
  readonly kind: 'bar';
  readonly close: number;
}
interface Order {
  readonly kind: 'order';
  readonly quantity: number;
  readonly route: { readonly venue: string; readonly note?: string };
}
declare const bar: Bar;
declare const order: Order;
declare const orders: (bars: Observable<Bar>) => Observable<Order>;
interface Sources {
  readonly ticks: Observable<Bar>;
  readonly reports: Observable<string>;
}
interface Results {
  readonly orders: Observable<Order>;
  readonly alerts: Observable<string>;
}
declare const desk: (sources: Sources) => Results;

describe('the letters of a diagram', () => {
  test('are those that are no sign and no time', () => {
    expectTypeOf<MarbleLetters<'a-b 10ms (cd|) @1h e'>>().toEqualTypeOf<'a' | 'b' | 'c' | 'd' | 'e'>();
    expectTypeOf<MarbleLetters<'-- 1.5s -#'>>().toEqualTypeOf<never>();
    expectTypeOf<MarbleLetters<''>>().toEqualTypeOf<never>();
  });

  test('are digits and units that are no duration', () => {
    expectTypeOf<MarbleLetters<'1-s 1 -2s 3ms'>>().toEqualTypeOf<'1' | 's' | '2'>();
    expectTypeOf<MarbleLetters<'1e3s'>>().toEqualTypeOf<'1' | 'e' | '3' | 's'>();
  });

  test('are any where the diagram is no literal', () => {
    expectTypeOf<MarbleLetters<string>>().toEqualTypeOf<string>();
    expectTypeOf<MarbleValues<string, number>>().toEqualTypeOf<Readonly<Record<string, number>>>();
  });
});

describe('given', () => {
  const pipeline = expectPipeline(orders, { step: '1s' });

  test('takes one value for each letter', () => {
    pipeline.given('a-b-|', { a: bar, b: bar });
    pipeline.given('---', {});
    pipeline.given('a-b' as string, { a: bar });
    const table = { a: bar, b: bar, c: bar };
    pipeline.given('a-b', table);
  });

  test('refuses what does not fit', () => {
    // @ts-expect-error b has no value
    pipeline.given('a-b', { a: bar });
    // @ts-expect-error the diagram has no c
    pipeline.given('a-b', { a: bar, b: bar, c: bar });
    // @ts-expect-error a diagram without letters has no values
    pipeline.given('---', { a: bar });
    // @ts-expect-error an order is no bar
    pipeline.given('a', { a: order });
    // @ts-expect-error one source has one diagram
    pipeline.given({ ticks: 'a' }, { ticks: { a: bar } });
    // @ts-expect-error a step is a duration
    expectPipeline(orders, { step: '1 second' });
  });
});

describe('emits and settles', () => {
  const given = expectPipeline(orders).given('a', { a: bar });

  test('take one value for each letter', () => {
    given.emits('x-|', { x: order });
    given.emits('#', {}, /pattern/);
    expectTypeOf(given.settles('x-|', { x: order })).toEqualTypeOf<Promise<void>>();
  });

  test('refuse what does not fit', () => {
    // @ts-expect-error y has no value
    given.emits('x-y', { x: order });
    // @ts-expect-error the diagram has no y
    given.emits('x', { x: order, y: order });
    // @ts-expect-error a bar is no order
    given.emits('x', { x: bar });
    // @ts-expect-error y has no value
    void given.settles('x-y', { x: order });
  });

  test('matching takes some fields, and no others', () => {
    given.emits('x', { x: matching({ quantity: 1, route: { venue: 'X' } }) });
    given.emits('x', { x: { kind: 'order', quantity: 1, route: matching({ venue: 'X' }) } });
    // @ts-expect-error an order has no price
    given.emits('x', { x: matching({ price: 1 }) });
    // @ts-expect-error a quantity is a number
    given.emits('x', { x: matching({ quantity: '1' }) });
  });
});

describe('rows', () => {
  test('each has its diagram and its values', () => {
    expectPipeline(desk)
      .given({ ticks: 'a-b', reports: '--f' }, { ticks: { a: bar, b: bar }, reports: { f: 'filled' } })
      .subscribes({ ticks: '^--!' })
      .emits({ orders: '--x', alerts: '---' }, { orders: { x: order }, alerts: {} });
    expectPipeline((sources: Sources) => sources.ticks)
      .given({ ticks: 'a', reports: '-' }, { ticks: { a: bar }, reports: {} })
      .emits('a', { a: bar });
  });

  test('refuse what does not fit', () => {
    const pipeline = expectPipeline(desk);
    // @ts-expect-error a row is missing
    pipeline.given({ ticks: 'a' }, { ticks: { a: bar } });
    // @ts-expect-error a row of values is missing
    pipeline.given({ ticks: 'a', reports: 'f' }, { ticks: { a: bar } });
    // @ts-expect-error b has no value
    pipeline.given({ ticks: 'a-b', reports: '-' }, { ticks: { a: bar }, reports: {} });
    // @ts-expect-error the row of reports has no f
    pipeline.given({ ticks: 'a', reports: '-' }, { ticks: { a: bar }, reports: { f: 'filled' } });
    // @ts-expect-error the row of reports holds texts
    pipeline.given({ ticks: 'a', reports: 'f' }, { ticks: { a: bar }, reports: { f: bar } });
    const given = pipeline.given({ ticks: '-', reports: '-' }, { ticks: {}, reports: {} });
    // @ts-expect-error there is no such source
    given.subscribes({ quotes: '^' });
    // @ts-expect-error a row is missing
    given.emits({ orders: 'x' }, { orders: { x: order } });
    // @ts-expect-error the row of orders holds orders
    given.emits({ orders: 'x', alerts: '-' }, { orders: { x: 'order' }, alerts: {} });
  });
});

describe('pipelines', () => {
  test('operators are pipelines', () => {
    expectPipeline(delay<number>(2)).given('a', { a: 1 }).emits('--a', { a: 1 });
    expectPipeline(map((close: number): Bar => ({ kind: 'bar', close })))
      .given('a', { a: 1 })
      .emits('x', { x: bar });
  });

  test('may take the clock of the run', () => {
    expectPipeline((bars: Observable<Bar>, { scheduler }) => bars.pipe(delay(2, scheduler)))
      .given('a', { a: bar })
      .emits('--a', { a: bar });
  });
});

test('a diagram of more than 900 characters', () => {
  type Ten = 'a--b--(cd)';
  type Hundred = `${Ten}${Ten}${Ten}${Ten}${Ten}${Ten}${Ten}${Ten}${Ten}${Ten}`;
  type Thousand =
    `${Hundred}${Hundred}${Hundred}${Hundred}${Hundred}${Hundred}${Hundred}${Hundred}${Hundred}${Hundred}`;
  expectTypeOf<MarbleLetters<`${Thousand}${Thousand}z`>>().toEqualTypeOf<'a' | 'b' | 'c' | 'd' | 'z'>();
  const values: MarbleValues<`${Thousand}|`, number> = { a: 1, b: 2, c: 3, d: 4 };
  void values;
  // @ts-expect-error d has no value
  const missing: MarbleValues<`${Thousand}|`, number> = { a: 1, b: 2, c: 3 };
  void missing;
  // biome-ignore format: one literal of 900 characters, as a test would hold it
  const pipeline = expectPipeline(delay<number>(1)).given('a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)a--b--(cd)z', { a: 1, b: 2, c: 3, d: 4, z: 5 });
  expectTypeOf(pipeline.emits).toBeFunction();
});
