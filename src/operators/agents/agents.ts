import type { AsynchronousAgent } from '../../core/asynchronous-agent.js';
import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { uniqueNames } from '../../domain/check.js';
import { type Answer, type Decision, keyOf } from '../../domain/decision.js';
import type { DecisionEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import { noPromise } from '../no-promise.js';
import { Quarantine } from '../quarantine.js';
import type { Agent } from './agent.js';
import { AsynchronousUnit } from './asynchronous.js';
import { heardPlaces } from './heard.js';
import { nonsense } from './nonsense.js';

/** What `agents` adds to a frame. */
export interface AgentFields {
  /** The decisions made on this frame, and those that asynchronous agents sent in. */
  decisions: readonly Decision[];
}

/** Everything that these agents read of a frame. */
export type AgentNeeds<A extends readonly unknown[]> = (
  A[number] extends infer One
    ? One extends Agent<infer F>
      ? (frame: F) => void
      : One extends AsynchronousAgent<infer F>
        ? (frame: F) => void
        : never
    : never
) extends (frame: infer All extends Frame) => void
  ? All
  : Frame;

/** An agent of any kind: a function inside the core, or whatever answers from outside. */
export type AnyAgent<F extends Frame> = Agent<F> | AsynchronousAgent<F>;

/** Agents, each with needs of its own; anything else does not compile. */
export type AgentList<A extends readonly unknown[]> = {
  readonly [K in keyof A]: A[K] extends Agent<infer F>
    ? Agent<F>
    : A[K] extends AsynchronousAgent<infer F>
      ? AsynchronousAgent<F>
      : never;
};

/** Answers to one frame: as many as a remote agent may send, and more than there are things to speak about. */
const MOST_ANSWERS = 1_024;

interface Unit<F extends Frame> {
  readonly agent: Agent<F>;
  /** By place of an instrument; `undefined`: all. */
  readonly heard: readonly boolean[] | undefined;
  readonly memory: Plain;
  readonly quarantine: Quarantine;
  /** What it wants held, by what it is about. */
  readonly standing: Map<string, Decision>;
  /** Before this time (Unix milliseconds of the log) none of them needs to be renewed. */
  renewFrom: number;
}

interface SavedUnit {
  readonly memory: Plain;
  readonly quarantine: Plain;
  readonly standing: readonly Decision[];
}

type Member<F extends Frame> = Unit<F> | AsynchronousUnit<F>;

/**
 * Asks every reflex agent in turn, shows the desk to asynchronous ones, and takes in what those decide.
 *
 * ```
 * quotes     q--q---q-
 *            agents([trend, contrarian])
 * decisions  a--(bc)d-     a, b, d of trend, c of contrarian: without an answer an agent says nothing
 *
 * quotes     q----q---
 * answers    --d----#-     of a remote model: d is based on the first quote, # wants NaN
 *            agents([model])
 * requests   c----c---     consult: what the model is shown
 * decisions  --d------
 * faults     -------f-     the model is left alone for a second
 * ```
 *
 * A decision of a reflex agent stands as long as its agent is well and says nothing else: it is renewed at half its life. An agent that
 * throws or answers nonsense (NaN, an exposure beyond its budget, an instrument that nobody knows) is quarantined and
 * reported; the others' decisions do not change by one bit.
 *
 * Of an asynchronous agent no decision is taken that is nonsense, beyond its terms, based on what it was not shown, too old, or told
 * already; too many of them, or one that is a lie, and that replica is left alone for a while. Where no asynchronous agent is declared, a sane
 * decision of any name is taken; where one is, those of unknown names are refused.
 *
 * @throws ConfigurationError when two agents share a name
 *
 * @example
 * compose({ instruments: [btc] }, books(), agents([multiHorizonTrend({ asset: 'BTC' })]));
 */
export function agents<const A extends readonly unknown[]>(
  definitions: A & AgentList<A>,
): StageOperator<AgentNeeds<A> & MarketFields, AgentFields>;
export function agents<F extends Frame>(
  definitions: readonly AnyAgent<F>[],
): StageOperator<F & MarketFields, AgentFields>;
export function agents<F extends Frame>(
  definitions: readonly AnyAgent<F>[],
): StageOperator<F & MarketFields, AgentFields> {
  uniqueNames('agents', definitions);
  const places = new Map(definitions.map(({ name }, index) => [name, index]));
  const closed = definitions.some(({ kind }) => kind !== 'reflex');
  return stage<F & MarketFields, AgentFields, Member<F>[]>({
    name: 'agents',
    fingerprint: definitions.map(fingerprintOf).join(';'),
    adds: { decisions: NONE },
    init: ({ instruments }) => definitions.map((definition) => fresh(definition, instruments)),
    step: (members, frame, context) => {
      const { event } = frame;
      const market = isMarket(event.kind) && frame.synced;
      for (const member of members) {
        if (member instanceof AsynchronousUnit) member.show(frame, market, context);
        else if (market || !member.agent.marketOnly) ask(member, frame, context);
      }
      if (event.kind !== 'decision') return;
      const member = members[places.get(event.decision.agent) ?? -1];
      if (member instanceof AsynchronousUnit) {
        const made = member.take(event, frame, context);
        if (made !== undefined) add(frame, made);
      } else hear(event, member, closed, frame, context);
    },
    save: (members) =>
      members.map((member) => (member instanceof AsynchronousUnit ? member.save() : saveUnit(member))),
    restore: (saved, { instruments }) =>
      (saved as readonly Plain[]).map((one, index) => {
        const definition = definitions[index] as AnyAgent<F>;
        return definition.kind === 'reflex'
          ? restoreUnit(definition, one, instruments)
          : AsynchronousUnit.restore(definition, one);
      }),
  });
}

function fingerprintOf<F extends Frame>(agent: AnyAgent<F>): string {
  const { name, lifetime } = agent;
  if (agent.kind === 'reflex') {
    const { hears } = agent;
    if (hears === undefined) return `${name}(${lifetime})`;
    return `${name}(${lifetime},${typeof hears === 'function' ? 'some' : [...hears].sort().join('|')})`;
  }
  const { marketOnly, every, about, budget, maximumLag, rate, replicas, quorum, tolerance } = agent;
  const subjects = about === undefined ? '*' : [...about].sort().join('|');
  const terms = [
    lifetime,
    marketOnly,
    every,
    subjects,
    budget,
    maximumLag,
    rate,
    replicas,
    quorum,
    tolerance,
  ];
  return `${name}(${terms.join(',')})`;
}

function fresh<F extends Frame>(agent: AnyAgent<F>, table: InstrumentTable): Member<F> {
  if (agent.kind !== 'reflex') return new AsynchronousUnit(agent);
  return {
    agent,
    heard: heardPlaces(agent.name, agent.hears, table),
    memory: agent.memory(),
    quarantine: new Quarantine(),
    standing: new Map(),
    renewFrom: Number.POSITIVE_INFINITY,
  };
}

function saveUnit<F extends Frame>({ memory, quarantine, standing }: Unit<F>): Plain {
  return {
    memory: structuredClone(memory),
    quarantine: quarantine.save(),
    standing: asPlain([...standing.values()].map((made) => ({ ...made, of: { ...made.of } }))),
  };
}

function restoreUnit<F extends Frame>(agent: Agent<F>, saved: Plain, table: InstrumentTable): Unit<F> {
  const { memory, quarantine, standing } = fromPlain<SavedUnit>(saved);
  return {
    agent,
    heard: heardPlaces(agent.name, agent.hears, table),
    memory: structuredClone(memory),
    quarantine: Quarantine.restore(quarantine),
    standing: new Map(standing.map((made) => [keyOf(made.of), made])),
    // They are looked at once, which tells.
    renewFrom: standing.length === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
  };
}

/** A decision of nobody who is declared to be asynchronous. */
function hear<F extends Frame>(
  { decision: made }: DecisionEvent,
  reflex: Unit<F> | undefined,
  closed: boolean,
  frame: Frame & AgentFields,
  context: StageContext,
): void {
  const component = `agent:${made.agent}`;
  if (reflex !== undefined)
    context.fault(component, 'bad-decision', 'it decides in the core; nobody else speaks for it');
  else if (closed) context.fault(component, 'unknown-agent', 'nobody of this name decides at this desk');
  else {
    const fault = faultOf(made, context.instruments, frame);
    if (fault === undefined) add(frame, made);
    else context.fault(component, 'bad-decision', fault);
  }
}

function isMarket(kind: string): boolean {
  return kind === 'quote' || kind === 'book' || kind === 'bookOrder' || kind === 'trade' || kind === 'bar';
}

function ask<F extends Frame>(
  unit: Unit<F>,
  frame: F & MarketFields & AgentFields,
  context: StageContext,
): void {
  const { agent, quarantine, heard } = unit;
  const { instrument } = frame;
  if (heard !== undefined && instrument >= 0 && heard[instrument] !== true) return;
  if (quarantine.holds(frame.ts)) return;
  let answers: ReturnType<typeof agent.decide>;
  try {
    answers = agent.decide(frame, unit.memory as never);
    if (answers !== undefined) check(answers, context.instruments);
  } catch (error) {
    quarantine.failed(context, `agent:${agent.name}`, frame.ts, error);
    return;
  }
  quarantine.passed();
  if (Array.isArray(answers)) for (const answer of answers as readonly Answer[]) decide(unit, answer, frame);
  else if (answers !== undefined) decide(unit, answers as Answer, frame);
  renew(unit, frame);
}

function decide<F extends Frame>(unit: Unit<F>, answer: Answer, frame: Frame & AgentFields): void {
  const { agent } = unit;
  const made = decision(agent, answer, frame);
  unit.standing.set(keyOf(answer.of), made);
  unit.renewFrom = Math.min(unit.renewFrom, renewalOf(agent, made));
  add(frame, made);
}

/** The agent is well: what it wanted, it still wants. */
function renew<F extends Frame>(unit: Unit<F>, frame: Frame & AgentFields): void {
  if (frame.ts < unit.renewFrom) return;
  const { agent, standing } = unit;
  let next = Number.POSITIVE_INFINITY;
  for (const [key, made] of standing) {
    if (made.validUntil - frame.ts > agent.lifetime / 2) {
      next = Math.min(next, renewalOf(agent, made));
      continue;
    }
    const renewed = decision(agent, made, frame);
    standing.set(key, renewed);
    next = Math.min(next, renewalOf(agent, renewed));
    add(frame, renewed);
  }
  unit.renewFrom = next;
}

/** Half its life before its end, and a millisecond more: rounding must not let it be missed. */
function renewalOf<F extends Frame>({ lifetime }: Agent<F>, { validUntil }: Decision): number {
  return validUntil - lifetime / 2 - 1;
}

function decision<F extends Frame>({ name, lifetime }: Agent<F>, answer: Answer, frame: Frame): Decision {
  return {
    agent: name,
    of: answer.of,
    exposure: answer.exposure,
    confidence: answer.confidence,
    basedOn: frame.seq,
    validUntil: frame.ts + lifetime,
  };
}

function add(frame: AgentFields, made: Decision): void {
  if (frame.decisions === NONE) frame.decisions = [made];
  else (frame.decisions as Decision[]).push(made);
}

function check(answers: Answer | readonly Answer[], table: InstrumentTable): void {
  noPromise(answers, 'who needs time to think is deliberate({ ... })');
  const list = Array.isArray(answers) ? (answers as readonly Answer[]) : [answers as Answer];
  if (list.length > MOST_ANSWERS)
    throw new RangeError(`it gave ${list.length} answers to one frame, more than ${MOST_ANSWERS}`);
  for (const answer of list) {
    const fault = nonsense(answer, table);
    if (fault !== undefined) throw new RangeError(fault);
  }
}

function faultOf(made: Decision, table: InstrumentTable, { seq, ts }: Frame): string | undefined {
  if (made.basedOn > seq) return `it is based on seq ${made.basedOn}, which is yet to come`;
  if (made.validUntil <= ts) return `it came ${ts - made.validUntil} ms after it had expired`;
  return nonsense(made, table);
}
