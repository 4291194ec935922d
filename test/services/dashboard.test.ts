import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { Subject } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Driver } from '../../src/core/driver.js';
import type { PipelineRun } from '../../src/core/run.js';
import { type Dashboard, type ShownDesk, serveDashboard } from '../../src/dashboard/index.js';
import type { OutsideEvent } from '../../src/index.js';
import { type Monitor, monitor } from '../../src/monitoring/index.js';
import { backtest, simulateMarket } from '../../src/streams/index.js';
import { simulatedVenues } from '../crossing.js';
import { heldOpen, type ShownFrame, shownDesk, type Truth } from '../dashboard/desk.js';
import { describeBuilt } from '../desk/built.js';
import { describeWithServer, programPath, type ServerPlan } from './server.js';

const TOKEN = 'a-token-for-this-test';
const CHECKS = readFileSync(join(import.meta.dirname, 'page-checks.js'), 'utf8');
/** Pictures go there; looked at by people against the checklist of docs/dashboard.md. */
let shots = process.env['MILLRACE_SHOTS'] ?? '';

const chromium: ServerPlan = {
  name: 'chromium',
  program: 'chromium',
  install: 'apt-get install chromium',
  arguments: () => [],
};

/** What the checks found wrong, and what the page says. */
interface Found {
  readonly wrong: readonly string[];
  readonly least: number;
  readonly tables: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly drawn: readonly { readonly id: string; readonly pixels: number; readonly label: string }[];
  readonly pieces: number;
}

const MIRROR = { role: 'mirror', epoch: 3, lag: 12, inSync: true, open: false, why: 'follows b' };

const VIEWS = [1_280, 375].flatMap((width) =>
  (['dark', 'light'] as const).map((theme) => ({ width, theme })),
);

const named =
  process.env['MILLRACE_LONG'] === '1'
    ? describeWithServer
    : (name: string, _needs: readonly ServerPlan[], _run: () => void): void => {
        test.skip(`${name} (skipped: a browser takes its time; MILLRACE_LONG=1 runs it)`, () => {});
      };

named('the live page in a browser', [chromium], () => {
  const source = simulateMarket({ seed: 3, duration: 20_000 });
  const held = heldOpen(source);
  const outside$ = new Subject<OutsideEvent>();
  const frames$ = new Subject<ShownFrame>();
  /** What browsers complained of, and where they asked. */
  const complaints: string[] = [];
  const hosts = new Set<string>();
  let browser: Browser;
  let watch: Monitor;
  let run: PipelineRun<ShownFrame>;
  let dashboard: Dashboard;
  let truth: Truth | undefined;
  let trading: string | undefined;

  const serve = (desk: ShownDesk, port = 0): Promise<Dashboard> =>
    serveDashboard(desk, {
      instruments: source.instruments,
      port,
      token: TOKEN,
      title: 'A desk',
      note: 'SIMULATED market',
      candle: 1_000,
      every: 100,
      monitor: watch,
    });

  async function open(
    fragment: string,
    width = 1_280,
    theme: 'dark' | 'light' = 'light',
    at = dashboard,
    shows = '[data-shown]',
  ): Promise<Page> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.on('console', (message) => {
      const offline = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|status of 401/.test(message.text());
      if (['error', 'warn'].includes(message.type()) && !offline) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.evaluateOnNewDocument(
      `addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => console.error('policy: ' + violatedDirective + ' ' + sample))`,
    );
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    await page.setViewport({ width, height: width > 1_000 ? 800 : 812 });
    await page.goto(`${at.url}${fragment}`);
    await page.waitForSelector(shows);
    return page;
  }

  const look = (page: Page): Promise<Found> => page.evaluate(CHECKS) as Promise<Found>;
  const says = (page: Page, id: string, pattern: RegExp): Promise<unknown> =>
    page.waitForFunction(`${pattern}.test(document.getElementById('${id}').textContent)`, {
      timeout: 10_000,
    });
  const focused = (page: Page): Promise<string> =>
    page.evaluate('document.activeElement.id || document.activeElement.className') as Promise<string>;

  /** No animation, everything drawn. */
  async function shoot(page: Page, name: string, fullPage = true): Promise<void> {
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage });
  }

  async function ask(page: Page, button: string, expected: string, token?: string): Promise<void> {
    await page.click(`#${button}`);
    await page.waitForSelector('dialog[open]');
    for (const [id, text] of [
      ['control-by', 'anna'],
      ['control-reason', 'a test'],
    ] as const)
      await page.$eval(`#${id}`, (input, value) => Object.assign(input, { value }), text);
    if (token !== undefined) await page.type('#control-token', token);
    await page.type('#control-word', expected);
  }

  const quiet = async (): Promise<void> => {
    for (let [seq, same] = [-1, 0]; same < 3; same = run.position.seq === seq ? same + 1 : 0) {
      seq = run.position.seq;
      await new Promise((done) => setTimeout(done, 100));
    }
  };

  beforeAll(async () => {
    if (shots === '') shots = mkdtempSync(join(tmpdir(), 'millrace-page-'));
    mkdirSync(shots, { recursive: true });
    const core = shownDesk(source.instruments);
    watch = monitor({ instruments: source.instruments, parts: core.parts, process: false });
    const others: Driver = { name: 'others', connect: () => outside$ };
    run = backtest(core, held.source, {
      drivers: [...simulatedVenues(), watch.driver, others],
      probe: watch.probe,
    });
    dashboard = await serve(run);
    frames$.pipe(watch.tap(), dashboard.tap()).subscribe();
    frames$.subscribe((frame) => {
      if (frame.truth !== undefined) truth = frame.truth;
      trading = frame.tradingStatus;
    });
    run.subscribe(frames$);
    await quiet();
    for (const venue of ['binance', 'coinbase', 'cme'])
      for (const channel of ['market', 'orders'] as const)
        outside$.next({ kind: 'link', venueTime: 0, venue, channel, state: 'up', reason: 'connected' });
    outside$.next({
      kind: 'link',
      venueTime: 0,
      venue: 'cme',
      channel: 'orders',
      state: 'down',
      reason: 'the session ended',
    });
    // Changes nothing, and makes the desk tell its state.
    run.control({ action: 'resume', scope: 'desk', value: 0, by: 'test', reason: 'tell what you hold' });
    await quiet();
    browser = await puppeteer.launch({
      executablePath: programPath('chromium') as string,
      args: ['--no-sandbox'],
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    held.end();
    await dashboard?.close();
    watch?.close();
    console.log(`screenshots of the live page are in ${shots}`);
  });

  test('says what the desk holds, to the last digit that it shows', async () => {
    const page = await open('');
    const { texts, tables, drawn } = await look(page);
    const number = (text: string | undefined): number =>
      Number(
        text?.replace(/ .*$/, '').replaceAll(',', '').replace('−', '-').replace('+', '').replace('flat', '0'),
      );
    const told = truth as Truth;
    expect(number(texts['profit'])).toBeCloseTo(told.profit, 2);
    expect(number(texts['equity'])).toBeCloseTo(told.equity, 2);
    expect(-number(texts['drawdown'])).toBeCloseTo(told.drawdown, 2);
    expect(number(texts['exposure'])).toBeCloseTo(told.exposure, 2);
    expect(number(texts['fees'])).toBeCloseTo(told.fees, 2);
    expect(texts['orders-count-more']).toContain(`${told.openOrders} open`);
    const table = (id: string): readonly (readonly string[])[] => tables[id] ?? [];
    const view = dashboard.view();
    expect(table('markets')).toHaveLength(source.instruments.length);
    for (const [index, { id }] of source.instruments.entries()) {
      const [, bid, ask] = table('markets').find(([name]) => name === id) ?? [];
      expect(number(bid)).toBeCloseTo(told.bids[index] as number, 6);
      expect(number(ask)).toBeCloseTo(told.asks[index] as number, 6);
      const held = view.positions.find(({ instrument }) => instrument === id);
      const [, position] = table('positions').find(([name]) => name === id) ?? [];
      if (held !== undefined) expect(number(position)).toBeCloseTo(held.position, 8);
    }
    expect(table('positions').some(([, position]) => position !== 'flat')).toBe(true);
    for (const [agent, profit] of Object.entries(told.agents)) {
      const row = table('agents').find(([name]) => name === agent);
      expect(number(row?.at(-1))).toBeCloseTo(profit, 2);
    }
    expect(table('signals')).toHaveLength(view.signals.length);
    expect(table('fills')).toHaveLength(view.fills.length);
    expect(texts['venues']).toContain('✕ orders down');
    expect(texts['pair']).toContain('Not part of a pair');
    expect(texts['latencies']).toContain('tick to order');
    expect(texts['limits']).toContain('maxPosition');
    expect(drawn.map(({ id }) => id)).toEqual(['candles', 'profit-chart', 'drawdown-chart']);
    for (const { pixels, label } of drawn) {
      expect(pixels).toBeGreaterThan(10_000);
      expect(label).toMatch(/\d/);
    }
    await page.browserContext().close();
  });

  test.each(VIEWS)(
    'is in order at $width px, $theme: nothing cut off or overlapping, contrast, alignment, units',
    async ({ width, theme }) => {
      const page = await open('', width, theme);
      const found = await look(page);
      expect(found.wrong).toEqual([]);
      expect(found.pieces).toBeGreaterThan(150);
      expect(found.least).toBeGreaterThanOrEqual(4.5);
      await shoot(page, `desk-${width}-${theme}`);
      await page.click('#kill');
      await page.waitForSelector('dialog[open]');
      expect((await look(page)).wrong).toEqual([]);
      await shoot(page, `dialog-${width}-${theme}`, false);
      await page.browserContext().close();
    },
  );

  test.each(VIEWS)('says at $width px, $theme, what it does not have', async ({ width, theme }) => {
    const bare = await serveDashboard(
      { control: () => undefined, halted: undefined, position: { seq: 0, ts: 0 }, report: MIRROR },
      { instruments: source.instruments, port: 0, token: TOKEN },
    );
    const page = await open('', width, theme, bare);
    const { wrong, texts } = await look(page);
    expect(wrong).toEqual([]);
    for (const id of ['signals', 'agents', 'orders', 'fills', 'positions'])
      expect(await page.$eval(`#${id}-none`, (none) => (none as unknown as { hidden: boolean }).hidden)).toBe(
        false,
      );
    expect(texts['profit']).toBe('—');
    expect(texts['pair']).toBe('Member of a pair: follows b.');
    expect(texts['pair-facts']).toContain('Lag12 events');
    await shoot(page, `empty-${width}-${theme}`);
    await page.browserContext().close();
    await bare.close();
  });

  test('is walked with the keyboard alone, and shows where one is', async () => {
    const page = await open('');
    const order: string[] = [];
    for (let step = 0; step < 7; step++) {
      await page.keyboard.press('Tab');
      order.push(await focused(page));
      const outline = await page.evaluate(
        `(({ outlineStyle, outlineWidth }) => outlineStyle + ' ' + outlineWidth)(getComputedStyle(document.activeElement))`,
      );
      expect(outline).toBe('solid 3px');
    }
    expect(order).toEqual(['skip', 'theme', 'kill', 'market', 'notices', '', '']);
    await page.focus('#kill');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    expect(await focused(page)).toBe('control-by');
    const inside = new Set<string>();
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press('Tab');
      inside.add(await focused(page));
    }
    for (const id of inside)
      expect(['control-by', 'control-reason', 'control-token', 'control-word', 'control-back', '']).toContain(
        id,
      );
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('kill');
    // The theme goes round, and stays.
    for (const theme of ['light', 'dark']) {
      await page.focus('#theme');
      await page.keyboard.press('Space');
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
    }
    await page.reload();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.browserContext().close();
  });

  test('kills with the token alone, and resumes', async () => {
    const page = await open('');
    await ask(page, 'kill', 'KIL', 'not-the-token-of-it');
    expect(
      await page.$eval('#control-send', (button) => (button as unknown as { disabled: boolean }).disabled),
    ).toBe(true);
    await page.type('#control-word', 'L');
    await page.click('#control-send');
    await says(page, 'control-error', /Refused/);
    expect(trading).toBe('active');
    await page.type('#control-token', TOKEN);
    await page.click('#control-send');
    await says(page, 'trading', /halted/);
    expect(trading).toBe('halted');
    await says(page, 'banners', /Halted since .*kill by anna: a test/);
    expect(await page.$eval('#kill', (button) => (button as unknown as { disabled: boolean }).disabled)).toBe(
      true,
    );
    for (const { width, theme } of VIEWS) {
      const other = await open('', width, theme);
      expect((await look(other)).wrong).toEqual([]);
      await shoot(other, `halted-${width}-${theme}`);
      await other.browserContext().close();
    }
    // The token is known by now.
    await ask(page, 'resume', 'resume');
    await page.click('#control-send');
    await says(page, 'trading', /active/);
    expect(trading).toBe('active');
    await page.browserContext().close();
  });

  test('takes the token from its address, and forgets it there', async () => {
    const page = await open(`#token=${TOKEN}`);
    expect(page.url()).toBe(dashboard.url);
    await page.click('#kill');
    await page.waitForSelector('dialog[open]');
    expect(
      await page.$eval('#control-token-label', (label) => (label as unknown as { hidden: boolean }).hidden),
    ).toBe(true);
    await page.browserContext().close();
  });

  test('asks for a token where reading needs one, and for another when it was wrong', async () => {
    const guarded = await serveDashboard(run, {
      instruments: source.instruments,
      port: 0,
      token: TOKEN,
      readToken: 'only-for-reading-it',
    });
    const page = await open('', 375, 'dark', guarded, '#reader:not([hidden])');
    expect((await look(page)).wrong).toEqual([]);
    await shoot(page, 'reader-375-dark');
    await page.type('#reader-token', 'not-the-token-of-it');
    await page.keyboard.press('Enter');
    // It is asked for again.
    await page.waitForFunction("document.getElementById('reader-token').value === ''");
    await page.type('#reader-token', 'only-for-reading-it');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-shown]');
    await says(page, 'connection', /live/);
    await page.browserContext().close();
    await guarded.close();
  });

  test('says that the connection is lost, and finds a server that began anew', async () => {
    const pages = await Promise.all(VIEWS.map(({ width, theme }) => open('', width, theme)));
    const { port } = dashboard;
    const before = dashboard.view().server;
    await dashboard.close();
    for (const [nth, page] of pages.entries()) {
      await says(page, 'banners', /Connection lost/);
      expect((await look(page)).wrong).toEqual([]);
      const { width, theme } = VIEWS[nth] as (typeof VIEWS)[number];
      await shoot(page, `lost-${width}-${theme}`);
    }
    dashboard = await serve(run, port);
    frames$.pipe(dashboard.tap()).subscribe();
    run.control({ action: 'resume', scope: 'desk', value: 0, by: 'test', reason: 'tell what you hold' });
    for (const page of pages) {
      await says(page, 'connection', /live/);
      await page.waitForFunction(`!document.documentElement.dataset.shown.startsWith('${before}')`);
      await says(
        page,
        'profit',
        new RegExp(`^[+−]?${Math.trunc(Math.abs((truth as Truth).profit)).toLocaleString('en-US')}\\.`),
      );
      await page.browserContext().close();
    }
  });

  test('has complained of nothing, and has asked no other host', () => {
    expect(complaints).toEqual([]);
    expect([...hosts].every((host) => host.startsWith('127.0.0.1:') || host === '')).toBe(true);
  });
});

if (process.env['MILLRACE_LONG'] === '1')
  describeBuilt('the example desk with its page', '.examples/desk/main.js', ({ path }) => {
    test('is watched, killed from outside, stays until it is stopped, and reports', async () => {
      const child = spawn(
        process.execPath,
        [path, '--serve', '0', '--duration', '20m', '--speed', '300', '--json', '--seed', '2'],
        { env: { ...process.env, DESK_TOKEN: TOKEN } },
      );
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (data: Buffer) => {
        stdout += data.toString();
      });
      child.stderr.on('data', (data: Buffer) => {
        stderr += data.toString();
      });
      const ended = new Promise<number | null>((done) => child.on('close', done));
      const until = async <T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
        for (let tries = 0; tries < 600; tries++) {
          const found = await look();
          if (found !== undefined) return found;
          await new Promise((done) => setTimeout(done, 50));
        }
        throw new Error(`nothing came of it: ${stderr}`);
      };
      try {
        const url = await until(
          () => /the live page: (http:\/\/127\.0\.0\.1:\d+\/)#token=/.exec(stderr)?.[1],
        );
        expect((await fetch(url)).headers.get('content-security-policy')).toContain("default-src 'none'");
        const kill = (token: string): Promise<Response> =>
          fetch(`${url}control`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
            body: JSON.stringify({ action: 'kill', by: 'anna', reason: 'a test' }),
          });
        expect((await kill('another-token-of-16')).status).toBe(401);
        await until(
          async () =>
            ((await (await kill(TOKEN)).json()) as { trading?: string }).trading === 'halted' || undefined,
        );
        await until(() => (stderr.includes('the page stays until Ctrl-C') ? true : undefined));
        expect((await fetch(url)).status).toBe(200);
        expect((await kill(TOKEN)).status).toBe(409);
        child.kill('SIGINT');
        expect(await ended).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ tradingStatus: 'halted' });
      } finally {
        child.kill('SIGKILL');
      }
    });
  });
