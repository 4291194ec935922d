import { resolve } from 'node:path';

export type Node = 'a' | 'b';

/** The long suite: real processes for minutes. */
export const LONG: boolean = process.env['MILLRACE_LONG'] === '1';

interface Role {
  readonly role: string;
  readonly epoch: number;
  readonly open: boolean;
  readonly why: string;
}

/** The processes of `examples/mirrored-pair`, as far as tests touch them: they run as they were built. */
export interface World {
  readonly roles: Partial<Record<Node, Role>>;
  readonly happenings: readonly { readonly node: string; readonly text: string }[];
  readonly leader: Node | undefined;
  readonly paired: boolean;
  readonly feed: { readonly counts: { readonly signals: number; readonly acknowledged: number } };
  begin(): Promise<void>;
  feedSignals(): void;
  rest(): Promise<void>;
  process(node: Node): { readonly pid?: number } | undefined;
  position(node: Node): Promise<number | undefined>;
  until(holds: () => boolean | Promise<boolean>, patience: number): Promise<boolean>;
  arrivals(): Promise<readonly { readonly op: string; readonly node: string; readonly at: number }[]>;
  switchOver(node: Node): void;
  promote(node: Node): void;
  change(node: Node, change: object): void;
  bridgePort(node: Node): number;
  journal(node: Node): string;
  endAtRest(): Promise<unknown>;
  end(): Promise<void>;
  clear(): void;
}

interface Audit {
  readonly sound: boolean;
  readonly signals: number;
}

const built = (file: string): string => resolve(import.meta.dirname, '../../.examples/mirrored-pair', file);

/** A world with settings that a busy machine can keep. */
export async function worldOf(options: object): Promise<World> {
  const module = (await import(built('world/world.js'))) as { World: new (options: object) => World };
  return new module.World({
    seed: 1,
    heartbeat: 200,
    losses: 3,
    policy: 'written',
    rate: 50,
    window: 2_000,
    restartAfter: 300,
    ...options,
  });
}

/** Brings the pair to rest, ends it, and holds all books against each other. */
export async function audited(world: World, window: number | undefined = 2_000): Promise<Audit> {
  const account = await world.endAtRest();
  const { audit } = (await import(built('audit.js'))) as {
    audit(folders: readonly string[], account: unknown, signals: number, window?: number): Promise<Audit>;
  };
  return audit([world.journal('a'), world.journal('b')], account, world.feed.counts.signals, window);
}

/** Sends a signal to a member's process. */
export function strike(world: World, node: Node, signal: NodeJS.Signals): void {
  const { pid } = world.process(node) ?? {};
  if (pid === undefined) throw new Error(`member ${node} does not run`);
  process.kill(pid, signal);
}

/** Waits for something that must come about; says where the members stand when it does not. */
export async function comes(world: World, what: string, holds: () => boolean): Promise<void> {
  if (await world.until(holds, 300_000)) return;
  const told = world.happenings.slice(-12).map(({ node, text }) => `${node}: ${text}`);
  throw new Error(`${what} did not come about: ${JSON.stringify(world.roles)}\n${told.join('\n')}`);
}
