import type { ClientOrderId } from '../../domain/brand.js';
import type { ReportEvent, StateReport } from '../../domain/event.js';

/**
 * Remembers which reports were said, so that the same news by two ways (an answer and a stream, a stream and a
 * reconciliation) is told once.
 *
 * A fill is known by its execution, a state by its order: an order is accepted once and ends once. Answers to look-ups
 * and doubts are always said. The oldest of `most` is forgotten first.
 */
export class SaidWords {
  readonly #most: number;
  readonly #keys = new Set<string>();

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
    return this.#keys.has(`${type} ${id}`);
  }

  has(report: ReportEvent): boolean {
    const key = keyOf(report);
    return key !== undefined && this.#keys.has(key);
  }

  #add(key: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    if (this.#keys.size > this.#most) {
      const [oldest] = this.#keys;
      this.#keys.delete(oldest as string);
    }
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
