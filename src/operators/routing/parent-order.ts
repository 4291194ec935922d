import type { ClientOrderId } from '../../domain/brand.js';
import type { TargetOf } from '../../domain/decision.js';
import type { Intent } from '../../domain/intent.js';
import { type Attribution, type Side, sign } from '../../domain/order.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import { splitLots } from './split-lots.js';

/** One order that executes a part of a parent. */
export interface Child {
  readonly number: number;
  /** `null` until the order has a name: it was proposed, and risk has not answered. */
  id: ClientOrderId | null;
  /** Index of its instrument in the table. */
  readonly index: number;
  /** Base units in a lot when it was proposed. */
  readonly units: number;
  /** In ticks. */
  readonly price: number;
  readonly rests: boolean;
  readonly sentAt: number;
  /** Lots that it has traded or may still trade. */
  lots: number;
  filled: number;
  over: boolean;
  /** Whether the venue has said anything. */
  heard: boolean;
  /** Whether its cancel was asked for. */
  canceling: boolean;
  readonly attribution: readonly Attribution[];
}

/** What is remembered of children that ended long ago. */
interface Folded {
  units: number;
  readonly byAgent: Map<string, number>;
}

/** Ended children whose fills may still be taken back; those before are counted and forgotten. */
const REMEMBERED = 64;

type SavedParent = {
  readonly fields: Plain;
  readonly wants: readonly (readonly [agent: string, units: number])[];
  readonly children: readonly Plain[];
  readonly folded: {
    readonly units: number;
    readonly byAgent: readonly (readonly [agent: string, units: number])[];
  };
};

/** What of a parent is plain. */
interface Fields {
  readonly id: string;
  readonly of: TargetOf;
  readonly side: Side;
  readonly startedAt: number;
  /** Base units. */
  quantity: number;
  /** Base units that the market has printed since its start. */
  volume: number;
  nextChild: number;
  /** Nothing is sent before: risk denied, or nothing was to be had. */
  notBefore: number;
  /** How long the next denial makes it wait. */
  pause: number;
  /** It is given up: what works is canceled, and then it is over. */
  stopped: string | null;
  /** Base units that rested in vain, and are taken now. */
  takes: number;
}

/** A larger order on its way: what is wanted, for whom, and by which orders it is executed. */
export class ParentOrder {
  readonly fields: Fields;
  readonly children: Child[] = [];
  /** Signed base units that each agent wants of the whole. */
  #wants: Map<string, number>;
  readonly #folded: Folded = { units: 0, byAgent: new Map() };

  constructor(fields: Fields, wants: Iterable<readonly [string, number]>) {
    this.fields = fields;
    this.#wants = new Map(wants);
  }

  /** A fresh parent for an intent. */
  static of({ of, side, quantity, shares }: Intent, id: string, ts: number, pause: number): ParentOrder {
    const fields = {
      id,
      of,
      side,
      startedAt: ts,
      quantity,
      volume: 0,
      nextChild: 0,
      notBefore: Number.NEGATIVE_INFINITY,
      pause,
      stopped: null,
      takes: 0,
    };
    return new ParentOrder(
      fields,
      shares.map(({ agent, quantity: units }) => [agent, units] as const),
    );
  }

  /** Base units that have traded or may still trade. */
  get committed(): number {
    let units = this.#folded.units;
    for (const child of this.children) units += child.lots * child.units;
    return units;
  }

  /** Base units that have traded. */
  get filled(): number {
    let units = this.#folded.units;
    for (const child of this.children) units += child.filled * child.units;
    return units;
  }

  /** Base units that are not on their way yet. */
  get left(): number {
    return Math.max(0, this.fields.quantity - this.committed);
  }

  get working(): boolean {
    return this.children.some(({ over }) => !over);
  }

  /** Everybody who has a part, with its sign. */
  get shares(): readonly Attribution[] {
    return [...this.#wants].map(([agent, quantity]) => ({ agent, quantity }));
  }

  /**
   * Sizing says anew what is missing: beyond what has traded and what works. What was proposed and has no name yet is not
   * known to it.
   *
   * @returns whether the whole is another than before
   */
  restate({ quantity, shares }: Intent): boolean {
    let known = this.#folded.units;
    const given = new Map(this.#folded.byAgent);
    for (const child of this.children) {
      if (child.id === null) continue;
      known += child.lots * child.units;
      giveTo(given, child);
    }
    const before = this.fields.quantity;
    this.fields.quantity = known + quantity;
    this.#wants = given;
    for (const share of shares) given.set(share.agent, (given.get(share.agent) ?? 0) + share.quantity);
    return Math.abs(this.fields.quantity - before) > 1e-9 * before;
  }

  /**
   * Who gets which of the next lots: each what it lacks, so that all children together give each its part.
   *
   * @param beside what is placed together with it, and no child yet
   */
  attribute(
    lots: number,
    units: number,
    beside: readonly Pick<Child, 'attribution' | 'lots' | 'units'>[] = [],
  ): readonly Attribution[] {
    const { quantity, side } = this.fields;
    const given = new Map(this.#folded.byAgent);
    let committed = this.committed + lots * units;
    for (const child of this.children) giveTo(given, child);
    for (const other of beside) {
      giveTo(given, other);
      committed += other.lots * other.units;
    }
    const progress = Math.min(1, committed / quantity);
    const agents = [...this.#wants.keys()];
    const lacks = agents.map(
      (agent) => (this.#wants.get(agent) as number) * progress - (given.get(agent) ?? 0),
    );
    const parts = splitLots(lacks, sign(side) * lots);
    return agents
      .map((agent, place) => ({ agent, quantity: parts[place] as number }))
      .filter(({ quantity: part }) => part !== 0);
  }

  /** Counts what ended long ago, and forgets it. */
  fold(): void {
    let ended = 0;
    for (const { over } of this.children) if (over) ended++;
    for (let place = 0; ended > REMEMBERED && place < this.children.length; ) {
      const child = this.children[place] as Child;
      if (!child.over) {
        place++;
        continue;
      }
      this.#folded.units += child.lots * child.units;
      giveTo(this.#folded.byAgent, child);
      this.children.splice(place, 1);
      ended--;
    }
  }

  save(): SavedParent {
    const { fields } = this;
    return {
      fields: asPlain({ ...fields, of: { ...fields.of } }),
      wants: [...this.#wants],
      children: this.children.map((child) =>
        asPlain({ ...child, attribution: child.attribution.map((share) => ({ ...share })) }),
      ),
      folded: { units: this.#folded.units, byAgent: [...this.#folded.byAgent] },
    };
  }

  static restore({ fields, wants, children, folded }: SavedParent): ParentOrder {
    const parent = new ParentOrder({ ...fromPlain<Fields>(fields) }, wants);
    parent.children.push(...children.map((child) => ({ ...fromPlain<Child>(child) })));
    parent.#folded.units = folded.units;
    for (const [agent, units] of folded.byAgent) parent.#folded.byAgent.set(agent, units);
    return parent;
  }
}

/** Adds what each agent has of a child's lots: its part of them, when some were never filled. */
function giveTo(
  given: Map<string, number>,
  { attribution, lots, units }: Pick<Child, 'attribution' | 'lots' | 'units'>,
): void {
  let ordered = 0;
  for (const { quantity } of attribution) ordered += quantity;
  const part = ordered === 0 ? 0 : (lots / Math.abs(ordered)) * units;
  for (const { agent, quantity } of attribution) given.set(agent, (given.get(agent) ?? 0) + quantity * part);
}
