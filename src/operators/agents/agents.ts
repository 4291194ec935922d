import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { uniqueNames } from '../../domain/check.js';
import { type Decision, keyOf, type TargetOf } from '../../domain/decision.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import { Quarantine } from '../quarantine.js';
import type { Agent, Answer } from './agent.js';

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
      : never
    : never
) extends (frame: infer All extends Frame) => void
  ? All
  : Frame;

/** Agents, each with needs of its own; anything else does not compile. */
export type AgentList<A extends readonly unknown[]> = {
  readonly [K in keyof A]: A[K] extends Agent<infer F> ? Agent<F> : never;
};

interface Unit<F extends Frame> {
  readonly agent: Agent<F>;
  readonly memory: Plain;
  readonly quarantine: Quarantine;
  /** What it wants held, by what it is about. */
  readonly standing: Map<string, Decision>;
}

interface SavedUnit {
  readonly memory: Plain;
  readonly quarantine: Plain;
  readonly standing: readonly Decision[];
}

/**
 * Asks every reflex agent in turn, and takes in the decisions of asynchronous ones.
 *
 * ```
 * quotes     q--q---q-
 *            agents([trend, contrarian])
 * decisions  a--(bc)d-     a, b, d of trend, c of contrarian: without an answer an agent says nothing
 * ```
 *
 * A decision stands as long as its agent is well and says nothing else: it is renewed at half its life. An agent that
 * throws or answers nonsense (NaN, an exposure beyond its budget, an instrument that nobody knows) is quarantined and
 * reported; the others' decisions do not change by one bit. A decision of an asynchronous agent that is nonsense, or comes
 * when it has expired already, is reported and not taken.
 *
 * @throws ConfigurationError when two agents share a name
 */
export function agents<const A extends readonly unknown[]>(
  definitions: A & AgentList<A>,
): StageOperator<AgentNeeds<A> & MarketFields, AgentFields>;
export function agents<F extends Frame>(
  definitions: readonly Agent<F>[],
): StageOperator<F & MarketFields, AgentFields>;
export function agents<F extends Frame>(
  definitions: readonly Agent<F>[],
): StageOperator<F & MarketFields, AgentFields> {
  uniqueNames('agents', definitions);
  return stage<F & MarketFields, AgentFields, Unit<F>[]>({
    name: 'agents',
    fingerprint: definitions.map(({ name, lifetime }) => `${name}(${lifetime})`).join(';'),
    adds: { decisions: NONE },
    init: () =>
      definitions.map((agent) => ({
        agent,
        memory: agent.memory(),
        quarantine: new Quarantine(),
        standing: new Map(),
      })),
    step: (units, frame, context) => {
      const { event } = frame;
      const market = isMarket(event.kind) && frame.synced;
      for (const unit of units) if (market || !unit.agent.marketOnly) ask(unit, frame, context);
      if (event.kind === 'decision') {
        const fault = faultOf(event.decision, context.instruments, frame);
        if (fault === undefined) add(frame, event.decision);
        else context.fault(`agent:${event.decision.agent}`, 'bad-decision', fault);
      }
    },
    save: (units) =>
      units.map(({ memory, quarantine, standing }) => ({
        memory: structuredClone(memory),
        quarantine: quarantine.save(),
        standing: [...standing.values()].map((made) => ({ ...made, of: { ...made.of } })) as unknown as Plain,
      })),
    restore: (saved) =>
      (saved as unknown as readonly SavedUnit[]).map(({ memory, quarantine, standing }, index) => ({
        agent: definitions[index] as Agent<F>,
        memory: structuredClone(memory),
        quarantine: Quarantine.restore(quarantine),
        standing: new Map(standing.map((made) => [keyOf(made.of), made])),
      })),
  });
}

function isMarket(kind: string): boolean {
  return kind === 'quote' || kind === 'book' || kind === 'bookOrder' || kind === 'trade' || kind === 'bar';
}

function ask<F extends Frame>(
  unit: Unit<F>,
  frame: F & MarketFields & AgentFields,
  context: StageContext,
): void {
  const { agent, quarantine } = unit;
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

function decide<F extends Frame>(
  { agent, standing }: Unit<F>,
  answer: Answer,
  frame: Frame & AgentFields,
): void {
  const made = decision(agent, answer, frame);
  standing.set(keyOf(answer.of), made);
  add(frame, made);
}

/** The agent is well: what it wanted, it still wants. */
function renew<F extends Frame>({ agent, standing }: Unit<F>, frame: Frame & AgentFields): void {
  for (const [key, made] of standing) {
    if (made.validUntil - frame.ts > agent.lifetime / 2) continue;
    const renewed = decision(agent, made, frame);
    standing.set(key, renewed);
    add(frame, renewed);
  }
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
  const list = Array.isArray(answers) ? (answers as readonly Answer[]) : [answers as Answer];
  for (const answer of list) {
    const fault = nonsense(answer, table);
    if (fault !== undefined) throw new RangeError(fault);
  }
}

function nonsense({ of, exposure, confidence }: Answer, table: InstrumentTable): string | undefined {
  if (!(exposure >= -1 && exposure <= 1)) return `exposure must be from -1 to 1, not ${exposure}`;
  if (!(confidence >= 0 && confidence <= 1)) return `confidence must be from 0 to 1, not ${confidence}`;
  return isKnown(of, table) ? undefined : `nobody trades ${JSON.stringify(of)}`;
}

function isKnown(of: TargetOf, table: InstrumentTable): boolean {
  if (of.instrument !== undefined) return table.indexOf(of.instrument) >= 0;
  return table.ofAsset(of.asset).length > 0;
}

function faultOf(made: Decision, table: InstrumentTable, { seq, ts }: Frame): string | undefined {
  if (made.basedOn > seq) return `it is based on seq ${made.basedOn}, which is yet to come`;
  if (made.validUntil <= ts) return `it came ${ts - made.validUntil} ms after it had expired`;
  return nonsense(made, table);
}
