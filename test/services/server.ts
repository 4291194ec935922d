import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';

/** How a real server is run for the tests. */
export interface ServerPlan {
  readonly name: string;
  /** The program; found in the PATH or in the folders where Debian puts servers. */
  readonly program: string;
  /** Other programs that it needs. */
  readonly needs?: readonly string[];
  /** What to install where it is missing. */
  readonly install: string;
  /** How many ports it needs; the first is the one that clients use. @default 1 */
  readonly ports?: number;
  arguments(ports: readonly number[], folder: string): readonly string[];
  environment?(ports: readonly number[], folder: string): Readonly<Record<string, string>>;
  /** What has to be done once before the first start. */
  prepare?(ports: readonly number[], folder: string): void;
  /** A shell command that ends what the server left running. */
  afterwards?(ports: readonly number[]): string;
  /** Resolves when it answers; called again until it does. @default a connection is taken */
  ready?(ports: readonly number[], server: RunningServer): Promise<boolean>;
}

const FOLDERS = `${process.env['PATH']}:/usr/sbin:/usr/local/sbin:/usr/lib/rabbitmq/bin`;
const running = new Set<RunningServer>();
process.on('exit', () => {
  for (const server of running) server.dispose();
});

/** Where a program lies, or `undefined`. */
export function programPath(program: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v "${program}"`], {
      env: { PATH: FOLDERS },
      encoding: 'utf8',
    }).trim();
  } catch {
    return undefined;
  }
}

/**
 * A `describe` that needs a program of the system. Where it is missing it is skipped and says so; in continuous integration it fails.
 */
export function describeWithServer(name: string, needs: readonly ServerPlan[], run: () => void): void {
  const missing = needs.flatMap(({ program, needs: others = [], install }) =>
    [program, ...others]
      .filter((each) => programPath(each) === undefined)
      .map((each) => ({ program: each, install })),
  );
  if (missing.length === 0) {
    describe(name, run);
    return;
  }
  const why = missing.map(({ program, install }) => `${program} is missing: ${install}`).join('; ');
  if (process.env['CI'] === 'true') {
    describe(name, () => {
      it('has the server that it needs', () => {
        throw new Error(why);
      });
    });
    return;
  }
  console.warn(`skipped: ${name} (${why})`);
  describe.skip(`${name} (skipped: ${why})`, () => {
    it('needs its server', () => {});
  });
}

/** A real server in a temporary folder, on ports of the loopback that were free. */
export class RunningServer {
  readonly plan: ServerPlan;
  readonly ports: readonly number[];
  readonly folder: string;
  #process: ChildProcess | undefined;
  #watcher: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  /** Where in the log the last start begins. */
  startedAt: number = 0;

  private constructor(plan: ServerPlan, ports: readonly number[], folder: string) {
    this.plan = plan;
    this.ports = ports;
    this.folder = folder;
  }

  static async start(plan: ServerPlan): Promise<RunningServer> {
    const folder = mkdtempSync(join(tmpdir(), `millrace-${plan.name}-`));
    const server = new RunningServer(plan, await freePorts(plan.ports ?? 1), folder);
    running.add(server);
    mkdirSync(join(folder, 'data'));
    plan.prepare?.(server.ports, folder);
    await server.start();
    return server;
  }

  get port(): number {
    return this.ports[0] as number;
  }

  /** Starts it, again after a kill, on the same ports and data. */
  async start(): Promise<void> {
    const { plan, ports, folder } = this;
    this.startedAt = existsSync(join(folder, 'log')) ? this.log().length : 0;
    const log = openSync(join(folder, 'log'), 'a');
    this.#process = spawn(programPath(plan.program) as string, plan.arguments(ports, folder), {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, PATH: FOLDERS, HOME: folder, ...plan.environment?.(ports, folder) },
    });
    closeSync(log);
    const child = this.#process;
    // Its input ends when we do, however that was: then the whole group goes.
    const end = `read word; kill -s KILL -- -${child.pid}; [ "$word" = again ] || { sleep 1; ${plan.afterwards?.(ports) ?? 'true'}; }`;
    this.#watcher = spawn('sh', ['-c', end], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#watcher.unref();
    this.#exited = new Promise((resolve) => {
      child.on('exit', resolve);
      child.on('error', resolve);
    });
    const ready = plan.ready ?? (([port]) => accepts(port as number));
    for (let tries = 0; tries < 600; tries++) {
      if (child.exitCode !== null) break;
      if (await ready(ports, this).catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${plan.name} did not start: ${this.log().slice(-2_000)}`);
  }

  log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    this.#watcher?.stdin?.end('again\n');
    this.#watcher = undefined;
    await this.#exited;
  }

  pause(): void {
    this.signal('SIGSTOP');
    // It may answer for a moment still.
    const stat = `/proc/${this.#process?.pid}/stat`;
    while (!/\) T /.test(readFileSync(stat, 'utf8')));
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  signal(signal: NodeJS.Signals): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has gone already.
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    this.dispose();
  }

  dispose(): void {
    this.signal('SIGKILL');
    this.#watcher?.stdin?.destroy();
    const afterwards = this.plan.afterwards?.(this.ports);
    if (afterwards !== undefined) spawnSync('sh', ['-c', `sleep 0.5; ${afterwards}`], { stdio: 'ignore' });
    running.delete(this);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Whether something takes connections on a port of the loopback. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer();
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
