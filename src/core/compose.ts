import { knownKeys, nonEmptyName, refuse } from '../domain/check.js';
import { ConfigurationError } from '../domain/errors.js';
import type { Instrument } from '../domain/instrument.js';
import { InstrumentTable } from '../domain/instrument-table.js';
import { Core } from './core.js';
import { FRAME_FIELDS, type Frame } from './frame.js';
import { detailsOf, type Part } from './stage.js';

/** What a chain is composed for. */
export interface CoreSettings {
  /** The desk's name: part of client order ids and of snapshots. @default "desk" */
  readonly name?: string;
  /** The instruments that the chain knows. */
  readonly instruments: readonly Instrument[] | InstrumentTable;
}

/**
 * Composes stages into the core of a pipeline, typed from end to end.
 *
 * ```
 * frames  --a--b--|
 *         compose({ instruments }, books(), ledger(), features({ ... }), ...)
 * frames  --A--B--|      one frame an event, with the fields of all stages
 * ```
 *
 * A stage before the one whose fields it needs does not compile; nor does a plain RxJS operator, which would
 * keep state outside of snapshots: see `unsafe`. (RxJS's own `pipe` loses its types after nine operators; this
 * one refuses a twenty-first.)
 *
 * @throws ConfigurationError when two parts share a name or a field
 *
 * @example
 * const core = compose({ instruments: [btc] }, books(), ledger({ reportingCurrency: 'USD' }));
 */
export function compose<A extends Frame>(settings: CoreSettings, a: Part<Frame, A>): Core<A>;
export function compose<A extends Frame, B extends Frame>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
): Core<B>;
export function compose<A extends Frame, B extends Frame, C extends Frame>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
): Core<C>;
export function compose<A extends Frame, B extends Frame, C extends Frame, D extends Frame>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
): Core<D>;
export function compose<A extends Frame, B extends Frame, C extends Frame, D extends Frame, E extends Frame>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
): Core<E>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
): Core<F>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
): Core<G>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
): Core<H>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
): Core<I>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
): Core<J>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
): Core<K>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
): Core<L>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
  M extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
  m: Part<L, M>,
): Core<M>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
  M extends Frame,
  N extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
  m: Part<L, M>,
  n: Part<M, N>,
): Core<N>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
  M extends Frame,
  N extends Frame,
  O extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
  m: Part<L, M>,
  n: Part<M, N>,
  o: Part<N, O>,
): Core<O>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
  M extends Frame,
  N extends Frame,
  O extends Frame,
  P extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
  m: Part<L, M>,
  n: Part<M, N>,
  o: Part<N, O>,
  p: Part<O, P>,
): Core<P>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
  M extends Frame,
  N extends Frame,
  O extends Frame,
  P extends Frame,
  Q extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
  m: Part<L, M>,
  n: Part<M, N>,
  o: Part<N, O>,
  p: Part<O, P>,
  q: Part<P, Q>,
): Core<Q>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
  M extends Frame,
  N extends Frame,
  O extends Frame,
  P extends Frame,
  Q extends Frame,
  R extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
  m: Part<L, M>,
  n: Part<M, N>,
  o: Part<N, O>,
  p: Part<O, P>,
  q: Part<P, Q>,
  r: Part<Q, R>,
): Core<R>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
  M extends Frame,
  N extends Frame,
  O extends Frame,
  P extends Frame,
  Q extends Frame,
  R extends Frame,
  S extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
  m: Part<L, M>,
  n: Part<M, N>,
  o: Part<N, O>,
  p: Part<O, P>,
  q: Part<P, Q>,
  r: Part<Q, R>,
  s: Part<R, S>,
): Core<S>;
export function compose<
  A extends Frame,
  B extends Frame,
  C extends Frame,
  D extends Frame,
  E extends Frame,
  F extends Frame,
  G extends Frame,
  H extends Frame,
  I extends Frame,
  J extends Frame,
  K extends Frame,
  L extends Frame,
  M extends Frame,
  N extends Frame,
  O extends Frame,
  P extends Frame,
  Q extends Frame,
  R extends Frame,
  S extends Frame,
  T extends Frame,
>(
  settings: CoreSettings,
  a: Part<Frame, A>,
  b: Part<A, B>,
  c: Part<B, C>,
  d: Part<C, D>,
  e: Part<D, E>,
  f: Part<E, F>,
  g: Part<F, G>,
  h: Part<G, H>,
  i: Part<H, I>,
  j: Part<I, J>,
  k: Part<J, K>,
  l: Part<K, L>,
  m: Part<L, M>,
  n: Part<M, N>,
  o: Part<N, O>,
  p: Part<O, P>,
  q: Part<P, Q>,
  r: Part<Q, R>,
  s: Part<R, S>,
  t: Part<S, T>,
): Core<T>;
export function compose(settings: CoreSettings, ...parts: readonly Part<never, Frame>[]): Core<Frame> {
  knownKeys('compose settings', settings, ['name', 'instruments']);
  const name = nonEmptyName('compose settings.name', settings.name ?? 'desk');
  const instruments =
    settings.instruments instanceof InstrumentTable
      ? settings.instruments
      : new InstrumentTable(settings.instruments);
  const names = new Set<string>();
  const owner = new Map<string, string>(FRAME_FIELDS.map((field) => [field, 'the frame itself']));
  const details = parts.map((part, index) => {
    const found = typeof part === 'function' ? detailsOf(part) : undefined;
    if (found === undefined)
      return refuse(`part ${index + 1} of ${name}`, 'made by stage, pure or unsafe', part);
    if (names.has(found.name)) throw new ConfigurationError(`${name} has two parts named "${found.name}"`);
    names.add(found.name);
    for (const field of Object.keys(found.adds)) {
      if (!/^[A-Za-z_$][\w$]*$/.test(field))
        refuse(`a field of part "${found.name}"`, 'an identifier', field);
      const other = owner.get(field);
      if (other !== undefined) {
        throw new ConfigurationError(
          `part "${found.name}" adds the field "${field}", which ${other} has already`,
        );
      }
      owner.set(field, `part "${found.name}"`);
    }
    return found;
  });
  return new Core(name, instruments, details);
}
