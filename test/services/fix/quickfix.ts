import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'vitest';
import { programPath } from '../server.js';
import { dictionary } from './dictionary.js';

const SOURCE = join(import.meta.dirname, 'acceptor.cpp');
const missing = [
  ...(programPath('g++') === undefined ? ['g++'] : []),
  ...(existsSync('/usr/include/quickfix/Session.h') ? [] : ['libquickfix-dev']),
];

/** A `describe` that needs QuickFIX and a compiler: skipped where they are missing, a failure in continuous integration. */
export function describeWithQuickFix(name: string, run: () => void): void {
  if (missing.length === 0) {
    describe(name, run);
    return;
  }
  const why = `${missing.join(' and ')} of Debian is missing`;
  if (process.env['CI'] !== 'true') console.warn(`skipped: ${name} (${why})`);
  describe.skipIf(process.env['CI'] !== 'true')(`${name} (needs: ${why})`, () => {
    it('has the counterparty that it needs', () => {
      throw new Error(why);
    });
  });
}

/** Builds the acceptor, once for each text of its source. */
function built(): string {
  const hash = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), 'millrace-quickfix');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, `acceptor-${hash}`);
  if (!existsSync(program)) {
    const fresh = `${program}.${process.pid}`;
    execFileSync('g++', ['-std=c++14', '-O1', '-w', '-o', fresh, SOURCE, '-lquickfix', '-lpthread']);
    renameSync(fresh, program);
  }
  return program;
}

/** QuickFIX as the counterparty, in a process of its own whose numbers outlive it. */
export class QuickFix {
  readonly version: 'FIX.4.2' | 'FIX.4.4';
  readonly port: number;
  readonly folder: string;
  readonly lines: string[] = [];
  #process: ChildProcess | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(version: 'FIX.4.2' | 'FIX.4.4', port: number) {
    this.version = version;
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), 'millrace-quickfix-'));
    writeFileSync(join(this.folder, 'dictionary.xml'), dictionary(version));
    writeFileSync(
      join(this.folder, 'settings'),
      [
        '[DEFAULT]',
        'ConnectionType=acceptor',
        `FileStorePath=${this.folder}/store`,
        `FileLogPath=${this.folder}/log`,
        'NonStopSession=Y',
        'StartTime=00:00:00',
        'EndTime=00:00:00',
        'HeartBtInt=5',
        'UseDataDictionary=Y',
        `DataDictionary=${this.folder}/dictionary.xml`,
        'ValidateUserDefinedFields=N',
        `SocketAcceptPort=${port}`,
        'SocketReuseAddress=Y',
        '[SESSION]',
        `BeginString=${version}`,
        'SenderCompID=BROKER',
        'TargetCompID=DESK',
        '',
      ].join('\n'),
    );
  }

  async start(): Promise<void> {
    const child = spawn(built(), [join(this.folder, 'settings')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on('line', (line) => {
      this.lines.push(line);
      for (const look of [...this.#waiting]) look();
    });
    await this.until('it to be ready', (lines) => lines.includes('ready'));
  }

  tell(command: string): void {
    this.#process?.stdin?.write(`${command}\n`);
  }

  /** Waits for lines, of those behind a place. */
  async until(what: string, isSo: (lines: readonly string[]) => boolean, from: number = 0): Promise<void> {
    const so = (): boolean => isSo(this.lines.slice(from));
    if (so()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!so()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`waited in vain for ${what}; QuickFIX said ${this.lines.slice(-15).join(' / ')}`));
      }, 20_000);
      this.#waiting.add(look);
    });
  }

  /** Its next numbers: to send, and to receive. */
  async numbers(): Promise<readonly [sender: number, target: number]> {
    const from = this.lines.length;
    this.tell('numbers');
    await this.until('numbers', (lines) => lines.some((line) => line.startsWith('numbers ')), from);
    const [, sender, target] = (
      this.lines.slice(from).find((line) => line.startsWith('numbers ')) as string
    ).split(' ');
    return [Number(sender), Number(target)];
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    this.#process = undefined;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await gone;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
