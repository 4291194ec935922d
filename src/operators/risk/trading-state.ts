import type { ControlEvent } from '../../domain/event.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';

/**
 * `active`: all may pass. `reducing` and `halted`: what works is canceled and only verified reductions pass; a halted desk can be
 * told to flatten as well.
 */
export type TradingStatus = 'active' | 'reducing' | 'halted';

/** Why a scope is not active. */
export interface Restriction {
  readonly status: Exclude<TradingStatus, 'active'>;
  readonly reason: string;
  /** Since when (Unix milliseconds). */
  readonly since: number;
}

/** The trading states of the desk, its venues, its instruments and its agents. */
export class TradingState {
  readonly #restrictions = new Map<string, Restriction>();

  get desk(): TradingStatus {
    return this.#restrictions.get('desk')?.status ?? 'active';
  }

  /** Whether anything is restricted. */
  get restricts(): boolean {
    return this.#restrictions.size > 0;
  }

  /** The strictest restriction on an order for an instrument, or `undefined`. */
  on(
    { definition }: ListedInstrument,
    { attribution }: Pick<Proposal, 'attribution'>,
  ): (Restriction & { readonly scope: string }) | undefined {
    let strictest: (Restriction & { readonly scope: string }) | undefined;
    if (this.#restrictions.size === 0) return undefined;
    for (const scope of scopesOf(definition, attribution)) {
      const found = this.#restrictions.get(scope);
      if (found !== undefined && (strictest === undefined || found.status === 'halted'))
        strictest = { ...found, scope };
    }
    return strictest;
  }

  /** When the last restriction on an order began; `-Infinity` when there is none. */
  since({ definition }: ListedInstrument, { attribution }: Pick<Proposal, 'attribution'>): number {
    let since = Number.NEGATIVE_INFINITY;
    for (const scope of scopesOf(definition, attribution))
      since = Math.max(since, this.#restrictions.get(scope)?.since ?? since);
    return since;
  }

  /** Restricts a scope; a halted one is never loosened to reducing. True when that changed anything. */
  restrict(scope: string, status: Restriction['status'], reason: string, since: number): boolean {
    const known = this.#restrictions.get(scope)?.status;
    if (known === status || known === 'halted') return false;
    this.#restrictions.set(scope, { status, reason, since });
    return true;
  }

  resume(scope: string): boolean {
    return this.#restrictions.delete(scope);
  }

  save(): Plain {
    return [...this.#restrictions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([scope, { status, reason, since }]) => [scope, status, reason, since]);
  }

  static restore(saved: Plain): TradingState {
    const state = new TradingState();
    for (const [scope, status, reason, since] of saved as readonly (readonly [
      string,
      Restriction['status'],
      string,
      number,
    ])[]) {
      state.#restrictions.set(scope, { status, reason, since });
    }
    return state;
  }
}

/** The scopes that an order belongs to, the widest first. */
const scopesOf = (
  { venue, id }: ListedInstrument['definition'],
  attribution: Proposal['attribution'],
): readonly string[] => [
  'desk',
  `venue:${venue}`,
  `instrument:${id}`,
  ...attribution.map(({ agent }) => `agent:${agent}`),
];

/** Whether an order for an instrument is within a scope. */
export type Concerns = (listed: ListedInstrument, order: Pick<Proposal, 'attribution'>) => boolean;

/** Whether orders belong to a scope; `undefined` when nobody knows it. Agents are known by name alone. */
export function inScope(scope: string, table: InstrumentTable): Concerns | undefined {
  if (scope === 'desk') return () => true;
  const [kind, name] = [scope.slice(0, scope.indexOf(':')), scope.slice(scope.indexOf(':') + 1)];
  if (kind === 'venue' && table.venues.includes(name)) return ({ definition }) => definition.venue === name;
  if (kind === 'instrument' && table.list.some(({ id }) => id === name)) return ({ id }) => id === name;
  if (kind === 'agent' && name !== '')
    return (_listed, { attribution }) => attribution.some(({ agent }) => agent === name);
  return undefined;
}

/** `kill by anna: fat finger` */
export const wordOf = ({ action, by, reason }: ControlEvent): string => `${action} by ${by}: ${reason}`;

/** An order of no agent: what concerns an agent's scope alone does not concern it. */
export const NOBODY: Parameters<Concerns>[1] = { attribution: [] };
