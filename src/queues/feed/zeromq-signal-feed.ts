import { knownKeys, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Signal } from '../../domain/signal.js';
import { messageOf, pause, ServiceError } from '../../services/within.js';
import { loadZeroMQ, type ZeroMQ } from '../../services/zeromq/zeromq.js';
import { unlessAborted } from '../bell.js';
import { closedError } from '../check-entry.js';
import { Mailbox } from './mailbox.js';
import { NewestSignals } from './newest-signals.js';
import { type FeedOptions, type SignalFeed, signalBytes, signalOf } from './signal-feed.js';

/** The two addresses of a publisher, such as `tcp://127.0.0.1:7020` and `tcp://127.0.0.1:7021`, or `ipc://…`. */
export interface FeedAddress {
  /** Where words are published (PUB). */
  readonly words: string;
  /** Where who joins asks for what counts now (REP). */
  readonly snapshot: string;
}

/** Where a feed over ZeroMQ publishes, whom it listens to, and how often it asks again. */
export interface ZeromqSignalFeedOptions extends FeedOptions {
  /** Where this process publishes. Without it `publish` is refused. */
  readonly bind?: FeedAddress;
  /** Whom it listens to. @default none */
  readonly connect?: readonly FeedAddress[];
  /** How often what counts is asked for again, so that what a broken connection lost is made up. @default "5s" */
  readonly resync?: Duration;
}

/**
 * A feed over ZeroMQ, without a server: each publisher binds two addresses, each listener connects to all publishers. A
 * listener subscribes first and then asks for the snapshot, so that nothing falls between. It is neither encrypted nor
 * authenticated: for one host or a network that is trusted. Needs the package `zeromq`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const feed = zeromqSignalFeed({ bind: { words: 'tcp://127.0.0.1:7020', snapshot: 'tcp://127.0.0.1:7021' } });
 * await feed.publish(signal);
 */
export function zeromqSignalFeed(options: ZeromqSignalFeedOptions): SignalFeed {
  knownKeys('zeromqSignalFeed', options, ['bind', 'connect', 'resync', 'now']);
  const { bind, connect = [] } = options;
  if (bind === undefined && connect.length === 0)
    refuse('zeromqSignalFeed.connect', 'at least one address where nothing is bound', connect);
  for (const [name, at] of [
    ...(bind ? [['bind', bind] as const] : []),
    ...connect.map((each) => ['connect', each] as const),
  ])
    for (const part of ['words', 'snapshot'] as const)
      if (typeof at[part] !== 'string' || !/^(tcp|ipc|inproc):\/\/.+/.test(at[part]))
        refuse(`zeromqSignalFeed.${name}.${part}`, 'an address such as tcp://127.0.0.1:7020', at[part]);
  const resync = milliseconds('zeromqSignalFeed.resync', options.resync ?? '5s');
  return new ZeromqSignalFeed(bind, connect, resync, options.now ?? Date.now);
}

/** How long an answer of a publisher may take. */
const PATIENCE = 1_000;

class ZeromqSignalFeed implements SignalFeed {
  readonly name: string;
  readonly #bind: FeedAddress | undefined;
  readonly #connect: readonly FeedAddress[];
  readonly #resync: number;
  readonly #now: () => number;
  readonly #newest = new NewestSignals();
  readonly #closing = new AbortController();
  #publisher: Promise<InstanceType<ZeroMQ['Publisher']>> | undefined;
  #reply: InstanceType<ZeroMQ['Reply']> | undefined;
  /** A socket takes one message at a time. */
  #sent: Promise<unknown> = Promise.resolve();

  constructor(
    bind: FeedAddress | undefined,
    connect: readonly FeedAddress[],
    resync: number,
    now: () => number,
  ) {
    this.name = `the signal feed at ${bind?.words ?? connect.map(({ words }) => words).join(', ')}`;
    this.#bind = bind;
    this.#connect = connect;
    this.#resync = resync;
    this.#now = now;
  }

  async publish(signal: Signal): Promise<void> {
    this.#checkOpen();
    const bind = this.#bind;
    if (bind === undefined) refuse('zeromqSignalFeed.bind', 'given where something is published', bind);
    const bytes = signalBytes(signal);
    this.#publisher ??= this.#open(bind);
    const publisher = await this.#publisher;
    if (!this.#newest.take(signal, this.#now())) return;
    this.#sent = this.#sent.then(() => publisher.send(['signal', bytes]));
    await this.#sent;
  }

  async *listen(abort: AbortSignal): AsyncIterable<Signal> {
    this.#checkOpen();
    const ended = AbortSignal.any([abort, this.#closing.signal]);
    const zeromq = await loadZeroMQ('zeromqSignalFeed');
    const told = new NewestSignals();
    const mailbox = new Mailbox<Uint8Array>();
    const subscriber = new zeromq.Subscriber({
      linger: 0,
      reconnectInterval: 100,
      reconnectMaxInterval: 1_000,
    });
    subscriber.subscribe('signal');
    for (const { words } of this.#connect) subscriber.connect(words);
    const working = [
      this.#hear(subscriber, mailbox),
      ...this.#connect.map(({ snapshot }) => this.#ask(zeromq, snapshot, mailbox, ended)),
    ];
    for (const work of working) work.catch(() => undefined);
    try {
      while (!ended.aborted) {
        const bytes = await unlessAborted(mailbox.next(), ended);
        const signal = ended.aborted ? undefined : signalOf(bytes);
        if (signal !== undefined && told.take(signal, this.#now())) yield signal;
      }
    } finally {
      subscriber.close();
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#sent.catch(() => undefined);
    (await this.#publisher?.catch(() => undefined))?.close();
    this.#reply?.close();
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closedError(this.name);
  }

  async #open({ words, snapshot }: FeedAddress): Promise<InstanceType<ZeroMQ['Publisher']>> {
    const zeromq = await loadZeroMQ('zeromqSignalFeed');
    const publisher = new zeromq.Publisher({ linger: 1_000, sendHighWaterMark: 100_000 });
    const reply = new zeromq.Reply({ linger: 0 });
    try {
      await publisher.bind(words);
      await reply.bind(snapshot);
    } catch (error) {
      publisher.close();
      reply.close();
      throw new ServiceError(`${this.name} cannot be bound: ${messageOf(error)}`, { cause: error });
    }
    this.#reply = reply;
    this.#serve(reply).catch(() => undefined);
    return publisher;
  }

  async #serve(reply: InstanceType<ZeroMQ['Reply']>): Promise<void> {
    for await (const _question of reply) {
      const now = this.#newest.active(this.#now()).map(signalBytes);
      await reply.send(now.length === 0 ? [''] : now);
    }
  }

  async #hear(subscriber: InstanceType<ZeroMQ['Subscriber']>, mailbox: Mailbox<Uint8Array>): Promise<void> {
    for await (const [, bytes] of subscriber) if (bytes !== undefined) mailbox.put(bytes);
  }

  /** Asks a publisher for what counts, at first and again and again: it may not be there yet, or have been away. */
  async #ask(
    zeromq: ZeroMQ,
    address: string,
    mailbox: Mailbox<Uint8Array>,
    ended: AbortSignal,
  ): Promise<void> {
    while (!ended.aborted) {
      const request = new zeromq.Request({ linger: 0, receiveTimeout: PATIENCE, sendTimeout: PATIENCE });
      let answered = false;
      try {
        request.connect(address);
        await request.send('snapshot');
        for (const bytes of await request.receive()) mailbox.put(bytes);
        answered = true;
      } catch {
        // It does not answer: it is asked again.
      } finally {
        request.close();
      }
      await pause(answered ? this.#resync : 200, ended);
    }
  }
}
