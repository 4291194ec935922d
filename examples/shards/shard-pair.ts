import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODES } from './instruments.js';
import type { ShardOptions, ShardWord } from './shard.js';
import type { VenueAccount } from './venue.js';

export type Node = (typeof NODES)[number];

const SHARD_PROGRAM = fileURLToPath(new URL('./shard.js', import.meta.url));
const VENUE_PROGRAM = fileURLToPath(new URL('./venue.js', import.meta.url));

/** Where shards are played. */
export interface Stage {
  readonly url: string;
  readonly folder: string;
  /** Three for each shard: its venue, and its members' bridges. */
  readonly ports: readonly number[];
  readonly scene: number;
  readonly json: boolean;
  readonly children: Set<ChildProcess>;
}

/** A shard as this program sees it: a venue, and two members, of which one leads. */
export class ShardPair {
  readonly name: string;
  readonly members = new Map<Node, ChildProcess>();
  readonly words = new Map<Node, ShardWord>();
  /** By its leader's last word. */
  exposure = 0;
  readonly #stage: Stage;
  readonly #venue: ChildProcess;
  readonly #heard: () => void;

  constructor(name: string, stage: Stage, heard: () => void) {
    this.name = name;
    this.#stage = stage;
    this.#heard = heard;
    this.#venue = this.#fork(VENUE_PROGRAM, String(this.#port(0)));
    for (const node of NODES) this.start(node);
  }

  get leader(): Node | undefined {
    return NODES.find((node) => this.words.get(node)?.leads === true);
  }

  /** A member that may take over is there. */
  get paired(): boolean {
    return NODES.some((node) => this.words.get(node)?.paired === true);
  }

  start(node: Node): void {
    const child = this.#fork(
      SHARD_PROGRAM,
      JSON.stringify({
        shard: this.name,
        node,
        nats: this.#stage.url,
        venuePort: this.#port(0),
        bridgePort: this.#port(node === 'a' ? 1 : 2),
        peerPort: this.#port(node === 'a' ? 2 : 1),
        folder: join(this.#stage.folder, `shard-${this.name}-${node}`),
      } satisfies ShardOptions),
    );
    this.members.set(node, child);
    child.on('message', (word: ShardWord) => {
      if (this.members.get(node) !== child) return;
      this.words.set(node, word);
      if (word.leads) this.exposure = word.exposure;
      this.#heard();
    });
    child.on('exit', () => {
      if (this.members.get(node) === child) this.words.delete(node);
    });
  }

  signal(signal: NodeJS.Signals, nodes: readonly Node[] = NODES): void {
    for (const node of nodes) this.members.get(node)?.kill(signal);
  }

  account(): Promise<VenueAccount> {
    return new Promise((resolve) => {
      this.#venue.once('message', (account) => resolve(account as VenueAccount));
      this.#venue.send('account');
    });
  }

  #port(place: number): number {
    return this.#stage.ports[3 * Number(this.name) + place] as number;
  }

  #fork(program: string, argument: string): ChildProcess {
    const child = fork(program, [argument]);
    this.#stage.children.add(child);
    child.once('exit', () => this.#stage.children.delete(child));
    return child;
  }
}
