import type { EventKind } from '../domain/event.js';
import type { Link } from './linked-pass.js';

/** The parts that see the events of some kinds, in their order. */
export interface Route {
  readonly kinds: readonly EventKind[];
  readonly links: readonly Link[];
}

/** Whether a part sees events of this kind. */
export const sees = (link: Link, kind: EventKind): boolean =>
  link.kind === 'pure' || link.observes === undefined || link.observes.has(kind);

/**
 * The ways of events through a chain: one for each set of parts that some kinds have in common, and the way of all kinds
 * that no part names.
 */
export function routesOf(links: readonly Link[]): {
  readonly named: readonly Route[];
  readonly others: readonly Link[];
} {
  const kinds = new Set(links.flatMap((link) => (link.kind === 'stage' ? [...(link.observes ?? [])] : [])));
  const named = new Map<string, { readonly kinds: EventKind[]; readonly links: readonly Link[] }>();
  for (const kind of kinds) {
    const seen = links.filter((link) => sees(link, kind));
    const key = seen.map(({ index }) => index).join();
    const route = named.get(key);
    if (route === undefined) named.set(key, { kinds: [kind], links: seen });
    else route.kinds.push(kind);
  }
  const others = links.filter((link) => link.kind === 'pure' || link.observes === undefined);
  return { named: [...named.values()], others };
}
