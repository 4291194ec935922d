/** What a connection tells. After `closed` it tells nothing more. */
export interface LinkListener {
  connected(): void;
  data(chunk: Buffer): void;
  closed(reason: string): void;
}

/** One connection, or an attempt at one. */
export interface Link {
  /** Hands bytes over, in order. */
  write(bytes: Buffer): void;
  /** Sends what was handed over and closes; what does not go within a moment is dropped. Idempotent. */
  close(): void;
}

/** How the counterparty is reached: a port, so that a simulated network can take its place. */
export interface Transport {
  /** For messages, such as `tcp 127.0.0.1:9876`. */
  readonly name: string;
  /** Begins to connect; the listener is never called within this call. */
  open(listener: LinkListener): Link;
}
