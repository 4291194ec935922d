import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Script } from 'node:vm';
import { Subject } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { PipelineRun } from '../../src/core/run.js';
import {
  type Dashboard,
  type DashboardFrame,
  type DashboardOptions,
  type DashboardView,
  type ShownDesk,
  serveDashboard,
} from '../../src/dashboard/index.js';
import { Viewers } from '../../src/dashboard/server/viewers.js';
import type { PairMember } from '../../src/failover/index.js';
import { ConfigurationError, instrument } from '../../src/index.js';
import type { ShownFrame } from './desk.js';

const TOKEN = 'correct-horse-battery';
const READ = 'only-for-reading-it';
const BTC = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.001',
});

const running: Dashboard[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((page) => page.close()));
});

function desk(fields: Partial<ShownDesk> = {}) {
  return {
    control: vi.fn<ShownDesk['control']>(),
    halted: undefined,
    position: { seq: 0, ts: 0 },
    ...fields,
  };
}

async function served(
  options: Partial<DashboardOptions> = {},
  shown: ShownDesk = desk(),
): Promise<Dashboard> {
  const page = await serveDashboard(shown, {
    instruments: [BTC],
    port: 0,
    token: TOKEN,
    every: 50,
    ...options,
  });
  running.push(page);
  return page;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `fetch` would not send a host or an origin of our choice. */
function ask({ port }: Dashboard, path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; body: string; headers: Readonly<Record<string, unknown>> }>(
    (resolve, reject) => {
      const asking = request({ port, host: '127.0.0.1', path, method, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: text, headers: answer.headers }),
        );
      });
      asking.on('error', reject);
      asking.end(body);
    },
  );
}

const bearer = { authorization: `Bearer ${TOKEN}` };
const json = { 'content-type': 'application/json' };
const word = JSON.stringify({ action: 'kill', by: 'anna', reason: 'a test' });
const kill = (page: Dashboard, headers: Readonly<Record<string, string>>, body = word) =>
  ask(page, '/control', { method: 'POST', headers: { ...json, ...headers }, body });

/** Follows the events of a page, block by block. */
async function* eventsOf(
  { url }: Dashboard,
  headers: Readonly<Record<string, string>> = {},
  stop = new AbortController(),
) {
  const response = await fetch(`${url}events`, { headers, signal: stop.signal });
  if (response.body === null) throw new Error('no body');
  let text = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event, data] = /event: (.*)\ndata: (.*)/.exec(text.slice(0, end)) ?? [];
        text = text.slice(end + 2);
        yield { event: event as string, data: JSON.parse(data as string) as DashboardView };
      }
    }
  } finally {
    stop.abort();
  }
}

test('a run and a member of a pair are desks that can be shown', () => {
  expectTypeOf<PairMember<ShownFrame>>().toExtend<ShownDesk>();
  expectTypeOf<PipelineRun<ShownFrame>>().toExtend<ShownDesk>();
});

describe('the document', () => {
  test('needs nothing else, and its policy names each script and style by its hash', async () => {
    const { status, body, headers } = await ask(await served({ title: '<b>desk & co</b>' }), '/');
    expect(status).toBe(200);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const scripts = [...body.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text as string);
    const styles = [...body.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => text as string);
    expect(scripts).toHaveLength(3);
    for (const text of [...scripts, ...styles]) expect(policy).toContain(hash(text));
    expect(body).not.toMatch(/<(script|link|img|iframe)[^>]*(src|href)="(?!data:)/);
    expect(body).not.toMatch(/ style="| on[a-z]+="/);
    expect(body).toContain('<title>&lt;b&gt;desk &amp; co&lt;/b&gt;</title>');
    expect(body).not.toContain(TOKEN);
    // Each is one script that parses: no name is declared twice.
    for (const text of scripts) expect(() => new Script(text)).not.toThrow();
    // Their licences stay with them.
    expect(body).toContain('Permission is hereby granted, free of charge');
    expect(body).toContain('Apache License');
    expect(body).toContain('href="https://www.tradingview.com/"');
  });

  test('has every id once, and every id that a script asks for', async () => {
    const { body } = await ask(await served(), '/');
    const [markup = ''] = body.split('<script>');
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string);
    expect(new Set(ids).size).toBe(ids.length);
    const asked = [...body.matchAll(/(?:byId|inputById|buttonById|fillTable)\(\s*'([^']+)'/g)].map(
      ([, id]) => id as string,
    );
    expect(asked.length).toBeGreaterThan(20);
    for (const id of asked) expect(ids).toContain(id);
  });
});

describe('a word of control', () => {
  test('enters the desk with the token', async () => {
    const shown = desk();
    const page = await served({}, shown);
    expect(await kill(page, bearer)).toMatchObject({
      status: 202,
      body: '{"action":"kill","trading":"unknown"}\n',
    });
    expect(shown.control).toHaveBeenCalledExactlyOnceWith({
      action: 'kill',
      scope: 'desk',
      value: 0,
      by: 'anna',
      reason: 'a test',
    });
    await kill(
      page,
      bearer,
      JSON.stringify({ action: 'resume', by: ' anna\u2028 ', reason: 'line\nbreak\u0000' }),
    );
    expect(shown.control).toHaveBeenLastCalledWith({
      action: 'resume',
      scope: 'desk',
      value: 0,
      by: 'anna',
      reason: 'line break',
    });
  });

  test.each<[string, Readonly<Record<string, string>>, string, number]>([
    ['without the token', {}, word, 401],
    ['with another token', { authorization: `Bearer ${TOKEN}x` }, word, 401],
    ['with the token of readers', { authorization: `Bearer ${READ}` }, word, 401],
    ['with the token in another scheme', { authorization: `Basic ${TOKEN}` }, word, 401],
    ['from another page', { ...bearer, origin: 'http://evil.example' }, word, 403],
    ['from a page without an origin', { ...bearer, origin: 'null' }, word, 403],
    ['from another port of this machine', { ...bearer, origin: 'http://127.0.0.1:1' }, word, 403],
    ['as another page’s form', { ...bearer, 'sec-fetch-site': 'cross-site' }, word, 403],
    ['by a name that is not ours', { ...bearer, host: 'rebound.example' }, word, 403],
    ['as a form', { ...bearer, 'content-type': 'text/plain' }, word, 415],
    ['that is no JSON', bearer, '{', 400],
    ['that is null', bearer, 'null', 400],
    ['of another kind', bearer, word.replace('kill', 'limit'), 400],
    ['of nobody', bearer, word.replace('anna', '  '), 400],
    ['without a reason', bearer, word.replace('a test', ''), 400],
    ['with a reason without end', bearer, word.replace('a test', 'x'.repeat(201)), 400],
    ['that is huge', bearer, word.replace('a test', 'x'.repeat(5_000)), 413],
  ])('%s is refused', async (_name, headers, body, status) => {
    const shown = desk();
    const answer = await kill(await served({ readToken: READ }, shown), headers, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ error: expect.any(String) });
    expect(answer.body).not.toContain(TOKEN);
    expect(shown.control).not.toHaveBeenCalled();
  });

  test('is refused by a run that is over, and by a mirror', async () => {
    const frames = new Subject<DashboardFrame>();
    const page = await served();
    frames.pipe(page.tap()).subscribe();
    frames.complete();
    expect(await kill(page, bearer)).toMatchObject({
      status: 409,
      body: expect.stringContaining('the run is over'),
    });
    const report = { role: 'mirror', epoch: 3, lag: 0, inSync: true, open: false, why: '' };
    const shown = desk({ report });
    expect(await kill(await served({}, shown), bearer)).toMatchObject({
      status: 409,
      body: expect.stringContaining('does not lead (mirror)'),
    });
    expect(shown.control).not.toHaveBeenCalled();
    Object.assign(report, { role: 'solo' });
    expect(await kill(running.at(-1) as Dashboard, bearer)).toMatchObject({ status: 202 });
  });
});

describe('reading', () => {
  test('begins with everything, and goes on with pictures', async () => {
    const page = await served();
    const seen: string[] = [];
    for await (const { event, data } of eventsOf(page)) {
      seen.push(event);
      if (event === 'view') expect(data).toMatchObject({ title: 'millrace', pair: null });
      if (seen.length === 4) break;
    }
    expect(seen).toEqual(['history', 'view', 'view', 'view']);
  });

  test('shows a frame, a member of a pair, and that the run is over', async () => {
    const frames$ = new Subject<DashboardFrame>();
    const report = { role: 'paired', epoch: 3, lag: 1, inSync: true, open: true, why: '' };
    const page = await served(
      {},
      desk({ frames$, report, halted: { component: 'ledger', code: 'x', message: 'broke' } }),
    );
    frames$.next({
      seq: 7,
      sub: 0,
      ts: 5,
      event: { kind: 'timer', name: 't', due: 5 },
      instrument: -1,
      snapshot: undefined,
      requests: [],
      profit: 12.5,
    });
    expect(page.view()).toMatchObject({
      log: { seq: 7, events: 1 },
      money: { profit: 12.5 },
      pair: report,
      state: { broken: 'ledger: broke', ended: false },
    });
    frames$.complete();
    for await (const { event, data } of eventsOf(page))
      if (event === 'view') {
        expect(data.state.ended).toBe(true);
        break;
      }
  });

  test('asks for a token where there is one for it', async () => {
    const page = await served({ readToken: READ });
    expect(await ask(page, '/events')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    });
    expect(await ask(page, '/events', { headers: { authorization: 'Bearer x' } })).toMatchObject({
      status: 401,
    });
    for (const token of [READ, TOKEN]) {
      const first = await eventsOf(page, { authorization: `Bearer ${token}` }).next();
      expect(first.value).toMatchObject({ event: 'history' });
    }
    expect((await ask(page, '/')).status).toBe(200);
  });

  test.each([
    ['a name that is not ours', { host: 'rebound.example:80' }, 403],
    ['another page', { origin: 'https://evil.example' }, 403],
    ['an address', { host: '192.168.1.7:80' }, 200],
    ['an address of six', { host: '[::1]:80' }, 200],
    ['localhost', { host: 'LOCALHOST:80' }, 200],
    ['a name that was given', { host: 'Desk.example.org' }, 200],
    ['behind a proxy that ends TLS', { host: 'desk.example.org', origin: 'https://desk.example.org' }, 200],
  ])('by %s', async (_name, headers, status) => {
    expect((await ask(await served({ names: ['desk.example.org'] }), '/', { headers })).status).toBe(status);
  });

  test('is refused beyond so many viewers, and free again when one goes', async () => {
    const page = await served({ viewers: 2 });
    const stops = [new AbortController(), new AbortController()];
    const follows = stops.map((stop) => eventsOf(page, {}, stop));
    for (const each of follows) await each.next();
    expect(await ask(page, '/events')).toMatchObject({ status: 503 });
    await follows[0]?.return(undefined);
    await vi.waitFor(async () => {
      const again = await eventsOf(page).next();
      expect(again.value).toMatchObject({ event: 'history' });
    });
    await follows[1]?.return(undefined);
  });

  test('answers what is not there, and other methods', async () => {
    const page = await served();
    expect((await ask(page, '/nothing')).status).toBe(404);
    expect((await ask(page, '/control')).status).toBe(405);
    expect((await ask(page, '/', { method: 'POST' })).status).toBe(405);
    expect((await ask(page, '/', { method: 'HEAD' })).body).toBe('');
  });

  test('goes on from a server that began anew on the same port', async () => {
    const first = await served();
    const { port } = first;
    const before = eventsOf(first);
    await before.next();
    const shown = (await before.next()).value as { data: DashboardView };
    await first.close();
    await expect(before.next()).rejects.toThrow();
    const after = eventsOf(await served({ port }));
    await after.next();
    const again = (await after.next()).value as { data: DashboardView };
    expect(again.data.server).not.toBe(shown.data.server);
    await after.return(undefined);
  });

  test('costs nothing while nobody looks', async () => {
    const page = await served();
    const follow = eventsOf(page);
    await follow.next();
    await follow.return(undefined);
    const draw = vi.spyOn(page, 'view');
    await vi.waitFor(async () => {
      draw.mockClear();
      await new Promise((done) => setTimeout(done, 120));
      expect(draw).not.toHaveBeenCalled();
    });
  });
});

test('a frame that cannot be read stops neither the desk nor the page', async () => {
  const frames = new Subject<DashboardFrame>();
  const page = await served();
  let passed = 0;
  frames.pipe(page.tap()).subscribe(() => passed++);
  const frame = { seq: 1, sub: 0, ts: 5, instrument: -1, snapshot: undefined, requests: [] };
  frames.next({ ...frame, event: undefined } as unknown as DashboardFrame);
  const strange = { index: 99, position: 1, averagePrice: 1, markPrice: 1, unrealised: 0, profit: 0 };
  frames.next({
    ...frame,
    event: { kind: 'timer', name: 't', due: 5 },
    overview: {
      positions: [strange],
      agents: [],
      venues: [],
      openOrders: [{ index: 99 }],
      openOrderCount: 1,
      depth: [{ index: 99, bids: [], asks: [] }],
      limits: [],
    },
  } as unknown as DashboardFrame);
  expect(passed).toBe(2);
  expect(page.view()).toMatchObject({
    positions: [],
    orders: [],
    notices: [{ severity: 'bad', text: expect.stringContaining('could not read a frame') }],
  });
});

describe('somebody slow', () => {
  /** A response that takes so many bytes until the other side reads. */
  class Stuck {
    written = 0;
    writableLength = 0;
    destroyed = false;
    on(): void {}
    write(text: string): void {
      this.written++;
      this.writableLength += text.length;
    }
    destroy(): void {
      this.destroyed = true;
    }
  }

  test('misses pictures, is never queued for, and is let go after a while', () => {
    let now = 0;
    const viewers = new Viewers(4, () => now);
    const stuck = new Stuck();
    const quick = new Stuck();
    for (const each of [stuck, quick]) viewers.add(each as never, () => undefined);
    for (now = 0; now < 14_000; now += 500) {
      viewers.tellAll('view', '{}');
      quick.writableLength = 0;
    }
    expect(stuck.written).toBe(1);
    expect(quick.written).toBe(28);
    // It took what was written: everything is as before.
    stuck.writableLength = 0;
    viewers.tellAll('view', '{}');
    expect(stuck.written).toBe(2);
    for (let past = 0; past <= 16_000; past += 500, now += 500) {
      viewers.tellAll('view', '{}');
      quick.writableLength = 0;
    }
    expect(stuck).toMatchObject({ written: 2, destroyed: true });
    expect(quick.destroyed).toBe(false);
  });

  test('does not hold up another, over real sockets', async () => {
    const page = await served({ title: 'x'.repeat(500), note: 'y'.repeat(500) });
    const idle: Socket = connect(page.port, '127.0.0.1');
    idle.write(`GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
    idle.pause();
    let pictures = 0;
    for await (const { event } of eventsOf(page)) if (event === 'view' && ++pictures === 5) break;
    expect(pictures).toBe(5);
    idle.destroy();
  });
});

describe('options', () => {
  test.each<[Partial<Record<keyof DashboardOptions | 'colour', unknown>>, string]>([
    [{ port: 65_536 }, 'dashboard.port must be a port from 0 to 65535, not 65536'],
    [{ port: -1 }, 'dashboard.port'],
    [
      { token: 'short' },
      'dashboard.token must be at least 16 printable characters without spaces, not "(not shown)"',
    ],
    [{ token: undefined }, 'dashboard.token must be'],
    [{ readToken: 'with a space in it' }, 'dashboard.readToken must be'],
    [{ host: '0.0.0.0' }, 'dashboard.readToken must be given'],
    [{ host: '' }, 'dashboard.host'],
    [{ names: ['http://x'] }, 'dashboard.names'],
    [{ every: 10 }, 'dashboard.every'],
    [{ every: Number.NaN }, 'dashboard.every'],
    [{ every: 60_000 }, 'dashboard.every'],
    [{ candle: 0 }, 'dashboard.candle'],
    [{ viewers: 0 }, 'dashboard.viewers'],
    [{ title: 'x'.repeat(501) }, 'dashboard.title'],
    [{ colour: 'red' }, 'unknown setting "colour"'],
  ])('%j is refused', async (options, message) => {
    const given = { instruments: [BTC], port: 0, token: TOKEN, ...options } as unknown as DashboardOptions;
    const refused = await serveDashboard(desk(), given).then(
      async (page) => {
        await page.close();
        return undefined;
      },
      (error: unknown) => error as Error,
    );
    expect(refused).toBeInstanceOf(ConfigurationError);
    expect(refused?.message).toContain(message);
  });

  test('a port that is taken is told', async () => {
    const { port } = await served();
    await expect(serveDashboard(desk(), { instruments: [BTC], port, token: TOKEN })).rejects.toThrow(
      `the live page cannot listen on 127.0.0.1:${port}: the port is taken; choose another, or 0`,
    );
  });
});
