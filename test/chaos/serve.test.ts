import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test as quickTest } from 'vitest';
import { MemberProcess, Place, SERVE } from '../deploy/members.js';
import { describeBuilt } from '../desk/built.js';
import { LONG } from './world.js';

const test = quickTest.runIf(LONG);

const run = promisify(execFile);
let place: Place;

describeBuilt('a member that is served', '.examples/mirrored-pair/serve.js', () => {
  beforeEach(async () => {
    place = await new Place().open();
  });
  afterEach(() => place.close());

  test('tells its role and readiness; SIGTERM to the leader hands over, and the other leads', async () => {
    const a = place.start('a');
    const alone = await place.role('a', 'solo');
    expect(alone).toMatchObject({ status: 200, ready: true, details: { inSync: false } });
    const b = place.start('b');
    expect(await place.role('b', 'mirror')).toMatchObject({
      status: 200,
      ready: true,
      details: { inSync: true },
    });
    const leader = await place.role('a', 'paired');
    expect(leader).toMatchObject({ status: 200, ready: true });
    expect(leader.details.venues).toMatchObject({ harsh: { orders: { state: 'up' } } });
    for (const node of ['a', 'b'] as const) {
      expect((await place.ask(node, '/healthz'))?.status).toBe(200);
      const page = await (await place.ask(node, '/metrics'))?.text();
      expect(page).toContain(`millrace_pair_role{role="${node === 'a' ? 'paired' : 'mirror'}"} 1\n`);
    }
    a.child.kill('SIGTERM');
    expect(await a.exited).toBe(76);
    const next = await place.role('b', 'solo');
    expect(next).toMatchObject({ ready: true, details: { epoch: leader.details.epoch + 1 } });
    expect(a.stderr).toBe('');
    expect(a.log.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['asked to stop', expect.stringMatching(/^ends: handed over/)]),
    );
    // Back again, it follows: failback is a person's decision.
    place.start('a');
    await place.role('a', 'mirror');
    b.child.kill('SIGUSR2');
    expect(await b.exited).toBe(76);
    await place.role('a', 'solo');
  });

  test('a mirror that is alone afterwards ends with 0; a killed leader is replaced', async () => {
    const a = place.start('a');
    await place.role('a', 'solo');
    const b = place.start('b');
    await place.role('b', 'mirror');
    a.child.kill('SIGKILL');
    await place.role('b', 'solo');
    b.child.kill('SIGTERM');
    expect(await b.exited).toBe(0);
  });

  test('a rolling upgrade: the new core follows as a shadow, is not ready, and leads after a switch-over', async () => {
    const a = place.start('a');
    await place.role('a', 'solo');
    // Another setting of a stage is another core.
    place.start('b', { PAIR_WINDOW: '4000' });
    expect(await place.role('b', 'shadow')).toMatchObject({ status: 503, ready: false });
    expect((await place.ask('b', '/healthz'))?.status).toBe(200);
    // As an operator would: again, until the follower is near enough.
    const asking = setInterval(() => a.child.kill('SIGUSR2'), 300);
    expect(await a.exited.finally(() => clearInterval(asking))).toBe(76);
    expect(await place.role('b', 'solo')).toMatchObject({ status: 200, ready: true });
    const old = place.start('a');
    await place.role('a', 'shadow');
    old.child.kill('SIGTERM');
    expect(await old.exited).toBe(0);
    place.start('a', { PAIR_WINDOW: '4000' });
    await place.role('a', 'mirror');
  });

  test('listens to an operator at its socket, and to nobody else', async () => {
    const PAIR_CONTROL = join(place.folder, 'control');
    place.start('a', { PAIR_CONTROL });
    await place.role('a', 'solo');
    const tell = (word: string) => run(process.execPath, [SERVE, '--tell', word], { env: { PAIR_CONTROL } });
    expect(JSON.parse((await tell('report')).stdout)).toMatchObject({ role: 'solo' });
    expect(JSON.parse((await tell('switchOver')).stdout)).toMatchObject({
      why: expect.stringMatching(/^cannot hand over/),
    });
    await expect(tell('explode')).rejects.toMatchObject({ code: 2 });
    await tell('stop');
    expect(await place.members[0]?.exited).toBe(0);
  });

  test('without a register: the first leader leads, the other takes over', async () => {
    const none = { PAIR_REGISTER: 'none', PAIR_FIRST_LEADER: 'b' };
    const b = place.start('b', none);
    await place.role('b', 'solo');
    place.start('a', none);
    await place.role('a', 'mirror');
    b.child.kill('SIGKILL');
    await place.role('a', 'solo');
  });

  test('asks for its token at /metrics, and not at the probes', async () => {
    const file = join(place.folder, 'token');
    writeFileSync(file, 'correct-horse-battery\n');
    place.start('a', { PAIR_TOKEN_FILE: file });
    await place.role('a', 'solo');
    expect((await place.ask('a', '/metrics'))?.status).toBe(401);
    const headers = { authorization: 'Bearer correct-horse-battery' };
    expect((await place.ask('a', '/metrics', { headers }))?.status).toBe(200);
  });

  quickTest.runIf(LONG && (existsSync('/usr/bin/systemd-notify') || process.env['CI'] === 'true'))(
    'speaks to systemd: ready, status, watchdog, stopping (skipped without systemd-notify)',
    async () => {
      const path = join(place.folder, 'notify');
      const ear = spawn('python3', ['-u', '-c', EAR, path]);
      let heard = '';
      ear.stdout.on('data', (bytes: Buffer) => {
        heard += bytes.toString();
      });
      const until = async (word: string): Promise<void> => {
        for (let tries = 0; tries < 600 && !heard.includes(word); tries++)
          await new Promise((done) => setTimeout(done, 50));
        expect(heard).toContain(word);
      };
      try {
        await until('listening');
        const a = place.start('a', { NOTIFY_SOCKET: path, WATCHDOG_USEC: '300000' });
        await until('READY=1');
        await until('WATCHDOG=1');
        await until('STATUS=solo');
        a.child.kill('SIGTERM');
        expect(await a.exited).toBe(0);
        await until('STOPPING=1');
      } finally {
        ear.kill('SIGKILL');
      }
    },
  );

  test.each<[NodeJS.ProcessEnv, string]>([
    [{ PAIR_NODE: undefined }, 'PAIR_NODE must be the name of this member'],
    [
      { PAIR_NODE: 'a b' },
      'PAIR_NODE must be the name of this member, of letters, digits, dots and dashes, not "a b"',
    ],
    [{ PAIR_PEER: 'a' }, 'PAIR_PEER must be the other member'],
    [{ PAIR_BIND: '7001' }, 'PAIR_BIND must be an address such as'],
    [{ PAIR_BIND: 'tcp://127.0.0.1:70000' }, 'bind must be tcp://HOST:PORT'],
    [{ PAIR_BIND: 'tcp://0.0.0.0:7001' }, 'curve must be given'],
    [{ PAIR_KEYS: '/x' }, 'PAIR_KEYS and PAIR_PEER_KEY must be given both, or neither'],
    [
      { PAIR_KEYS: '/nowhere/a.key_secret', PAIR_PEER_KEY: '/nowhere/b.key' },
      'the key file /nowhere/a.key_secret',
    ],
    [{ PAIR_REGISTER: 'mysql://x' }, 'PAIR_REGISTER must be redis://...'],
    [
      { PAIR_REGISTER: 'none' },
      'PAIR_FIRST_LEADER must be a or b, since PAIR_REGISTER is none, it is missing',
    ],
    [{ PAIR_FIRST_LEADER: 'a' }, 'PAIR_FIRST_LEADER must be left out'],
    [{ PAIR_POLICY: 'maybe' }, 'PAIR_POLICY must be one of received, written, fsync, agreed, not "maybe"'],
    [{ PAIR_HEARTBEAT: 'NaN' }, 'PAIR_HEARTBEAT must be a whole number from 1 to 60000, not "NaN"'],
    [{ PAIR_HEARTBEAT: '-5' }, 'PAIR_HEARTBEAT must be'],
    [{ PAIR_PORT: '65536' }, 'PAIR_PORT must be a whole number from 0 to 65535'],
    [{ PAIR_VENUE: 'venue' }, 'PAIR_VENUE must be HOST:PORT, not "venue"'],
    [{ PAIR_HOST: '0.0.0.0' }, 'PAIR_TOKEN must be given, since PAIR_HOST 0.0.0.0 is beyond this machine'],
    [
      { PAIR_TOKEN: 'short' },
      'PAIR_TOKEN must be at least 16 printable characters without spaces, not what it is',
    ],
    [{ PAIR_TOKEN_FILE: '/nowhere/token' }, 'PAIR_TOKEN_FILE must be a file that can be read'],
    [{ PAIR_HEARBEAT: '50' }, 'PAIR_HEARBEAT is no setting'],
  ])('refuses %o with a line for each fault, and code 2', async (more, line) => {
    const member = new MemberProcess({ ...place.environment('a'), ...more });
    place.members.push(member);
    expect(await member.exited).toBe(2);
    expect(member.stderr).toContain(line);
    expect(member.stderr).not.toMatch(/^\s+at /m);
    expect(member.stdout).toBe('');
  });

  test('a folder or a port that another holds may be free later: a line, and code 1', async () => {
    const a = place.start('a');
    await place.role('a', 'solo');
    const same = place.start('a');
    expect(await same.exited).toBe(1);
    expect(same.stderr).toMatch(/^journal folder .* is in use by process \d+.*\n$/);
    const bridge = place.start('b', {
      PAIR_BIND: place.environment('a')['PAIR_BIND'],
      PAIR_CONNECT: 'tcp://127.0.0.1:1',
    });
    expect(await bridge.exited).toBe(1);
    expect(bridge.stderr).toMatch(/^bind must be an address that is free here.*\n$/);
    const endpoints = place.start('b', { PAIR_PORT: place.environment('a')['PAIR_PORT'] });
    expect(await endpoints.exited).toBe(1);
    expect(endpoints.stderr).toMatch(/^the endpoints cannot listen.*\n$/);
    expect(a.child.exitCode).toBe(null);
  });

  test('prints its help, with every setting that it has', () => {
    const help = execFileSync(process.execPath, [SERVE, '--help'], { encoding: 'utf8' });
    for (const name of Object.keys(place.environment('a'))) expect(help).toContain(name);
  });
});

const EAR = `
import socket, sys
ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ear.bind(sys.argv[1])
print("listening")
while True:
    print(ear.recv(4096).decode())
`;
