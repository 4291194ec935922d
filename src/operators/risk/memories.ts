import { ConfigurationError } from '../../domain/errors.js';
import type { Event, EventKind } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import type { RiskRule, RiskView } from './rule.js';

/** What each rule remembers, in the order of the rules; `undefined` for a rule that remembers nothing. */
export type Memories = readonly unknown[];

/** Makes, feeds, saves and restores the memories of rules. */
export class RuleMemories {
  readonly #rules: readonly RiskRule[];
  /** Places of the rules that want to know of a kind of event, so that others cost an event nothing. */
  readonly #observers = new Map<EventKind, number[]>();

  /** @throws ConfigurationError for a rule whose memory could not be saved */
  constructor(rules: readonly RiskRule[]) {
    this.#rules = rules;
    rules.forEach(({ name, init, save, restore, observe, observes }, place) => {
      if ([init, save, restore].some((hook) => (hook === undefined) !== (init === undefined)))
        throw new ConfigurationError(
          `the risk rule "${name}" must have init, save and restore, or none of them`,
        );
      if ((observe === undefined) !== (observes === undefined))
        throw new ConfigurationError(`the risk rule "${name}" must have observe and observes, or neither`);
      for (const kind of observes ?? []) {
        const known = this.#observers.get(kind);
        if (known === undefined) this.#observers.set(kind, [place]);
        else known.push(place);
      }
    });
  }

  /** @throws ConfigurationError when a rule would guard nothing */
  init(instruments: InstrumentTable): Memories {
    for (const rule of this.#rules) {
      const fault = rule.check?.(instruments);
      if (fault !== undefined) throw new ConfigurationError(`the risk rule "${rule.name}": ${fault}`);
    }
    return this.#rules.map((rule) => rule.init?.(instruments));
  }

  /** Tells the rules that want to know. `limits`: those that were changed. Allocates nothing. */
  observe(
    memories: Memories,
    event: Event,
    view: RiskView,
    index: number,
    limits: ReadonlyMap<string, number>,
  ): void {
    const places = this.#observers.get(event.kind);
    if (places === undefined) return;
    for (const place of places) {
      const rule = this.#rules[place] as RiskRule;
      rule.observe?.(memories[place], event, view, index, limits.get(rule.name) ?? rule.limit);
    }
  }

  /** By name, so that a snapshot can be read. */
  save(memories: Memories): Plain {
    const saved: Record<string, Plain> = {};
    this.#rules.forEach((rule, place) => {
      if (rule.save !== undefined) saved[rule.name] = rule.save(memories[place]);
    });
    return saved;
  }

  restore(saved: Plain, instruments: InstrumentTable): Memories {
    const byName = saved as Readonly<Record<string, Plain>>;
    return this.#rules.map((rule) => rule.restore?.(byName[rule.name] as Plain, instruments));
  }
}
