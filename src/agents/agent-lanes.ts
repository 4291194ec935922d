import { Observable, type Subscriber } from 'rxjs';
import type { AsynchronousAgent } from '../core/asynchronous-agent.js';
import type { Driver, DriverContext } from '../core/driver.js';
import { Chance, type ChanceState } from '../domain/chance.js';
import { uniqueNames } from '../domain/check.js';
import type { ConsultCommand } from '../domain/command.js';
import { ConfigurationError } from '../domain/errors.js';
import type { OutsideEvent } from '../domain/event.js';
import { delayOf, type LatencyModel } from '../domain/latency-model.js';
import { fromPlain, type Plain } from '../domain/plain.js';
import { checkEvent } from '../domain/wire.js';
import type { Mind, OpenMind } from './decide.js';
import { Lane, type LaneWord } from './lane.js';
import type { LaneSettings } from './lane-options.js';

/** An agent that a driver asks: its terms, how it is asked, and who answers for each replica. */
export interface LaneAgent extends AsynchronousAgent<never> {
  readonly lane: LaneSettings;
  readonly latency: LatencyModel;
  readonly mind: Mind | ((replica: number) => Mind);
}

/** How one replica of an agent has been. */
export interface AgentHealth {
  readonly agent: string;
  readonly replica: number;
  /** `absent`: its process or thread is not there. */
  readonly state: 'well' | 'quarantined' | 'absent';
  /** Snapshots that came for it. */
  readonly shown: number;
  /** Answers taken. */
  readonly answered: number;
  /** Snapshots to which it had nothing to say. */
  readonly abstained: number;
  /** Late, an error, nonsense. */
  readonly failed: number;
  /** Snapshots that a newer one replaced, or that it was too ill for. */
  readonly dropped: number;
  /** How often it was left alone. */
  readonly quarantines: number;
  readonly lastFailure: string;
  /** Milliseconds from the snapshot to its last answer; `NaN`: none yet. */
  readonly latency: number;
  readonly busy: number;
}

/** A driver that asks agents, and tells how they are. */
export interface AgentsDriver extends Driver {
  /** Of all replicas, in the order of definition. Empty before the run. */
  health(): readonly AgentHealth[];
}

/** A driver of lanes: one for each replica of each agent. */
export function agentLanes(
  name: string,
  agents: readonly LaneAgent[],
  seed: number,
  begin?: (context: DriverContext, subscriber: Subscriber<OutsideEvent>) => () => void,
): AgentsDriver {
  uniqueNames('agents', agents);
  let replicas: readonly ReplicaLane[] = [];
  let simulated = false;
  return {
    name,
    health: () => replicas.map((replica) => replica.health()),
    connect: (context) =>
      new Observable((subscriber) => {
        simulated = context.clock.mode === 'replay';
        if (simulated && begin !== undefined)
          throw new ConfigurationError(
            `${name} cannot take part in a replay: other processes know nothing of its time; replay a journal with their decisions, or make them deliberate`,
          );
        const end = begin?.(context, subscriber);
        replicas = agents.flatMap((agent) =>
          Array.from(
            { length: agent.replicas },
            (_, index) => new ReplicaLane(agent, index, seed, simulated, context, subscriber),
          ),
        );
        restore(replicas, simulated ? context.restored : undefined);
        const byAgent = new Map<string, ReplicaLane[]>();
        for (const one of replicas) byAgent.set(one.agent, [...(byAgent.get(one.agent) ?? []), one]);
        const commands = context.commands$.subscribe((command) => {
          if (command.kind !== 'consult') return;
          for (const replica of byAgent.get(command.agent) ?? []) replica.offer(command);
        });
        const leading = context.leading$.subscribe((leads) => {
          // Another asks its own agents from here on.
          if (!leads) for (const replica of replicas) replica.rest();
        });
        return () => {
          commands.unsubscribe();
          leading.unsubscribe();
          for (const replica of replicas) replica.close();
          end?.();
        };
      }),
    // Live, nobody can say what has become of a question: whoever goes on asks anew.
    save: () =>
      simulated ? Object.fromEntries(replicas.map((replica) => [replica.id, replica.save()])) : null,
  };
}

function restore(replicas: readonly ReplicaLane[], saved: Plain | undefined): void {
  if (saved === undefined) return;
  const states = saved as Readonly<Record<string, Plain>>;
  for (const replica of replicas) {
    const state = states[replica.id];
    if (state !== undefined) replica.restore(state);
  }
}

/** One replica: its lane, who answers in it, and its tallies. */
class ReplicaLane {
  readonly id: string;
  readonly agent: string;
  readonly #replica: number;
  readonly #component: string;
  readonly #terms: LaneAgent;
  readonly #context: DriverContext;
  readonly #subscriber: Subscriber<OutsideEvent>;
  readonly #mind: OpenMind;
  readonly #lane: Lane;
  readonly #chance: Chance;
  readonly #tallies = { shown: 0, answered: 0, abstained: 0, failed: 0, dropped: 0, quarantines: 0 };
  #lastFailure = '';
  #latency = Number.NaN;
  #present = true;
  #closed = false;

  constructor(
    terms: LaneAgent,
    replica: number,
    seed: number,
    simulated: boolean,
    context: DriverContext,
    subscriber: Subscriber<OutsideEvent>,
  ) {
    const { name, lane, latency, mind } = terms;
    this.#terms = terms;
    this.agent = name;
    this.#replica = replica;
    this.id = `${name}/${replica}`;
    this.#component = terms.replicas === 1 ? `agent:${name}` : `agent:${this.id}`;
    this.#context = context;
    this.#subscriber = subscriber;
    this.#chance = new Chance(seed, `agent ${this.id}`);
    this.#mind = (typeof mind === 'function' ? mind(replica) : mind).open({
      present: (present, reason) => this.#turn(present, reason),
    });
    const { clock, rank } = context;
    const draw = (): number => this.#chance.draw();
    this.#lane = new Lane(lane, {
      clock,
      rank,
      decide: this.#mind.decide,
      word: (word) => this.#take(word),
      ...(simulated ? { latency: () => delayOf(latency, draw) } : {}),
    });
  }

  offer({ agent, seq, ts, snapshot }: ConsultCommand): void {
    this.#tallies.shown++;
    this.#lane.offer({ agent, replica: this.#replica, seq, ts, snapshot });
  }

  rest(): void {
    this.#lane.close();
  }

  close(): void {
    this.#closed = true;
    this.#lane.close();
    this.#mind.close();
  }

  health(): AgentHealth {
    return {
      agent: this.agent,
      replica: this.#replica,
      state: this.#present ? (this.#lane.quarantined ? 'quarantined' : 'well') : 'absent',
      ...this.#tallies,
      lastFailure: this.#lastFailure,
      latency: this.#latency,
      busy: this.#lane.busy,
    };
  }

  save(): Plain {
    return { lane: this.#lane.save(), chance: this.#chance.save() };
  }

  restore(state: Plain): void {
    const { lane, chance } = state as { readonly lane: Plain; readonly chance: Plain };
    this.#chance.restore(fromPlain<ChanceState>(chance));
    this.#lane.restore(lane);
  }

  #take(word: LaneWord): void {
    if (this.#closed) return;
    switch (word.kind) {
      case 'answered': {
        const now = this.#context.clock.now();
        this.#latency = now - word.shown.ts;
        const { of, exposure, confidence } = word.answer;
        this.#tallies.answered++;
        this.#say({
          kind: 'decision',
          decision: {
            agent: this.agent,
            of,
            exposure,
            confidence,
            basedOn: word.shown.seq,
            validUntil: now + this.#terms.lifetime,
          },
          ...(this.#terms.replicas === 1 ? {} : { replica: this.#replica }),
        });
        break;
      }
      case 'failed':
        this.#tallies.failed++;
        this.#lastFailure = word.reason;
        break;
      case 'abstained':
        this.#tallies.abstained++;
        break;
      case 'dropped':
        this.#tallies.dropped++;
        break;
      case 'quarantined': {
        this.#tallies.quarantines++;
        const pause = (word.until - this.#context.clock.now()) / 1_000;
        this.#fault('quarantined', `${word.reason}; left alone for ${pause} s`, 'quarantine');
        break;
      }
      default:
        this.#fault('returned', 'it answers again');
    }
  }

  #turn(present: boolean, reason: string): void {
    if (this.#closed || present === this.#present) return;
    this.#present = present;
    this.#fault(present ? 'present' : 'absent', reason);
    if (present) this.#lane.resume();
    else this.#lane.suspend(reason);
  }

  #fault(code: string, message: string, severity: 'notice' | 'quarantine' = 'notice'): void {
    this.#say({
      kind: 'fault',
      component: this.#component,
      code,
      message: message.slice(0, 1_000),
      severity,
    });
  }

  #say(event: OutsideEvent): void {
    this.#subscriber.next(checkEvent(event));
  }
}
