import type { ClientOrderId } from '../../domain/brand.js';
import type { ReportEvent, StateReport } from '../../domain/event.js';

/**
 * Remembers which reports were said, so that the same news by two ways (an answer and a stream, a stream and a
 * reconciliation) is told once.
 *
 * A fill is known by its execution, a state by its order: an order is accepted once and ends once. Answers to look-ups
 * and doubts are always said. The latest `most` are remembered, and up to as many before them.
 */
export class SaidWords {
  readonly #most: number;
  /** Two generations: to forget one by one from the front of a set costs as much as the set is large. */
  #keys = new Set<string>();
  #older = new Set<string>();

  constructor(most: number = 20_000) {
    this.#most = most;
  }

  /** Whether a report is news; from then on it is not. */
  isNews(report: ReportEvent): boolean {
    const key = keyOf(report);
    return key === undefined || this.#add(key);
  }

  /** Whether this was said of an order. */
  knows(type: StateReport['type'], id: ClientOrderId): boolean {
    const key = `${type} ${id}`;
    return this.#keys.has(key) || this.#older.has(key);
  }

  has(report: ReportEvent): boolean {
    const key = keyOf(report);
    return key !== undefined && (this.#keys.has(key) || this.#older.has(key));
  }

  #add(key: string): boolean {
    if (this.#keys.has(key) || this.#older.has(key)) return false;
    if (this.#keys.size >= this.#most) {
      this.#older = this.#keys;
      this.#keys = new Set();
    }
    this.#keys.add(key);
    return true;
  }
}

/** What makes two reports the same news; `undefined`: each is news. */
function keyOf(report: ReportEvent): string | undefined {
  const { instrument, clientOrderId, type } = report;
  switch (type) {
    case 'fill':
      return `x ${instrument} ${report.executionId}`;
    case 'bust':
      return `b ${instrument} ${report.executionId}`;
    case 'correction':
      return undefined;
    case 'unknown':
    case 'cancelRejected':
    case 'replaceRejected':
    case 'notFound':
      return undefined;
    default:
      return report.answers === undefined ? `${type} ${clientOrderId}` : undefined;
  }
}
