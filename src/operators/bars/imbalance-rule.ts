import type { Plain } from '../../domain/plain.js';
import type { FullRule } from './event-cutter.js';
import type { OpenBar } from './open-bar.js';
import type { Print } from './print.js';

export interface ImbalanceSettings {
  readonly unit: 'trades' | 'quantity' | 'notional';
  /** Trades of the first bar. */
  readonly expected: number;
  /** Weight of the newest bar, and of the newest trade, in their exponential averages. */
  readonly lengthGain: number;
  readonly flowGain: number;
  readonly fewest: number;
  readonly most: number;
}

const NUMBERS = ['length', 'flow', 'limit', 'sum', 'price', 'sign'] as const;
type Numbers = Record<(typeof NUMBERS)[number], number>;

/** Full when the sum of signed trades is further from zero than expected. Weights are in lots, or ticks times lots. */
export class ImbalanceRule implements FullRule {
  readonly #settings: ImbalanceSettings;
  readonly #state: Numbers;

  constructor(settings: ImbalanceSettings) {
    this.#settings = settings;
    this.#state = {
      /** Expected trades of a bar. */
      length: settings.expected,
      /** Expected signed weight of a trade; NaN before the first. */
      flow: Number.NaN,
      /** What the sum has to reach; NaN in the first bar. */
      limit: Number.NaN,
      sum: 0,
      price: Number.NaN,
      /** Of the last trade, for the tick rule. */
      sign: 0,
    };
  }

  full(bar: OpenBar, print: Print): boolean {
    const state = this.#state;
    const { unit, flowGain, expected, fewest, most } = this.#settings;
    if (print.sign !== 0) state.sign = print.sign;
    else if (print.close > state.price) state.sign = 1;
    else if (print.close < state.price) state.sign = -1;
    state.price = print.close;
    const weight =
      unit === 'trades' ? 1 : unit === 'quantity' ? print.quantity : print.close * print.quantity;
    const flow = state.sign * weight;
    state.sum += flow;
    state.flow = Number.isNaN(state.flow) ? flow : state.flow + flowGain * (flow - state.flow);
    if (bar.prints >= most) return true;
    if (bar.prints < fewest) return false;
    return Number.isNaN(state.limit) ? bar.prints >= expected : Math.abs(state.sum) >= state.limit;
  }

  closed(bar: OpenBar, complete: boolean): void {
    const state = this.#state;
    // A bar that the session cut says nothing about how long bars are.
    if (complete) {
      state.length += this.#settings.lengthGain * (bar.prints - state.length);
      state.limit = state.length * Math.abs(state.flow);
    }
    state.sum = 0;
  }

  save(): Plain {
    return { ...this.#state };
  }

  restore(saved: Plain): void {
    const state = saved as Numbers;
    for (const key of NUMBERS) this.#state[key] = state[key];
  }
}
