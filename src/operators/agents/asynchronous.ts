import type { AsynchronousAgent } from '../../core/asynchronous-agent.js';
import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import { type Decision, keyOf } from '../../domain/decision.js';
import type { DecisionEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import { Quarantine } from '../quarantine.js';
import { Votes } from './agreement.js';
import { nonsense } from './nonsense.js';
import { Replica } from './replica.js';

/** An asynchronous agent in the core: what it is shown, and which of its decisions are taken. All of it follows from the log. */
export class AsynchronousUnit<F extends Frame> {
  readonly agent: AsynchronousAgent<F>;
  readonly #component: string;
  #replicas: Replica[];
  #votes = new Map<string, Votes>();
  /** Of `observe`. */
  #quarantine = new Quarantine();
  #dueAt = Number.NEGATIVE_INFINITY;
  #shown = 0;

  constructor(agent: AsynchronousAgent<F>) {
    this.agent = agent;
    this.#component = `agent:${agent.name}`;
    this.#replicas = Array.from({ length: agent.replicas }, () => new Replica());
  }

  /** Shows the agent the frame, if it is time and anybody of it is heard. */
  show(frame: F, market: boolean, context: StageContext): void {
    const { agent } = this;
    const { ts, seq, event } = frame;
    if (ts < this.#dueAt || (agent.marketOnly && !market)) return;
    if (event.kind === 'decision' || event.kind === 'fault' || event.kind === 'barrier') return;
    if (this.#quarantine.holds(ts) || this.#replicas.every((replica) => replica.benched(ts))) return;
    let snapshot: Plain | undefined;
    try {
      snapshot = agent.observe(frame);
    } catch (error) {
      this.#quarantine.failed(context, this.#component, ts, error);
      return;
    }
    this.#quarantine.passed();
    if (snapshot === undefined) return;
    this.#dueAt = ts + agent.every;
    this.#shown = seq;
    context.request({ kind: 'consult', agent: agent.name, seq, ts, snapshot });
  }

  /** Takes a decision; gives what the agent is held to from here on, or `undefined` where that does not change. */
  take(
    { decision, replica: index = 0 }: DecisionEvent,
    frame: Frame,
    context: StageContext,
  ): Decision | undefined {
    const { agent } = this;
    const { ts } = frame;
    const replica = this.#replicas[index];
    if (replica === undefined) {
      context.fault(
        this.#component,
        'bad-decision',
        `it has ${agent.replicas} replicas, and none with the number ${index}`,
      );
      return undefined;
    }
    if (replica.benched(ts)) return undefined;
    const fault = (code: string, reason: string): undefined => {
      replica.bench(
        context,
        this.#component,
        ts,
        code,
        agent.replicas > 1 ? `replica ${index}: ${reason}` : reason,
      );
    };
    if (!replica.admits(agent.rate, ts))
      return fault('flooding', `more than ${agent.rate} decisions a second`);
    const wrong = this.#faultOf(decision, context.instruments, ts);
    if (wrong !== undefined) return fault('bad-decision', wrong);
    const lag = frame.seq - decision.basedOn;
    if (lag > agent.maximumLag) {
      context.fault(
        this.#component,
        'stale-decision',
        `it is based on an event that ${lag} others have followed, more than ${agent.maximumLag}`,
      );
      return undefined;
    }
    replica.behaved();
    const key = keyOf(decision.of);
    let votes = this.#votes.get(key);
    if (votes === undefined) {
      votes = new Votes(agent.replicas);
      this.#votes.set(key, votes);
    }
    return votes.put(index, decision, agent.quorum, agent.tolerance, frame.seq - agent.maximumLag);
  }

  #faultOf(made: Decision, table: InstrumentTable, ts: number): string | undefined {
    const { about, budget, lifetime } = this.agent;
    const plain = nonsense(made, table);
    if (plain !== undefined) return plain;
    if (about !== undefined && !about.has(keyOf(made.of)))
      return `it may not speak about ${JSON.stringify(made.of)}`;
    if (Math.abs(made.exposure) > budget)
      return `exposure must be within its budget of ${budget}, not ${made.exposure}`;
    if (!(made.basedOn <= this.#shown))
      return `it is based on seq ${made.basedOn}, which it has not been shown`;
    if (!(made.validUntil > ts)) return `it came ${ts - made.validUntil} ms after it had expired`;
    // The fraction of a millisecond between the driver's clock and the log's is no lie.
    if (made.validUntil > ts + lifetime + 1)
      return `it wants to count for ${made.validUntil - ts} ms, longer than its lifetime of ${lifetime} ms`;
    return undefined;
  }

  save(): Plain {
    return asPlain({
      replicas: this.#replicas.map((replica) => replica.save()),
      votes: [...this.#votes].map(([key, votes]) => [key, votes.save()]),
      quarantine: this.#quarantine.save(),
      dueAt: this.#dueAt,
      shown: this.#shown,
    });
  }

  static restore<F extends Frame>(agent: AsynchronousAgent<F>, plain: Plain): AsynchronousUnit<F> {
    const saved = fromPlain<{
      readonly replicas: readonly Plain[];
      readonly votes: readonly (readonly [string, ReturnType<Votes['save']>])[];
      readonly quarantine: Plain;
      readonly dueAt: number;
      readonly shown: number;
    }>(plain);
    const unit = new AsynchronousUnit(agent);
    unit.#replicas = saved.replicas.map((replica) => Replica.restore(replica));
    unit.#votes = new Map(saved.votes.map(([key, votes]) => [key, Votes.restore(votes)]));
    unit.#quarantine = Quarantine.restore(saved.quarantine);
    unit.#dueAt = saved.dueAt;
    unit.#shown = saved.shown;
    return unit;
  }
}
