import type { FaultEvent } from '../../domain/event.js';

/** How often a component failed in one way. */
export interface FaultTally {
  readonly component: string;
  readonly code: string;
  readonly severity: FaultEvent['severity'];
  readonly count: number;
  /** The first message. */
  readonly example: string;
}

/** Kinds of faults that are told apart; what comes beyond them is counted as one. */
const MOST_KINDS = 100;

/** Counts faults by component and code, with the first message of each. */
export class FaultTallies {
  readonly #tallies = new Map<string, { -readonly [Key in keyof FaultTally]: FaultTally[Key] }>();

  add({ component, code, severity, message }: FaultEvent): void {
    const full = this.#tallies.size >= MOST_KINDS;
    const key = `${component} ${code}`;
    const known = this.#tallies.get(key) ?? (full ? this.#tallies.get('others') : undefined);
    if (known !== undefined) known.count++;
    else if (full)
      this.#tallies.set('others', {
        component: 'others',
        code: 'many',
        severity,
        count: 1,
        example: message,
      });
    else this.#tallies.set(key, { component, code, severity, count: 1, example: message });
  }

  /** The most frequent first. */
  list(): readonly FaultTally[] {
    return [...this.#tallies.values()]
      .map((tally) => ({ ...tally }))
      .sort((a, b) => b.count - a.count || (a.component < b.component ? -1 : 1));
  }
}
