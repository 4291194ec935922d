import type { Decision } from '../../domain/decision.js';

/** The newest word of each replica about one thing, and the last that the agent was held to. */
export class Votes {
  readonly #votes: (Decision | undefined)[];
  #settled: Decision | undefined;

  constructor(replicas: number) {
    this.#votes = new Array<Decision | undefined>(replicas).fill(undefined);
  }

  /**
   * Takes a replica's word; gives the agent's new decision when that settles one, else `undefined`.
   *
   * With a quorum of 1 the first word on a snapshot counts, and another replica's on the same or an older one does not;
   * the replica itself may change its mind. With more, so many newest words must lie within `tolerance`; the middle one
   * counts, for as long and as much as the most cautious of them says.
   */
  put(
    replica: number,
    word: Decision,
    quorum: number,
    tolerance: number,
    oldest: number,
  ): Decision | undefined {
    const last = this.#votes[replica];
    if (last !== undefined && word.basedOn < last.basedOn) return undefined;
    if (last !== undefined && word.basedOn === last.basedOn && same(word, last)) return undefined;
    this.#votes[replica] = word;
    const settled = this.#settled;
    let agreed: Decision | undefined;
    if (quorum === 1) {
      const changesItsMind = last !== undefined && settled === last && word.basedOn === last.basedOn;
      if (settled === undefined || word.basedOn > settled.basedOn || changesItsMind) agreed = word;
    } else {
      const middle = this.#middle(quorum, tolerance, oldest);
      if (middle !== undefined && (settled === undefined || middle.basedOn > settled.basedOn))
        agreed = middle;
    }
    if (agreed !== undefined) this.#settled = agreed;
    return agreed;
  }

  /** What is agreed upon by so many that are not too old; of several such groups the closest. */
  #middle(quorum: number, tolerance: number, oldest: number): Decision | undefined {
    const votes = this.#votes.filter((vote) => vote !== undefined && vote.basedOn >= oldest) as Decision[];
    votes.sort((a, b) => a.exposure - b.exposure || a.basedOn - b.basedOn);
    let first = -1;
    let closest = tolerance;
    for (let at = 0; at + quorum <= votes.length; at++) {
      const spread = (votes[at + quorum - 1] as Decision).exposure - (votes[at] as Decision).exposure;
      if (spread > closest || (first >= 0 && spread === closest)) continue;
      first = at;
      closest = spread;
    }
    if (first < 0) return undefined;
    const group = votes.slice(first, first + quorum);
    return {
      ...(group[(quorum - 1) >> 1] as Decision),
      confidence: Math.min(...group.map(({ confidence }) => confidence)),
      basedOn: Math.min(...group.map(({ basedOn }) => basedOn)),
      validUntil: Math.min(...group.map(({ validUntil }) => validUntil)),
    };
  }

  save(): { readonly votes: readonly (Decision | null)[]; readonly settled: number | Decision | null } {
    const place = this.#votes.indexOf(this.#settled);
    return {
      votes: this.#votes.map((vote) => vote ?? null),
      // A word that is also the settled one stays one object: who may change his mind is known by it.
      settled: this.#settled === undefined ? null : place >= 0 ? place : this.#settled,
    };
  }

  static restore(saved: ReturnType<Votes['save']>): Votes {
    const votes = new Votes(saved.votes.length);
    saved.votes.forEach((vote, index) => {
      votes.#votes[index] = vote ?? undefined;
    });
    const { settled } = saved;
    votes.#settled = typeof settled === 'number' ? votes.#votes[settled] : (settled ?? undefined);
    return votes;
  }
}

const same = (one: Decision, other: Decision): boolean =>
  one.exposure === other.exposure && one.confidence === other.confidence;
