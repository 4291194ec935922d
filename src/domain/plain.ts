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
