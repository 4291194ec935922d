/** Data that msgpack can carry and that has one canonical spelling: what snapshots are made of. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | readonly Plain[]
  | Float64Array
  | Uint8Array
  | { readonly [key: string]: Plain };

/**
 * A type, field by field, as long as it is plain; what is not (a function, a map, an instance with methods) becomes `never`.
 * An interface is never assignable to {@link Plain}, whatever it holds: it might be extended elsewhere.
 */
export type PlainShape<T> = T extends Plain | undefined
  ? T
  : T extends bigint | symbol | ((...parameters: never) => unknown)
    ? never
    : T extends object
      ? { [Field in keyof T]: PlainShape<T[Field]> }
      : never;

/** State as the plain data that a snapshot takes; what would not survive one does not compile. */
export const asPlain = <T>(state: T & PlainShape<T>): Plain => state as unknown as Plain;

/**
 * Plain data as what `asPlain` was given. It may be believed: a snapshot is refused unless name, version and fingerprint of
 * the part that reads it are those of the part that wrote it.
 */
export const fromPlain = <T>(saved: Plain): T => saved as unknown as T;
