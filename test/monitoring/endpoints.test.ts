import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type EndpointOptions, type Endpoints, serveEndpoints } from '../../src/monitoring/index.js';

const TOKEN = 'correct-horse-battery';
const running: Endpoints[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((endpoints) => endpoints.close()));
});

async function served(options: Partial<EndpointOptions> = {}): Promise<Endpoints> {
  const endpoints = await serveEndpoints({
    port: 0,
    health: () => ({ alive: true }),
    readiness: () => ({ ready: true, details: { role: 'leader', lag: 0 } }),
    ...options,
  });
  running.push(endpoints);
  return endpoints;
}

const ask = async ({ port }: Endpoints, path: string, init: RequestInit = {}) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
};

describe('the endpoints', () => {
  test('tell whether the process is alive, and whether it does its work', async () => {
    const endpoints = await served();
    expect(await ask(endpoints, '/healthz')).toMatchObject({ status: 200, body: '{"alive":true}\n' });
    const ready = await ask(endpoints, '/readyz?verbose=1');
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.body)).toEqual({ ready: true, details: { role: 'leader', lag: 0 } });
    expect(ready.headers.get('cache-control')).toBe('no-store');
  });

  test('answer 503 with the reason when it is not', async () => {
    const endpoints = await served({
      health: () => ({ alive: false, reason: 'the loop is stuck' }),
      readiness: () => ({ ready: false, reason: 'catching up', details: { lag: 900 } }),
    });
    expect(await ask(endpoints, '/healthz')).toMatchObject({
      status: 503,
      body: '{"alive":false,"reason":"the loop is stuck"}\n',
    });
    expect((await ask(endpoints, '/readyz')).body).toContain('"reason":"catching up"');
  });

  test('a function that throws counts as no', async () => {
    const endpoints = await served({
      readiness: () => {
        throw new Error('no venue was ever connected');
      },
    });
    expect(await ask(endpoints, '/readyz')).toMatchObject({
      status: 500,
      body: '{"error":"no venue was ever connected"}\n',
    });
    expect((await ask(endpoints, '/healthz')).status).toBe(200);
  });

  test('serve metrics as they are given, where there are any', async () => {
    const without = await served();
    expect(await ask(without, '/metrics')).toMatchObject({ status: 404 });
    const withMetrics = await served({
      metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', body: 'orders_total 3\n' }),
    });
    const page = await ask(withMetrics, '/metrics');
    expect([page.status, page.body, page.headers.get('content-type')]).toEqual([
      200,
      'orders_total 3\n',
      'text/plain; version=0.0.4',
    ]);
  });

  test.each([
    ['GET', '/', 404],
    ['GET', '/metricsx', 404],
    ['GET', '//healthz', 404],
    ['POST', '/healthz', 405],
    ['HEAD', '/readyz', 200],
  ])('%s %s is answered by %i', async (method, path, status) => {
    const answer = await ask(await served(), path, { method });
    expect(answer.status).toBe(status);
    if (method === 'HEAD') expect(answer.body).toBe('');
  });
});

describe('the token', () => {
  test.each([
    ['none', {}, 401],
    ['a wrong one', { authorization: 'Bearer correct-horse-batterz' }, 401],
    ['a part of it', { authorization: 'Bearer correct' }, 401],
    ['another scheme', { authorization: `Basic ${TOKEN}` }, 401],
    ['the right one', { authorization: `Bearer ${TOKEN}` }, 200],
    ['the right one, in small letters', { authorization: `bearer ${TOKEN}` }, 200],
  ])('%s', async (_what, headers, status) => {
    const endpoints = await served({ token: TOKEN });
    const answer = await ask(endpoints, '/readyz', { headers });
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain(TOKEN);
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('is not asked of probes that may go without', async () => {
    const endpoints = await served({
      token: TOKEN,
      openProbes: true,
      metrics: () => ({ contentType: 'text/plain', body: '' }),
    });
    expect((await ask(endpoints, '/healthz')).status).toBe(200);
    expect((await ask(endpoints, '/readyz')).status).toBe(200);
    expect((await ask(endpoints, '/metrics')).status).toBe(401);
  });
});

describe('what cannot be', () => {
  test.each([
    [{ port: 70_000 }, 'endpoints.port must be a port from 0 to 65535, not 70000'],
    [{ port: Number.NaN }, 'endpoints.port'],
    [{ host: '' }, 'endpoints.host'],
    [{ token: 'short' }, 'endpoints.token must be at least 16 printable characters'],
    [{ openProbes: 'yes' }, 'endpoints.openProbes must be true or false, not "yes"'],
    [{ health: true }, 'endpoints.health must be a function'],
    [{ metrics: 3 }, 'endpoints.metrics must be a function'],
    [{ prot: 3 }, 'unknown setting "prot"'],
  ])('%o is refused', async (options, message) => {
    await expect(served(options as never)).rejects.toThrow(message);
  });

  test('a token is never shown', async () => {
    await expect(served({ token: 'sécret' })).rejects.not.toThrow('sécret');
  });

  test('a port that is taken is named', async () => {
    const { port } = await served();
    await expect(served({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: the port is taken`);
  });
});

describe('a hostile client', () => {
  test('gets nowhere and hurts nobody', async () => {
    const endpoints = await served();
    await new Promise<void>((resolve) => {
      const socket = connect(endpoints.port, '127.0.0.1', () => socket.write('\0\xff garbage\r\n\r\n'));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const asked = request(
        { port: endpoints.port, path: '/healthz', headers: { 'x-long': 'x'.repeat(20_000) } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      asked.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' ? resolve(undefined) : reject(error),
      );
      asked.end();
    });
    expect([431, 400, undefined]).toContain(status);
    expect((await ask(endpoints, '/healthz')).status).toBe(200);
  });

  test('a connection that is kept open does not keep the endpoints from closing', async () => {
    const endpoints = await served();
    const socket = connect(endpoints.port, '127.0.0.1');
    await new Promise((resolve) => socket.on('connect', resolve));
    await endpoints.close();
    running.length = 0;
    await new Promise((resolve) => socket.on('close', resolve));
  });
});
