import { setTimeout as wait } from 'node:timers/promises';
import type { JetStreamClient } from '@nats-io/jetstream';
import { shardOf } from 'millrace/scaling';
import { simulateMarket } from 'millrace/streams';
import { instrumentsOf, WANTED } from './desk.js';
import { INSTRUMENTS, SHARDS } from './instruments.js';

/** The market's events, each to the partition of its asset, at the pace of the clock; and what shards are told to want. */
export class MarketFeed {
  readonly #stream: JetStreamClient;
  readonly #ended = new AbortController();
  readonly #feeding: Promise<void>;

  constructor(stream: JetStreamClient) {
    this.#stream = stream;
    this.#feeding = this.#feed();
  }

  /** A signal like any other: it goes through the log of the shard, so that its mirror knows it. */
  async want({ name }: { readonly name: string }, share: number): Promise<void> {
    const now = Date.now();
    const signal = {
      name: WANTED,
      instrument: instrumentsOf(name)[0]?.id,
      direction: 1,
      strength: share,
      confidence: 1,
      horizon: 3_600_000,
      eventTime: now,
      validUntil: now + 3_600_000,
    };
    await this.#stream.publish(`market.${name}`, JSON.stringify({ kind: 'signal', signal }));
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#feeding;
  }

  async #feed(): Promise<void> {
    const { signal } = this.#ended;
    const partition = new Map(INSTRUMENTS.map(({ id, base }) => [id, shardOf(base, SHARDS.length)]));
    const source = simulateMarket({
      duration: 3_600_000,
      instruments: INSTRUMENTS.map((definition) => ({ definition, eventsPerSecond: 20 })),
    });
    const offset = Date.now();
    let first: number | undefined;
    for await (const { events } of source.batches())
      for (const { ts, event } of events) {
        first ??= ts;
        const due = offset + ts - first - Date.now();
        if (due > 5) await wait(due, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        const places = 'instrument' in event ? [partition.get(event.instrument)] : SHARDS;
        for (const place of places) await this.#stream.publish(`market.${place}`, JSON.stringify(event));
      }
  }
}
