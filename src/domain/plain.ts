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

/** What of `T` may stand in a snapshot: `never` where there is a function, a map or anything else that is not plain. */
export type PlainOf<T> = T extends Plain
  ? T
  : T extends ((...parameters: never[]) => unknown) | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
    ? never
    : T extends object
      ? { readonly [Key in keyof T]: PlainOf<T[Key]> }
      : never;

/** A state as plain data; what is not plain in it does not compile. (An interface has no index signature, so it is no `Plain` by itself.) */
export const asPlain = <T extends object>(state: T & PlainOf<T>): Plain => state as Plain;

/**
 * A saved state in the shape in which it was saved: name, version and fingerprint of its stage have been compared before anything is
 * restored, so that nothing but what its own `save` gave arrives here.
 */
export const savedAs = <T extends object>(saved: Plain): T => saved as T;
