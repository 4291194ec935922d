/** How much of a rule's limit is in use. */
export interface LimitUse {
  /** Name of the rule. */
  readonly rule: string;
  /** The limit in force now, in its own unit: base units, reporting currency, a count, a ratio. */
  readonly limit: number;
  /** What is in use of it, in the same unit; `NaN` while it is unknown. */
  readonly value: number;
  /** value / limit: 1 and above is at the limit or beyond it. `NaN` while it is unknown. */
  readonly ratio: number;
}

/**
 * What is used of the limits of risk: live, for one pass.
 *
 * @example
 * const [worst] = frame.limits.uses().toSorted((a, b) => b.ratio - a.ratio);
 */
export interface LimitsView {
  /**
   * Every rule that bounds a running total, in the order of the rules: worst cases count, as when orders are judged. Rules that look
   * at one order at a time (its size, its price) are not among them. Walks what each rule walks to judge an order.
   */
  uses(): readonly LimitUse[];
}
