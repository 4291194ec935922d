import { type Finding, type Outcome, unknown } from '../driver/index.js';

/** A request that waits for the venue's word. */
interface Pending {
  readonly kind: 'submit' | 'cancel' | 'replace';
  /** The order that it is about. */
  readonly clientOrderId: string;
  readonly resolve: (outcome: Outcome) => void;
}

/** Requests by the id that they went out under, and by the number of their message: a reject names one or the other. */
export class Requests {
  readonly #pending = new Map<string, Pending>();
  /** The latest, in two generations. */
  #byNumber = new Map<number, string>();
  #byNumberBefore = new Map<number, string>();
  readonly #questions = new Map<string, ((finding: Finding) => void)[]>();

  /** A request is going out under an id. */
  await(id: string, kind: Pending['kind'], clientOrderId: string): Promise<Outcome> {
    return new Promise((resolve) => this.#pending.set(id, { kind, clientOrderId, resolve }));
  }

  /** It has gone out, by this message. */
  sent(id: string, sequence: number): void {
    if (this.#byNumber.size >= MOST) {
      this.#byNumberBefore = this.#byNumber;
      this.#byNumber = new Map();
    }
    this.#byNumber.set(sequence, id);
  }

  /** The id of what a message, refused by its number, asked for. */
  ofNumber(sequence: number): string | undefined {
    return this.#byNumber.get(sequence) ?? this.#byNumberBefore.get(sequence);
  }

  find(id: string): Pending | undefined {
    return this.#pending.get(id);
  }

  /** The venue has said what became of a request. */
  settle(id: string, outcome: Outcome): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    this.#pending.delete(id);
    pending.resolve(outcome);
    return true;
  }

  /** An order has ended: so has every cancel of it. */
  settleCancels(clientOrderId: string, outcome: Outcome): void {
    for (const [id, pending] of this.#pending)
      if (pending.kind === 'cancel' && pending.clientOrderId === clientOrderId) this.settle(id, outcome);
  }

  /** Where does an order stand? @returns whether nobody has asked yet */
  ask(clientOrderId: string, answer: (finding: Finding) => void): boolean {
    const asking = this.#questions.get(clientOrderId);
    if (asking !== undefined) {
      asking.push(answer);
      return false;
    }
    this.#questions.set(clientOrderId, [answer]);
    return true;
  }

  answer(clientOrderId: string, finding: Finding): boolean {
    const asking = this.#questions.get(clientOrderId);
    if (asking === undefined) return false;
    this.#questions.delete(clientOrderId);
    for (const answer of asking) answer(finding);
    return true;
  }

  /** The connection broke: nobody can say what became of what is under way. */
  lost(reason: string): void {
    for (const id of [...this.#pending.keys()]) this.settle(id, unknown(reason));
    for (const id of [...this.#questions.keys()]) this.answer(id, unknown(reason));
    this.#byNumber.clear();
    this.#byNumberBefore.clear();
  }
}

const MOST = 10_000;
