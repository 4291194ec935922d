import fc from 'fast-check';
import type { Desk } from './desk.js';

/** One thing that happens to a venue; prices are drawn around 100 ticks. */
export type Step =
  | { readonly kind: 'book'; readonly bid: readonly Level[]; readonly ask: readonly Level[] }
  | {
      readonly kind: 'trade';
      readonly price: number;
      readonly quantity: number;
      readonly aggressor: 'buy' | 'sell' | 'none';
    }
  | {
      readonly kind: 'submit';
      readonly side: 'buy' | 'sell';
      readonly price: number | undefined;
      readonly quantity: number;
      readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
      readonly postOnly: boolean;
    }
  | { readonly kind: 'cancel'; readonly nth: number }
  | { readonly kind: 'ask'; readonly nth: number }
  | { readonly kind: 'status'; readonly state: 'open' | 'halted' | 'auction' }
  | { readonly kind: 'gap' }
  | { readonly kind: 'wait'; readonly time: number };

type Level = readonly [offset: number, quantity: number];

const quantity = fc.integer({ min: 2, max: 12 });
const levels = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 9 })), {
  maxLength: 3,
});
const side = fc.constantFrom('buy' as const, 'sell' as const);

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('book' as const), bid: levels, ask: levels }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('trade' as const),
      price: fc.integer({ min: 95, max: 105 }),
      quantity,
      aggressor: fc.constantFrom('buy' as const, 'sell' as const, 'none' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      side,
      price: fc.option(fc.integer({ min: 95, max: 105 }), { nil: undefined, freq: 5 }),
      quantity,
      timeInForce: fc.constantFrom('GTC' as const, 'GTC' as const, 'IOC' as const, 'FOK' as const),
      postOnly: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), nth: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask' as const), nth: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      state: fc.constantFrom('open' as const, 'open' as const, 'halted' as const, 'auction' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), time: fc.integer({ min: 0, max: 9 }) }),
  },
);

/** Feeds steps to a desk. The recorded book is kept whole: each book step is a snapshot around a moving middle. */
export class Feeder {
  readonly desk: Desk;
  readonly #known: { book: number; orders: number };

  constructor(desk: Desk, known: { book: number; orders: number } = { book: 0, orders: 0 }) {
    this.desk = desk;
    this.#known = { ...known };
  }

  /** What a feeder must know to go on in place of this one. */
  get known(): { book: number; orders: number } {
    return { ...this.#known };
  }

  feed(step: Step): void {
    const { desk } = this;
    switch (step.kind) {
      case 'book': {
        const id = ++this.#known.book;
        const bids = step.bid.flatMap(([offset, lots]) => [99 - offset, lots]);
        const asks = step.ask.flatMap(([offset, lots]) => [100 + offset, lots]);
        if (id % 4 === 1) desk.snapshot(bids, asks, id);
        else desk.delta(id, bids, asks);
        break;
      }
      case 'trade':
        desk.trade(step.price, step.quantity, step.aggressor);
        break;
      case 'submit': {
        const { side, price, quantity, timeInForce, postOnly } = step;
        const id = `o${++this.#known.orders}`;
        desk.submit(id, {
          side,
          quantity,
          timeInForce,
          postOnly,
          ...(price === undefined ? {} : { price }),
        });
        break;
      }
      case 'cancel':
        desk.cancel(`o${step.nth}`);
        break;
      case 'ask':
        desk.ask(`o${step.nth}`);
        break;
      case 'status':
        desk.status(step.state);
        break;
      case 'gap':
        this.#known.book += 2;
        break;
      case 'wait':
        desk.at(desk.clock.now() + step.time);
        break;
    }
  }
}
