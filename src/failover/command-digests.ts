import { createHash } from 'node:crypto';
import { canonicalBytes } from '../core/canonical.js';
import type { Command } from '../domain/command.js';
import { asPlain, type Plain } from '../domain/plain.js';

/** So many changes are remembered: more than can be on their way to an acknowledgement. */
const MOST = 65_536;

interface Change {
  readonly seq: number;
  readonly digest: string;
}

/**
 * The digest of all commands of a log, known for each of its recent places: two members whose digests are equal at a
 * place have decided the same up to there.
 */
export class CommandDigests {
  #changes: Change[];

  /** Goes on behind `seq`, where the digest was this. */
  constructor(seq: number, digest: string) {
    this.#changes = [{ seq, digest }];
  }

  /** The digest of everything so far. */
  get newest(): string {
    return (this.#changes.at(-1) as Change).digest;
  }

  /** The frame at `seq` made these commands. */
  add(seq: number, commands: readonly Command[]): void {
    if (commands.length === 0) return;
    const hash = createHash('sha256').update(this.newest);
    for (const command of commands) hash.update(canonicalBytes(termsOf(command)));
    const change = { seq, digest: hash.digest('base64') };
    // Several frames stand at one place: what is known of it is what its last one made.
    if (this.#changes.at(-1)?.seq === seq) this.#changes.pop();
    this.#changes.push(change);
    if (this.#changes.length > 2 * MOST) this.#changes = this.#changes.slice(-MOST);
  }

  /** The digest behind the event at `seq`; `undefined` when that is too long ago. */
  at(seq: number): string | undefined {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle] as Change).seq <= seq) low = middle + 1;
      else high = middle;
    }
    return this.#changes[low - 1]?.digest;
  }
}

/** What is asked for, without the approval: that is nobody's but the process's that made it. */
function termsOf(command: Command): Plain {
  if (command.kind !== 'submit') return asPlain({ ...command });
  return { kind: command.kind, order: asPlain(command.order) };
}
