import type { ControlEvent, Event } from '../../domain/event.js';

const MOST = 100;

/** Limits that operators changed at run time, and risk took: the fault that says so follows the word. */
export class LimitChanges {
  readonly #limits = new Map<string, number>();
  #asked: ControlEvent | undefined;

  observe(event: Event): void {
    if (event.kind === 'control') this.#asked = event.action === 'limit' ? event : undefined;
    else if (event.kind === 'fault' && event.component === 'risk' && event.code === 'limit-changed') {
      const asked = this.#asked;
      this.#asked = undefined;
      if (asked !== undefined && this.#limits.size < MOST)
        this.#limits.set(asked.scope.slice('limit:'.length), asked.value);
    }
  }

  /** The limit in force, where it was changed. */
  of(rule: string): number | undefined {
    return this.#limits.get(rule);
  }
}
