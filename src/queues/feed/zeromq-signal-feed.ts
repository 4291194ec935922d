import { knownKeys, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Signal } from '../../domain/signal.js';
import { messageOf, pause, ServiceError } from '../../services/within.js';
import { AccessControl } from '../../services/zeromq/access.js';
import { checkAddress, isLocal, isVersion6 } from '../../services/zeromq/address.js';
import { checkKeys, type KeyPair, keyBytes } from '../../services/zeromq/keys.js';
import { checkAllowed, checkListening, inTheOpen } from '../../services/zeromq/listening.js';
import { type Context, loadZeroMQ, type ZeroMQ } from '../../services/zeromq/zeromq.js';
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

/** A publisher to listen to. */
export interface FeedPublisher extends FeedAddress {
  /** Its public key; needed, and only taken, with `curve`. */
  readonly key?: string;
}

/** Where a feed over ZeroMQ publishes, whom it listens to, and how often it asks again. */
export interface ZeromqSignalFeedOptions extends FeedOptions {
  /** Where this process publishes. Without it `publish` is refused. */
  readonly bind?: FeedAddress;
  /** Whom it listens to. @default none */
  readonly connect?: readonly FeedPublisher[];
  /**
   * Encrypts and authenticates (CURVE). Needed unless all addresses are of this machine only: keys of this process, and where
   * it publishes the public keys of those who may listen.
   */
  readonly curve?: { readonly keys: KeyPair; readonly allowed?: readonly string[] };
  /** How often what counts is asked for again, so that what a broken connection lost is made up. @default "5s" */
  readonly resync?: Duration;
  /** Told once of each kind of connection that was refused, there or here. @default a warning of the process */
  readonly onRefused?: (what: string) => void;
}

type Curve = NonNullable<ZeromqSignalFeedOptions['curve']>;

/**
 * A feed over ZeroMQ, without a server: each publisher binds two addresses, each listener connects to all publishers. A
 * listener subscribes first and then asks for the snapshot, so that nothing falls between. Beyond this machine both sides have keys
 * (`npx millrace keys NAME`), a publisher lets in those that it lists, and everything is encrypted. Needs the package `zeromq`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const feed = zeromqSignalFeed({ bind: { words: 'tcp://127.0.0.1:7020', snapshot: 'tcp://127.0.0.1:7021' } });
 * await feed.publish(signal);
 */
export function zeromqSignalFeed(options: ZeromqSignalFeedOptions): SignalFeed {
  knownKeys('zeromqSignalFeed', options, ['bind', 'connect', 'curve', 'resync', 'onRefused', 'now']);
  const { bind, connect = [], curve } = options;
  if (bind === undefined && connect.length === 0)
    refuse('zeromqSignalFeed.connect', 'at least one address where nothing is bound', connect);
  if (curve !== undefined) {
    knownKeys('zeromqSignalFeed.curve', curve, ['keys', 'allowed']);
    checkKeys('zeromqSignalFeed.curve.keys', curve.keys);
    if (bind !== undefined) checkAllowed('zeromqSignalFeed.curve.allowed', curve.allowed ?? []);
    else if (curve.allowed !== undefined)
      refuse('zeromqSignalFeed.curve.allowed', 'absent where nothing is bound', curve.allowed);
  }
  for (const part of ['words', 'snapshot'] as const) {
    if (bind !== undefined) checkListening(`zeromqSignalFeed.bind.${part}`, bind[part], curve);
    for (const [index, publisher] of connect.entries()) {
      const option = `zeromqSignalFeed.connect[${index}].${part}`;
      const address = checkAddress(option, publisher[part]);
      if (curve === undefined && !isLocal(address)) throw inTheOpen(option, address);
    }
  }
  for (const [index, { key }] of connect.entries()) {
    const option = `zeromqSignalFeed.connect[${index}].key`;
    if (curve !== undefined) keyBytes(option, key);
    else if (key !== undefined) refuse(option, 'absent without curve, since nothing is encrypted', 'given');
  }
  return new ZeromqSignalFeed({
    bind,
    connect,
    curve,
    resync: milliseconds('zeromqSignalFeed.resync', options.resync ?? '5s'),
    now: options.now ?? Date.now,
    onRefused: options.onRefused ?? ((what) => process.emitWarning(what)),
  });
}

/** How long an answer of a publisher may take. */
const PATIENCE = 1_000;

/** More than a listener asks with, or a word is long. */
const LONGEST_QUESTION = 1_024;
const LONGEST_WORD = 1_048_576;

interface Settings {
  readonly bind: FeedAddress | undefined;
  readonly connect: readonly FeedPublisher[];
  readonly curve: Curve | undefined;
  readonly resync: number;
  readonly now: () => number;
  readonly onRefused: (what: string) => void;
}

/** What binding opens. */
interface Opened {
  readonly publisher: InstanceType<ZeroMQ['Publisher']>;
  readonly reply: InstanceType<ZeroMQ['Reply']>;
  readonly access: AccessControl | undefined;
}

class ZeromqSignalFeed implements SignalFeed {
  readonly name: string;
  readonly #bind: FeedAddress | undefined;
  readonly #connect: readonly FeedPublisher[];
  readonly #curve: Curve | undefined;
  readonly #resync: number;
  readonly #now: () => number;
  readonly #onRefused: (what: string) => void;
  readonly #refused = new Set<string>();
  readonly #newest = new NewestSignals();
  readonly #closing = new AbortController();
  #opened: Promise<Opened> | undefined;
  /** A socket takes one message at a time. */
  #sent: Promise<unknown> = Promise.resolve();

  constructor({ bind, connect, curve, resync, now, onRefused }: Settings) {
    this.name = `the signal feed at ${bind?.words ?? connect.map(({ words }) => words).join(', ')}`;
    this.#bind = bind;
    this.#connect = connect;
    this.#curve = curve;
    this.#resync = resync;
    this.#now = now;
    this.#onRefused = onRefused;
  }

  async publish(signal: Signal): Promise<void> {
    this.#checkOpen();
    const bind = this.#bind;
    if (bind === undefined) refuse('zeromqSignalFeed.bind', 'given where something is published', bind);
    const bytes = signalBytes(signal);
    this.#opened ??= this.#open(bind);
    const { publisher } = await this.#opened;
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
    // One socket for each publisher, whose key it is to have.
    const subscribers = this.#connect.map((publisher) => this.#subscribe(zeromq, publisher));
    const working = [
      ...subscribers.map((subscriber) => this.#hear(subscriber, mailbox)),
      ...this.#connect.map((publisher) => this.#ask(zeromq, publisher, mailbox, ended)),
    ];
    for (const work of working) work.catch(() => undefined);
    try {
      while (!ended.aborted) {
        const bytes = await unlessAborted(mailbox.next(), ended);
        const signal = ended.aborted ? undefined : signalOf(bytes);
        if (signal !== undefined && told.take(signal, this.#now())) yield signal;
      }
    } finally {
      for (const subscriber of subscribers) subscriber.close();
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#sent.catch(() => undefined);
    const opened = await this.#opened?.catch(() => undefined);
    opened?.publisher.close();
    opened?.reply.close();
    opened?.access?.close();
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closedError(this.name);
  }

  async #open({ words, snapshot }: FeedAddress): Promise<Opened> {
    const zeromq = await loadZeroMQ('zeromqSignalFeed');
    const context: Context = new zeromq.Context({ blocky: false });
    const curve = this.#curve;
    const access =
      curve &&
      (await AccessControl.open(zeromq, context, new Map([['signal-feed', new Set(curve.allowed)]])));
    const keyed = (address: string) => ({
      context,
      ipv6: isVersion6(address),
      ...(curve && {
        curveServer: true,
        curveSecretKey: curve.keys.secretKey,
        zapDomain: 'signal-feed',
        zapEnforceDomain: true,
      }),
    });
    const publisher = new zeromq.Publisher({ linger: 1_000, sendHighWaterMark: 100_000, ...keyed(words) });
    const reply = new zeromq.Reply({ linger: 0, maxMessageSize: LONGEST_QUESTION, ...keyed(snapshot) });
    const stranger = `a stranger was refused at ${words}: it has no key of curve.allowed`;
    for (const { events } of [publisher, reply]) {
      events.on('handshake:error:auth', () => this.#tell(stranger));
      events.on('handshake:error:protocol', () => this.#tell(stranger));
      events.on('handshake:error:other', () => this.#tell(stranger));
    }
    try {
      await publisher.bind(words);
      await reply.bind(snapshot);
    } catch (error) {
      publisher.close();
      reply.close();
      access?.close();
      throw new ServiceError(`${this.name} cannot be bound: ${messageOf(error)}`, { cause: error });
    }
    this.#serve(reply).catch(() => undefined);
    return { publisher, reply, access };
  }

  #tell(what: string): void {
    if (this.#refused.has(what) || this.#closing.signal.aborted) return;
    this.#refused.add(what);
    this.#onRefused(`${this.name}: ${what}`);
  }

  /** The options of a socket that connects to a publisher. */
  #keyed(address: string, { key }: FeedPublisher): object {
    const curve = this.#curve;
    return {
      ipv6: isVersion6(address),
      ...(curve &&
        key !== undefined && {
          curvePublicKey: curve.keys.publicKey,
          curveSecretKey: curve.keys.secretKey,
          curveServerKey: key,
        }),
    };
  }

  #subscribe(zeromq: ZeroMQ, publisher: FeedPublisher): InstanceType<ZeroMQ['Subscriber']> {
    const { words } = publisher;
    const subscriber = new zeromq.Subscriber({
      linger: 0,
      reconnectInterval: 100,
      reconnectMaxInterval: 1_000,
      maxMessageSize: LONGEST_WORD,
      ...this.#keyed(words, publisher),
    });
    const ours = this.#curve?.keys.publicKey;
    subscriber.events.on('handshake:error:auth', () =>
      this.#tell(
        `${words} refused this listener: add ${ours ?? 'a public key of it'} to curve.allowed there`,
      ),
    );
    const wrong = () =>
      this.#tell(`no handshake with ${words}: is \`key\` its public key, and has it keys if this side has?`);
    subscriber.events.on('handshake:error:protocol', wrong);
    subscriber.events.on('handshake:error:other', wrong);
    subscriber.subscribe('signal');
    subscriber.connect(words);
    return subscriber;
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
    publisher: FeedPublisher,
    mailbox: Mailbox<Uint8Array>,
    ended: AbortSignal,
  ): Promise<void> {
    while (!ended.aborted) {
      const request = new zeromq.Request({
        linger: 0,
        receiveTimeout: PATIENCE,
        sendTimeout: PATIENCE,
        ...this.#keyed(publisher.snapshot, publisher),
      });
      let answered = false;
      try {
        request.connect(publisher.snapshot);
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
