// @ts-check
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode, Framer, formatTimestamp } from 'millrace/venues/fix';

const SOURCE = fileURLToPath(new URL('../../test/services/fix/acceptor.cpp', import.meta.url));

/** The acceptor of the tests on QuickFIX, built; `undefined` where it cannot be. @returns {string | undefined} */
export function brokerProgram() {
  if (!existsSync('/usr/include/quickfix/Session.h')) return undefined;
  try {
    const hash = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 16);
    const folder = join(tmpdir(), 'millrace-quickfix');
    mkdirSync(folder, { recursive: true });
    const program = join(folder, `bench-${hash}`);
    if (!existsSync(program)) {
      const fresh = `${program}.${process.pid}`;
      execFileSync('g++', ['-std=c++14', '-O2', '-w', '-o', fresh, SOURCE, '-lquickfix', '-lpthread']);
      renameSync(fresh, program);
    }
    return program;
  } catch {
    return undefined;
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts the other side of a FIX 4.4 session: QuickFIX, or an echo that acknowledges orders.
 *
 * @param {string | undefined} program
 * @returns {Promise<{ port: number, stop: () => void }>}
 */
export async function startBroker(program) {
  if (program === undefined) return echo();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-fix-'));
  const settings = [
    ...['[DEFAULT]', 'ConnectionType=acceptor', `FileStorePath=${folder}/store`, `FileLogPath=${folder}/log`],
    ...['NonStopSession=Y', 'StartTime=00:00:00', 'EndTime=00:00:00', 'HeartBtInt=30', 'UseDataDictionary=N'],
    ...[
      `SocketAcceptPort=${port}`,
      'SocketReuseAddress=Y',
      'SocketNodelay=Y',
      '[SESSION]',
      'BeginString=FIX.4.4',
    ],
    ...['SenderCompID=BROKER', 'TargetCompID=DESK', ''],
  ];
  writeFileSync(join(folder, 'settings'), settings.join('\n'));
  const child = spawn(program, [join(folder, 'settings')], { stdio: ['pipe', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdout.resume();
  child.stdin.write('quiet\n');
  return {
    port,
    stop() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** @returns {Promise<{ port: number, stop: () => void }>} */
async function echo() {
  let sequence = 0;
  const server = createServer((socket) => {
    const framer = new Framer();
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk) =>
      framer.take(chunk, (message) => {
        if (message.type !== 'A' && message.type !== 'D') return;
        sequence++;
        /** @type {import('millrace/venues/fix').Field[]} */
        const head = [
          [35, message.type === 'A' ? 'A' : '8'],
          [49, 'BROKER'],
          [56, 'DESK'],
          [34, sequence],
          [52, formatTimestamp(Date.now())],
        ];
        socket.write(
          encode('FIX.4.4', [
            ...head,
            ...(message.type === 'A'
              ? [
                  [98, 0],
                  [108, 30],
                ]
              : report(message)),
          ]),
        );
      }),
    );
  });
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
  return { port, stop: () => server.close() };
}

/** @param {import('millrace/venues/fix').FixMessage} order @returns {import('millrace/venues/fix').Field[]} */
const report = (order) => [
  [37, 'O'],
  [17, `E${order.sequence}`],
  [150, '0'],
  [39, '0'],
  [11, order.get(11) ?? ''],
  [55, 'ESZ6'],
  [54, '1'],
  [14, 0],
  [151, 1],
  [6, 0],
];
