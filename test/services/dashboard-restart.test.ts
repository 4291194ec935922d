import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import puppeteer, { type Page } from 'puppeteer-core';
import { expect, test } from 'vitest';
import { describeBuilt } from '../desk/built.js';
import { chromium } from './plans.js';
import { describeWithServer, programPath } from './server.js';

const TOKEN = 'a-token-for-this-test';

/** A process of the example desk with its page, and the address of that. */
interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts the desk; resolves when it has said where its page is. */
function serving(path: string, port: string): Promise<Serving> {
  const child = spawn(
    process.execPath,
    [path, '--serve', port, '--duration', '2h', '--speed', '30', '--seed', '2', '--json'],
    { env: { ...process.env, DESK_TOKEN: TOKEN }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  return new Promise((done, failed) => {
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
      const url = /the live page: (http:\/\/127\.0\.0\.1:\d+\/)#token=/.exec(said)?.[1];
      if (url !== undefined) done({ child, url });
    });
    child.on('close', (code) => failed(new Error(`the desk ended with ${code}: ${said}`)));
  });
}

const killed = async ({ child }: Serving): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

const says = (page: Page, id: string, pattern: RegExp): Promise<unknown> =>
  page.waitForFunction(`${pattern}.test(document.getElementById('${id}').textContent)`, { timeout: 20_000 });

const shownOf = (page: Page): Promise<string> =>
  page.evaluate('document.documentElement.dataset.shown') as Promise<string>;

if (process.env['MILLRACE_LONG'] === '1')
  describeWithServer('a page whose server process is killed', [chromium], () => {
    describeBuilt('the example desk', '.examples/desk/main.js', ({ path }) => {
      test('says so, and comes back by itself when another process serves at that port', async () => {
        let desk = await serving(path, '0');
        const { url } = desk;
        const browser = await puppeteer.launch({
          executablePath: programPath('chromium') as string,
          args: ['--no-sandbox'],
        });
        try {
          const page = await browser.newPage();
          let loads = 0;
          page.on('load', () => {
            loads++;
          });
          const complaints: string[] = [];
          page.on('pageerror', (error) => complaints.push(String(error)));
          await page.goto(`${url}#token=${TOKEN}`);
          await page.waitForSelector('[data-shown]');
          // Twice: what was learned of the first process must not be in the way of the third.
          for (let round = 0; round < 2; round++) {
            await says(page, 'connection', /live/);
            const [before] = (await shownOf(page)).split(' ');
            await killed(desk);
            await says(page, 'banners', /Connection lost/);
            desk = await serving(path, new URL(url).port);
            expect(desk.url).toBe(url);
            await says(page, 'connection', /live/);
            await page.waitForFunction(`!document.documentElement.dataset.shown.startsWith('${before} ')`);
            // It is that process's pictures that go on, and not its first one alone.
            const first = await shownOf(page);
            await page.waitForFunction(`document.documentElement.dataset.shown !== '${first}'`);
            expect(await page.$eval('#banners', (banners) => banners.textContent ?? '')).not.toContain(
              'Connection lost',
            );
          }
          // The token of the address is still known: the new process takes it.
          await page.click('#kill');
          await page.waitForSelector('dialog[open]');
          for (const [id, text] of [
            ['control-by', 'anna'],
            ['control-reason', 'a test'],
          ] as const)
            await page.$eval(`#${id}`, (input, value) => Object.assign(input, { value }), text);
          await page.type('#control-word', 'KILL');
          await page.click('#control-send');
          await says(page, 'trading', /halted/);
          expect(loads).toBe(1);
          expect(complaints).toEqual([]);
        } finally {
          await browser.close();
          await killed(desk);
        }
      }, 90_000);
    });
  });
else
  test.skip('a page whose server process is killed (skipped: a browser takes its time; MILLRACE_LONG=1 runs it)', () => {});
