import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FillReport } from '../../src/domain/event.js';
import { manyRuns } from '../properties/many-runs.js';
import { Desk } from './desk.js';
import { Feeder, type Step, step } from './random-steps.js';

type Side = 'bid' | 'ask';

/** What the recording shows, and what is left of it for us: a level is whole again when the recording changes it. */
class Shown {
  readonly #displayed = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  readonly #left = { bid: new Map<number, number>(), ask: new Map<number, number>() };

  show(side: Side, flat: readonly (readonly [number, number])[], whole: boolean): void {
    const next = whole ? new Map<number, number>() : new Map(this.#displayed[side]);
    for (const [price, lots] of flat) {
      if (lots === 0) next.delete(price);
      else next.set(price, lots);
    }
    for (const price of this.#displayed[side].keys()) if (!next.has(price)) this.#left[side].delete(price);
    for (const [price, lots] of next) {
      if (this.#displayed[side].get(price) !== lots) this.#left[side].set(price, lots);
    }
    this.#displayed[side] = next;
  }

  takeAt(side: Side, price: number, lots: number): void {
    const left = (this.#left[side].get(price) ?? 0) - lots;
    if (left < 0) throw new Error(`${-left} lots too many were taken at ${price}`);
    this.#left[side].set(price, left);
  }

  /** Takes lots at a price or better, from the best on. */
  takeWithin(side: Side, limit: number, lots: number): void {
    const better = (one: number, two: number) => (side === 'ask' ? one - two : two - one);
    let left = lots;
    for (const price of [...this.#left[side].keys()].sort(better)) {
      if (better(price, limit) > 0) break;
      const taken = Math.min(left, this.#left[side].get(price) ?? 0);
      this.takeAt(side, price, taken);
      left -= taken;
    }
    if (left > 0) throw new Error(`${left} lots too many were filled at ${limit}`);
  }
}

class Auditor {
  readonly #feeder = new Feeder(new Desk());
  readonly #shown = new Shown();
  readonly #asked = new Map<string, number>();
  readonly #filled = new Map<string, number>();
  readonly #sides = new Map<string, 'buy' | 'sell'>();

  /** Lets a step happen, and checks that what it filled was there. */
  step(step: Step): void {
    const { desk } = this.#feeder;
    const before = desk.reports.length;
    this.#feeder.feed(step);
    if (step.kind === 'submit') {
      const id = `o${this.#feeder.known.orders}`;
      this.#asked.set(id, step.quantity);
      this.#sides.set(id, step.side);
    }
    if (step.kind === 'book') {
      const whole = this.#feeder.known.book % 4 === 1;
      for (const side of ['bid', 'ask'] as const) {
        const base = side === 'bid' ? -99 : 100;
        this.#shown.show(
          side,
          step[side].map(([offset, lots]) => [Math.abs(base + offset), lots]),
          whole,
        );
      }
    }
    const fills = desk.reports.slice(before).filter((report): report is FillReport => report.type === 'fill');
    for (const fill of fills) this.#take(fill, step);
    if (step.kind === 'trade') {
      const printed = fills.reduce((sum, { quantity }) => sum + quantity, 0);
      expect(printed).toBeLessThanOrEqual(step.quantity);
    }
    for (const { clientOrderId, quantity } of fills) {
      const filled = (this.#filled.get(clientOrderId) ?? 0) + quantity;
      this.#filled.set(clientOrderId, filled);
      expect(filled).toBeLessThanOrEqual(this.#asked.get(clientOrderId) ?? 0);
    }
  }

  #take(fill: FillReport, step: Step): void {
    const opposite = this.#sides.get(fill.clientOrderId) === 'buy' ? 'ask' : 'bid';
    if (fill.liquidity === 'taker') this.#shown.takeAt(opposite, fill.price, fill.quantity);
    else if (step.kind !== 'trade') this.#shown.takeWithin(opposite, fill.price, fill.quantity);
  }
}

describe('conservation', () => {
  test('no lot is filled that was not displayed or printed, and none twice', () => {
    const steps = fc.array(
      step.filter(({ kind }) => kind !== 'gap' && kind !== 'ask'),
      { minLength: 1, maxLength: 80 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const auditor = new Auditor();
        for (const one of all) auditor.step(one);
      }),
      { numRuns: manyRuns(300) },
    );
  });
});
