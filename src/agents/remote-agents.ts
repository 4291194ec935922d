import { Observable, type Subscriber } from 'rxjs';
import type { DriverContext } from '../core/driver.js';
import type { Frame } from '../core/frame.js';
import type { Answer } from '../domain/decision.js';
import { ConfigurationError } from '../domain/errors.js';
import type { OutsideEvent } from '../domain/event.js';
import { AccessControl } from '../services/zeromq/access.js';
import { isVersion6 } from '../services/zeromq/address.js';
import { closedAtExit } from '../services/zeromq/exit.js';
import { WriterQueue } from '../services/zeromq/writer-queue.js';
import { loadZeroMQ, type Router, type ZeroMQ } from '../services/zeromq/zeromq.js';
import { type AgentsDriver, agentLanes } from './agent-lanes.js';
import type { MindEvents, OpenMind, Shown } from './decide.js';
import { type RefusalCode, Refusals } from './refusals.js';
import type { RemoteAgent } from './remote.js';
import {
  type AgentMessage,
  type DeskMessage,
  decodeAgentMessage,
  encodeDeskMessage,
  VersionError,
} from './remote-format.js';
import {
  type RemoteAgentsOptions,
  type RemoteAgentsSettings,
  remoteAgentsSettings,
} from './remote-options.js';

/** Where remote agents connect, and the driver that asks them. */
export interface RemoteAgents extends AgentsDriver {
  readonly address: string;
  /** What was refused so far, by why. */
  refusals(): ReadonlyMap<RefusalCode, number>;
  /** Says goodbye and frees the address. */
  close(): void;
}

/** Longest message of an agent, in bytes. */
const LONGEST_MESSAGE = 65_536;
const WAITING_MESSAGES = 64;
const WAITING_BYTES = 16 * 1024 * 1024;
/** Connections that have not said who they are, of which the desk remembers that it asked. */
const MOST_STRANGERS = 64;
/** ZeroMQ tells of a lost connection a moment before its peer is unreachable. */
const PROBE_AFTER: readonly number[] = [0, 3, 30, 100];

/**
 * Opens the place where remote agents connect: a ROUTER of ZeroMQ with msgpack (docs/agent-format.md).
 *
 * ```
 * consult    a----b----c----
 * agent      h-x------X  h-y     hello, an answer to a; killed; back with a hello, answers c
 *            openRemoteAgents({ bind, agents })
 * events     --x------f--p-y     f: absent, p: present
 * ```
 *
 * Each replica of each agent has a lane, as deliberate agents have. A malformed frame, another version, an unknown name, an answer
 * that nobody asked for and whoever has no key are refused, counted and named. Whoever says hello as a replica that is
 * there already takes its place: a process that was killed and restarted need not wait until it is missed.
 *
 * @throws ConfigurationError when a setting is wrong, the address is taken or zeromq is not installed
 * @example
 * const remoteAgents = await openRemoteAgents([analyst], { bind: 'tcp://127.0.0.1:7020' });
 * run(core, { clock: liveClock(), drivers: [remoteAgents] });
 */
export async function openRemoteAgents<F extends Frame>(
  agents: readonly RemoteAgent<F>[],
  options: RemoteAgentsOptions,
): Promise<RemoteAgents> {
  const settings = remoteAgentsSettings(options);
  const hub = new Hub(settings, agents);
  const lanes = agents.map((agent) => ({
    ...agent,
    latency: 0,
    mind: (replica: number) => ({ open: (told: MindEvents) => hub.place(agent.name, replica, told) }),
  }));
  const driver = agentLanes(settings.name, lanes, 0, (context, subscriber) => hub.begin(context, subscriber));
  await hub.open(await loadZeroMQ('openRemoteAgents'));
  return Object.assign(driver, {
    address: hub.address,
    refusals: () => hub.refusals.counts,
    close: () => hub.close(),
  });
}

interface Place {
  readonly agent: string;
  readonly replica: number;
  peer: string | undefined;
  heardAt: number;
  told: MindEvents | undefined;
  deadline: number;
  readonly asked: Map<number, Subscriber<readonly Answer[]>>;
}

class Hub {
  readonly refusals = new Refusals(() => performance.now());
  address = '';
  readonly #settings: RemoteAgentsSettings;
  readonly #places = new Map<string, Place>();
  /** By routing id. */
  readonly #peers = new Map<string, Place>();
  readonly #strangers = new Set<string>();
  #access: AccessControl | undefined;
  #socket: Router | undefined;
  #queue: WriterQueue | undefined;
  #heart: NodeJS.Timeout | undefined;
  #beatAt = 0;
  readonly #probes = new Set<NodeJS.Timeout>();
  #release: (() => void) | undefined;
  #subscriber: Subscriber<OutsideEvent> | undefined;
  #closed = false;

  constructor(settings: RemoteAgentsSettings, agents: readonly RemoteAgent<never>[]) {
    this.#settings = settings;
    for (const { name, replicas, lane } of agents)
      for (let replica = 0; replica < replicas; replica++)
        this.#places.set(keyOf(name, replica), {
          agent: name,
          replica,
          peer: undefined,
          heardAt: 0,
          told: undefined,
          deadline: lane.deadline,
          asked: new Map(),
        });
  }

  async open(zeromq: ZeroMQ): Promise<void> {
    const { bind, curve, deadAfter, heartbeat } = this.#settings;
    const context = new zeromq.Context({ blocky: false });
    if (curve !== undefined)
      this.#access = await AccessControl.open(zeromq, context, new Map([['agents', new Set(curve.allowed)]]));
    const socket = new zeromq.Router({
      context,
      linger: 0,
      sendTimeout: 0,
      sendHighWaterMark: WAITING_MESSAGES,
      receiveHighWaterMark: 1_000,
      maxMessageSize: LONGEST_MESSAGE,
      heartbeatInterval: Math.ceil(deadAfter / 4),
      heartbeatTimeout: deadAfter,
      heartbeatTimeToLive: deadAfter,
      handshakeInterval: deadAfter,
      mandatory: true,
      handover: true,
      ipv6: isVersion6(bind),
      ...(curve && {
        curveServer: true,
        curveSecretKey: curve.keys.secretKey,
        zapDomain: 'agents',
        zapEnforceDomain: true,
      }),
    });
    this.#socket = socket;
    this.#queue = new WriterQueue(
      {
        write: async (peer, frames) => socket.send([Buffer.from(peer, 'hex'), ...frames]),
        gone: (peer) => this.#gone(peer, 'its connection was lost'),
        failed: (error) => this.#refuse('malformed', `cannot send from ${bind}: ${error.message}`),
      },
      { messages: WAITING_MESSAGES, bytes: WAITING_BYTES },
    );
    socket.events.on('disconnect', () => this.#probe());
    socket.events.on('handshake:error:auth', () =>
      this.#refuse('stranger', `a stranger was refused at ${bind}: its public key is not in curve.allowed`),
    );
    socket.events.on('handshake:error:protocol', ({ error }) =>
      this.#refuse(
        'stranger',
        `a stranger was refused at ${bind}: ${error.code} (no or a wrong key, or no ZeroMQ)`,
      ),
    );
    // Who sees first that keys do not fit hangs up: then all that is known here is that a handshake broke off.
    socket.events.on('handshake:error:other', () =>
      this.#refuse(
        'stranger',
        `a stranger was refused at ${bind}: its handshake broke off (no or a wrong key, or no ZeroMQ)`,
      ),
    );
    this.#release = closedAtExit(() => this.#closeNow());
    try {
      await socket.bind(bind);
    } catch (error) {
      this.close();
      throw new ConfigurationError(
        `remoteAgents.bind must be an address that is free here, not ${bind}: ${(error as Error).message}`,
        { cause: error },
      );
    }
    this.address = socket.lastEndpoint ?? bind;
    void this.#read(socket);
    this.#beatAt = performance.now();
    this.#heart = setInterval(() => this.#beat(), heartbeat);
    this.#heart.unref();
  }

  begin(_context: DriverContext, subscriber: Subscriber<OutsideEvent>): () => void {
    this.#subscriber = subscriber;
    return () => {
      this.#subscriber = undefined;
    };
  }

  /** A replica as its lane sees it. */
  place(agent: string, replica: number, told: MindEvents): OpenMind {
    const place = this.#places.get(keyOf(agent, replica)) as Place;
    place.told = told;
    // Who has not come yet is not there; a lane begins as if its agent were.
    if (place.peer === undefined)
      queueMicrotask(() => place.peer ?? place.told?.present(false, 'it has not come yet'));
    return {
      decide: (shown) => this.#ask(place, shown),
      close: () => {
        place.told = undefined;
      },
    };
  }

  close(): void {
    if (this.#closed) return;
    for (const peer of this.#peers.keys()) this.#send(peer, { type: 'bye' });
    this.#release?.();
    // Goodbyes leave within this turn or not at all.
    setImmediate(() => this.#closeNow());
  }

  #closeNow(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heart);
    for (const probe of this.#probes) clearTimeout(probe);
    this.#queue?.close();
    this.#socket?.close();
    this.#access?.close();
  }

  #ask(place: Place, { seq, ts, snapshot }: Shown): Observable<readonly Answer[]> {
    return new Observable((subscriber) => {
      const { peer, asked, deadline } = place;
      if (peer === undefined) {
        subscriber.error(new Error('it is not there'));
        return undefined;
      }
      asked.set(seq, subscriber);
      const sent = this.#send(peer, { type: 'snapshot', seq, ts, deadline, data: snapshot });
      if (sent !== 'queued') subscriber.error(new Error(`it does not read: the way to it is ${sent}`));
      return () => {
        if (asked.get(seq) === subscriber) asked.delete(seq);
      };
    });
  }

  #send(peer: string, message: DeskMessage): 'queued' | 'full' | 'gone' {
    return this.#queue?.push(peer, [encodeDeskMessage(message)]) ?? 'gone';
  }

  async #read(socket: Router): Promise<void> {
    try {
      for await (const [id, ...frames] of socket) {
        if (this.#closed) return;
        this.#take((id as Buffer).toString('hex'), frames);
      }
    } catch (error) {
      if (!this.#closed)
        this.#refuse('malformed', `cannot read at ${this.address}: ${(error as Error).message}`);
    }
  }

  #take(peer: string, frames: readonly Buffer[]): void {
    const place = this.#peers.get(peer);
    let message: AgentMessage;
    try {
      message = decodeAgentMessage(frames);
    } catch (error) {
      const code = error instanceof VersionError ? 'version' : 'malformed';
      const { message: reason } = error as Error;
      this.#refuse(code, reason, place);
      this.#send(peer, { type: 'refused', code, reason: reason.slice(0, 300) });
      // What it was asked it will not answer: better to know now than at the deadline.
      if (place !== undefined) for (const subscriber of [...place.asked.values()]) subscriber.error(error);
      return;
    }
    if (message.type === 'hello') {
      this.#hello(peer, message.agent, message.replica);
      return;
    }
    if (place === undefined) {
      this.#unknown(peer);
      return;
    }
    place.heardAt = performance.now();
    if (message.type === 'bye') this.#gone(peer, 'it said goodbye');
    else if (message.type === 'answer' || message.type === 'failed') this.#answer(place, message);
  }

  #answer(place: Place, message: Extract<AgentMessage, { readonly type: 'answer' | 'failed' }>): void {
    const { seq } = message;
    const asked = place.asked.get(seq);
    if (asked === undefined) {
      this.#refuse(
        'not-asked',
        `an answer to seq ${seq}, of which nobody waits for one: late, told twice or made up`,
        place,
      );
      return;
    }
    place.asked.delete(seq);
    if (message.type === 'failed') {
      asked.error(new Error(message.reason));
      return;
    }
    if (message.answers.length > 0) asked.next(message.answers);
    asked.complete();
  }

  #hello(peer: string, agent: string, replica: number): void {
    const place = this.#places.get(keyOf(agent, replica));
    if (place === undefined) {
      const known = this.#places.has(keyOf(agent, 0));
      const code = known ? 'unknown-replica' : 'unknown-agent';
      const reason = known
        ? `agent ${agent} has no replica ${replica} at this desk`
        : `nobody at this desk is called ${agent}`;
      this.#refuse(code, reason);
      this.#send(peer, { type: 'refused', code, reason: reason.slice(0, 300) });
      return;
    }
    const before = this.#peers.get(peer);
    if (before !== undefined && before !== place) this.#gone(peer, 'it is somebody else now');
    const replaced = place.peer;
    if (replaced !== undefined && replaced !== peer) {
      const reason = 'another connection took its place';
      this.#gone(replaced, reason);
      // Only now: what waited for it has been dropped.
      this.#send(replaced, { type: 'refused', code: 'replaced', reason });
    }
    this.#strangers.delete(peer);
    // Hello again on a living connection: the desk was restarted, or the agent was. What was asked before is lost.
    for (const subscriber of [...place.asked.values()]) subscriber.error(new Error('it began anew'));
    place.peer = peer;
    place.heardAt = performance.now();
    this.#peers.set(peer, place);
    this.#send(peer, { type: 'welcome', agent, replica, heartbeat: this.#settings.heartbeat });
    place.told?.present(true, 'it is connected');
  }

  /** Speaks before it has said who it is: it is asked to, once. */
  #unknown(peer: string): void {
    this.#refuse('not-introduced', 'a message of a connection that has not said hello');
    if (this.#strangers.has(peer)) return;
    for (const oldest of this.#strangers) {
      if (this.#strangers.size < MOST_STRANGERS) break;
      this.#strangers.delete(oldest);
    }
    this.#strangers.add(peer);
    this.#send(peer, { type: 'refused', code: 'not-introduced', reason: 'say hello first' });
  }

  #gone(peer: string, reason: string): void {
    this.#queue?.drop(peer);
    const place = this.#peers.get(peer);
    this.#peers.delete(peer);
    if (place === undefined || place.peer !== peer) return;
    place.peer = undefined;
    place.told?.present(false, reason);
    for (const subscriber of [...place.asked.values()]) subscriber.error(new Error(reason));
    place.asked.clear();
  }

  #beat(): void {
    const now = performance.now();
    const { heartbeat, deadAfter } = this.#settings;
    const late = now - this.#beatAt - heartbeat;
    this.#beatAt = now;
    // While this process stood still it heard nobody: what they said meanwhile is yet to be read.
    if (late > heartbeat) for (const place of this.#peers.values()) place.heardAt += late;
    const oldest = now - deadAfter;
    for (const [peer, place] of [...this.#peers]) {
      if (place.heardAt < oldest) this.#gone(peer, `it was silent for more than ${deadAfter} ms`);
      else this.#send(peer, { type: 'beat' });
    }
  }

  /** Some connection was lost; nobody says whose. Whoever cannot be reached is gone. */
  #probe(): void {
    for (const delay of PROBE_AFTER) {
      const probe = setTimeout(() => {
        this.#probes.delete(probe);
        for (const peer of this.#peers.keys()) this.#send(peer, { type: 'beat' });
      }, delay);
      this.#probes.add(probe);
    }
  }

  #refuse(code: RefusalCode, reason: string, place?: Place): void {
    const component = place === undefined ? `driver:${this.#settings.name}` : `agent:${place.agent}`;
    const fault = this.refusals.add(code, component, reason);
    if (fault !== undefined) this.#subscriber?.next(fault);
  }
}

const keyOf = (agent: string, replica: number): string => `${agent}/${replica}`;
