import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';

const PROGRAM = join(import.meta.dirname, 'pair-process.js');

export type Node = 'a' | 'b';
export const otherOf = (node: Node): Node => (node === 'a' ? 'b' : 'a');

/** An order by a member's ledger: its id, its status, lots filled, and lots that the venue counts and nobody told. */
export type Told = readonly [id: string, status: string, filled: number, missing: number];

/** What a member's ledger says. */
export interface Books {
  readonly position: number;
  readonly inDoubt: number;
  readonly open: readonly Told[];
  readonly finished: readonly Told[];
  /** Faults since the process began, `code: message`. */
  readonly faults: readonly string[];
}

interface Report {
  readonly kind: 'report';
  readonly role: string;
  readonly open: boolean;
  readonly why: string;
}

type Word =
  | Report
  | ({ readonly kind: 'books' } & Books)
  | { readonly kind: 'halt'; readonly message: string };

export interface FixPairOptions {
  readonly version: 'FIX.4.2' | 'FIX.4.4';
  /** Port of the gateway. */
  readonly broker: number;
  /** All open orders are asked for at once. */
  readonly massStatus: boolean;
  readonly dropCopy: boolean;
}

/** Two members of a pair, each in a process of its own. */
export class FixPair {
  readonly #options: FixPairOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'millrace-fix-pair-'));
  readonly #members: Partial<Record<Node, ChildProcess>> = {};
  readonly #roles: Partial<Record<Node, Report>> = {};
  readonly halts: string[] = [];
  #bridges: Record<Node, number> = { a: 0, b: 0 };
  #asked: ((books: Books) => void)[] = [];

  constructor(options: FixPairOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    this.#bridges = { a: await freePort(), b: await freePort() };
    this.start('a');
    await this.until('a leads alone', () => this.#roles.a?.role === 'solo');
    this.start('b');
    await this.paired();
  }

  start(node: Node): void {
    const child = spawn(
      process.execPath,
      [
        PROGRAM,
        JSON.stringify({
          ...this.#options,
          node,
          peer: otherOf(node),
          bridge: this.#bridges[node],
          other: this.#bridges[otherOf(node)],
          folder: this.#folder,
          register: join(this.#folder, 'register'),
        }),
      ],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    this.#members[node] = child;
    child.on('message', (word: Word) => {
      if (word.kind === 'report') this.#roles[node] = word;
      else if (word.kind === 'halt') this.halts.push(`${node}: ${word.message}`);
      else for (const answer of this.#asked.splice(0)) answer(word);
    });
  }

  leads(node: Node): boolean {
    const { role, open } = this.#roles[node] ?? {};
    return open === true && (role === 'solo' || role === 'admitting' || role === 'paired');
  }

  get leader(): Node {
    return this.leads('b') ? 'b' : 'a';
  }

  paired(): Promise<void> {
    return this.until('the pair is whole', () => {
      const { leader } = this;
      return this.#roles[leader]?.role === 'paired' && this.#roles[otherOf(leader)]?.role === 'mirror';
    });
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(node: Node): Promise<void> {
    const child = this.#members[node] as ChildProcess;
    delete this.#roles[node];
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  books(node: Node): Promise<Books> {
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#members[node]?.send('books');
    });
  }

  /** Patience is for a busy machine: what does not come at all is told with where the members stand. */
  async until(what: string, holds: () => boolean | Promise<boolean>, patience = 3_000): Promise<void> {
    for (let tries = 0; tries < patience; tries++) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(
      `${what}: that did not come about: ${JSON.stringify(this.#roles)} ${this.halts.join('; ')}`,
    );
  }

  async end(): Promise<void> {
    for (const node of ['a', 'b'] as const) if (this.#members[node]?.exitCode === null) await this.kill(node);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
