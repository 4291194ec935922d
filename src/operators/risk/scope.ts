import { knownKeys, nonEmptyName } from '../../domain/check.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';

/** What a rule is about; all that is stated must hold. Nothing stated: the whole desk. */
export interface RuleScope {
  /** Only what this agent has a share in, and of it only the share. */
  readonly agent?: string;
  readonly venue?: string;
  /** The id of an instrument. */
  readonly instrument?: string;
  /** Only instruments of this base asset. */
  readonly asset?: string;
}

const KEYS = ['agent', 'venue', 'instrument', 'asset'] as const;

/** A checked scope, and how a rule uses it. */
export class Scope {
  readonly agent: string | undefined;
  readonly venue: string | undefined;
  readonly #instrument: string | undefined;
  readonly #asset: string | undefined;
  /** As part of a rule's name: empty, `BTC` for an asset alone, otherwise such as `agent=trend,venue=binance`. */
  readonly name: string;

  /** @throws ConfigurationError for a scope that cannot be */
  constructor(rule: string, scope: RuleScope = {}, keys: readonly (keyof RuleScope)[] = KEYS) {
    knownKeys(`${rule}.scope`, scope, keys);
    const said = KEYS.flatMap((key) =>
      scope[key] === undefined ? [] : [[key, nonEmptyName(`${rule}.scope.${key}`, scope[key])] as const],
    );
    const { agent, venue, instrument, asset } = Object.fromEntries(said) as RuleScope;
    this.agent = agent;
    this.venue = venue;
    this.#instrument = instrument;
    this.#asset = asset;
    this.name =
      said.length === 1 && asset !== undefined ? asset : said.map(([key, value]) => `${key}=${value}`).join();
  }

  /** The name of a rule of this kind in this scope. */
  ruleName(kind: string): string {
    return this.name === '' ? kind : `${kind}:${this.name}`;
  }

  /** A scope without any instrument is a slip of the pen, and a rule that guards nothing. */
  check({ list }: InstrumentTable): string | undefined {
    return list.some((listed) => this.has(listed))
      ? undefined
      : `no instrument is in its scope (${this.name})`;
  }

  /** Whether an instrument belongs to it. */
  has({ definition }: ListedInstrument): boolean {
    return (
      (this.venue === undefined || definition.venue === this.venue) &&
      (this.#instrument === undefined || definition.id === this.#instrument) &&
      (this.#asset === undefined || definition.base === this.#asset)
    );
  }

  /** Whether a proposal belongs to it. */
  concerns({ attribution }: Pick<Proposal, 'attribution'>, listed: ListedInstrument): boolean {
    if (!this.has(listed)) return false;
    return this.agent === undefined || attribution.some(({ agent }) => agent === this.agent);
  }

  /** The trading state that a breach of the rule restricts: the narrowest that it names. An asset is no such scope. */
  get restricts(): string {
    if (this.agent !== undefined) return `agent:${this.agent}`;
    if (this.#instrument !== undefined) return `instrument:${this.#instrument}`;
    return this.venue !== undefined && this.#asset === undefined ? `venue:${this.venue}` : 'desk';
  }
}
