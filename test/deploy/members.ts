import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const SERVE: string = resolve('.examples/mirrored-pair/serve.js');

/** What `/readyz` answers. */
export interface Ready {
  readonly status: number;
  readonly ready: boolean;
  readonly reason?: string;
  readonly details: {
    readonly role: string;
    readonly epoch: number;
    readonly inSync: boolean;
    readonly seq: number;
    readonly venues: Readonly<Record<string, Readonly<Record<string, { readonly state: string }>>>>;
  };
}

/** A member's process, with what it printed. */
export class MemberProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<number | string>;
  stdout = '';
  stderr = '';

  constructor(environment: NodeJS.ProcessEnv, args: readonly string[] = []) {
    this.child = spawn(process.execPath, [SERVE, ...args], {
      env: { PATH: process.env['PATH'], ...environment },
    });
    this.child.stdout?.on('data', (bytes: Buffer) => {
      this.stdout += bytes.toString();
    });
    this.child.stderr?.on('data', (bytes: Buffer) => {
      this.stderr += bytes.toString();
    });
    this.exited = new Promise((done) => {
      this.child.on('close', (code, signal) => done(signal ?? code ?? -1));
    });
  }

  /** The lines that it logged. */
  get log(): readonly { readonly level: string; readonly message: string }[] {
    return this.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

/** A venue, and room for a pair. */
export class Place {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'millrace-serve-'));
  readonly members: MemberProcess[] = [];
  ports: readonly number[] = [];
  #venue: ChildProcess | undefined;

  async open(): Promise<this> {
    this.ports = await freePorts(5);
    const [, , , , port] = this.ports;
    this.#venue = fork(
      resolve('.examples/mirrored-pair/venue/venue-process.js'),
      [
        JSON.stringify({
          port,
          venue: 'harsh',
          instrument: 'harsh:BTC-USDT',
          seed: 1,
          window: 5_000,
          fillsAtOnce: 0.5,
          lostReplies: 0,
          delay: 1,
          quoteEvery: 20,
        }),
      ],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    await new Promise((done) => this.#venue?.once('message', done));
    return this;
  }

  /** The environment of a member; `undefined` takes a setting out. */
  environment(node: 'a' | 'b', more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const [a, b, portOfA, portOfB, venue] = this.ports;
    return {
      PAIR_NODE: node,
      PAIR_PEER: node === 'a' ? 'b' : 'a',
      PAIR_BIND: `tcp://127.0.0.1:${node === 'a' ? a : b}`,
      PAIR_CONNECT: `tcp://127.0.0.1:${node === 'a' ? b : a}`,
      // A busy machine is no dead member.
      PAIR_HEARTBEAT: '200',
      PAIR_JOURNAL: join(this.folder, node),
      PAIR_REGISTER: `file:${join(this.folder, 'register')}`,
      PAIR_VENUE: `127.0.0.1:${venue}`,
      PAIR_PORT: String(node === 'a' ? portOfA : portOfB),
      ...more,
    };
  }

  start(node: 'a' | 'b', more: NodeJS.ProcessEnv = {}): MemberProcess {
    const member = new MemberProcess(this.environment(node, more));
    this.members.push(member);
    return member;
  }

  /** What a path of a member's endpoints answers; `undefined` while nobody is there. */
  async ask(node: 'a' | 'b', path: string, init?: RequestInit): Promise<Response | undefined> {
    const port = this.ports[node === 'a' ? 2 : 3];
    return fetch(`http://127.0.0.1:${port}${path}`, init).catch(() => undefined);
  }

  async ready(node: 'a' | 'b'): Promise<Ready | undefined> {
    const answer = await this.ask(node, '/readyz');
    if (answer === undefined) return undefined;
    return { status: answer.status, ...((await answer.json()) as Omit<Ready, 'status'>) };
  }

  /** Waits until a member is in a role. */
  async role(node: 'a' | 'b', ...roles: readonly string[]): Promise<Ready> {
    let seen: Ready | undefined;
    for (let tries = 0; tries < 1_200; tries++) {
      seen = await this.ready(node);
      if (seen !== undefined && roles.includes(seen.details.role)) return seen;
      await new Promise((done) => setTimeout(done, 50));
    }
    const told = this.members.map(({ stdout, stderr }) => stdout + stderr).join('\n---\n');
    throw new Error(`${node} is ${JSON.stringify(seen)}, not ${roles.join(' or ')}:\n${told}`);
  }

  async close(): Promise<void> {
    for (const { child } of this.members) child.kill('SIGKILL');
    this.#venue?.kill('SIGKILL');
    await Promise.all(this.members.map(({ exited }) => exited));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** So many free ports of loopback. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((done) => {
          const server = createServer();
          server.listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
