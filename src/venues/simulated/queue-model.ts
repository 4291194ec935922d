import { knownKeys, positiveNumber, refuse } from '../../domain/check.js';

/**
 * How the place of our order in the queue at its price is reckoned while it rests.
 *
 * The names and formulas are those of hftbacktest (`hftbacktest/src/backtest/models/queue.rs`), after Moallemi and Yuan,
 * "A model for queue position valuation in a limit order book" (2016), and Rigtorp, "Estimating order queue position" (2013).
 *
 * - `riskAverse` (`RiskAdverseQueueModel`): only trades at the price move the order forward, and a level that shows fewer
 *   lots than stand before it.
 * - `power` and `logarithmic` (`ProbQueueModel`): when lots leave without a trade, some of them left from before the order.
 *   They left from behind it with a probability p of the lots in front and back, with f(x) = x^exponent or f(x) = log(1 + x):
 *   form 1, f(back) / (f(back) + f(front)); form 2, f(back) / f(back + front); form 3 (power only), 1 - f(front / (front + back)).
 * - `orderByOrder` (`L3FIFOQueueModel`): the very orders that stood before it, one by one; where the recording has levels
 *   only, as `riskAverse`.
 */
export type QueueModel =
  | 'riskAverse'
  | 'orderByOrder'
  | { readonly kind: 'power'; readonly exponent: number; readonly form?: 1 | 2 | 3 }
  | { readonly kind: 'logarithmic'; readonly form?: 1 | 2 };

/** Probability that lots which leave a level leave from behind us, of the lots in front and back. */
export type BackShare = (front: number, back: number) => number;

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function checkedQueueModel(name: string, model: QueueModel): QueueModel {
  if (model === 'riskAverse' || model === 'orderByOrder') return model;
  const kind: unknown = typeof model === 'object' && model !== null ? model.kind : undefined;
  if (kind !== 'power' && kind !== 'logarithmic') {
    refuse(name, 'riskAverse, orderByOrder, or of kind power or logarithmic', model);
  }
  const { form = 1 } = model as { readonly form?: unknown };
  if (kind === 'logarithmic') {
    knownKeys(name, model as object, ['kind', 'form']);
    return form === 1 || form === 2 ? { kind, form } : refuse(`${name}.form`, '1 or 2', form);
  }
  knownKeys(name, model as object, ['kind', 'exponent', 'form']);
  const exponent = positiveNumber(`${name}.exponent`, (model as { readonly exponent?: unknown }).exponent);
  if (form !== 1 && form !== 2 && form !== 3) refuse(`${name}.form`, '1, 2 or 3', form);
  return { kind, exponent, form: form as 1 | 2 | 3 };
}

/** The formula of a probabilistic model; `undefined` for the others. */
export function backShareOf(model: QueueModel): BackShare | undefined {
  if (typeof model === 'string') return undefined;
  const f =
    model.kind === 'power' ? (x: number) => x ** model.exponent : (lots: number) => Math.log(1 + lots);
  const { form = 1 } = model;
  const formula: BackShare =
    form === 1
      ? (front, back) => f(back) / (f(back) + f(front))
      : form === 2
        ? (front, back) => f(back) / f(back + front)
        : (front, back) => 1 - f(front / (front + back));
  // Nobody in front and nobody behind: nothing can leave from before us.
  return (front, back) => (front + back > 0 ? formula(front, back) : 1);
}

/**
 * Lots in front of us after a level changed from `before` to `after`, `traded` of them by trades that were counted already.
 *
 * Rounded to a millionth of a lot: powers and logarithms may differ in the last bit between engines.
 */
export function frontAfter(
  share: BackShare,
  front: number,
  before: number,
  after: number,
  traded: number,
): number {
  const left = before - after - traded;
  if (!(left > 0)) return Math.min(front, after);
  const back = Math.max(0, before - traded - front);
  const behind = share(front, back) * left;
  // What cannot have left from behind left from before us.
  const ahead = left - behind + Math.max(0, behind - back);
  return Math.round(Math.min(Math.max(0, front - ahead), after) * 1e6) / 1e6;
}
