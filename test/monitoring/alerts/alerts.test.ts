import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/index.js';
import { type Alert, type AlertRule, alerts, Metrics, sendAlerts } from '../../../src/monitoring/index.js';

const rule: AlertRule = { name: 'High', severity: 'page', metric: 'm_level', above: 5, summary: 'Too high.' };

test('alerts come at the next look, and subscribers share them', () => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ hot, expectObservable }) => {
    const metrics = new Metrics({ prefix: 'm_' });
    const series = metrics.gauge({ name: 'level', help: 'A level.' }).bind();
    hot('--h---l---', { h: 6, l: 4 }).subscribe((value) => {
      series.value = value;
    });
    const told = (state: Alert['state'], value: number, since: number): Alert => ({
      name: 'High',
      severity: 'page',
      summary: 'Too high.',
      labels: {},
      state,
      value,
      since,
    });
    const alerts$ = alerts({ metrics, rules: [rule], every: 3, scheduler });
    const values = { F: told('firing', 6, 3), R: told('resolved', 4, 3) };
    expectObservable(alerts$, '          ---------!').toBe('---F--R---', values);
    expectObservable(alerts$, '          ^--------!').toBe('---F--R---', values);
  });
});

test('looks without an interval are refused', () => {
  expect(() => alerts({ metrics: new Metrics(), rules: [], every: 0 })).toThrow(ConfigurationError);
});

describe('a webhook', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  const alert = (name: string): Alert => ({
    name,
    severity: 'page',
    state: 'firing',
    labels: { venue: 'binance' },
    value: 6,
    since: 0,
    summary: 'Too high.',
  });

  /** A hook that answers as told, and what it took. */
  async function hook(answers: (nth: number) => number) {
    const taken: { readonly request: IncomingMessage; readonly body: unknown; readonly status: number }[] =
      [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        const status = answers(taken.length);
        taken.push({ request, body: JSON.parse(text), status });
        if (status === 0) return;
        response.statusCode = status;
        response.end();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closing.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, taken };
  }

  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 2_000 && !holds(); tries++) await new Promise((done) => setTimeout(done, 5));
    expect(holds()).toBe(true);
  };

  test('gets every alert in order, each again until it takes it', async () => {
    const { url, taken } = await hook((nth) => [500, 0, 200, 200][nth] ?? 200);
    const alerts$ = new Subject<Alert>();
    const failures: string[] = [];
    const sending = sendAlerts(alerts$, {
      url,
      token: 'a-secret-of-ours',
      instance: 'desk-a',
      firstWait: 5,
      timeout: 1_500,
      failed: (why) => failures.push(why),
    });
    closing.push(() => sending.close());
    alerts$.next(alert('One'));
    alerts$.next(alert('Two'));
    await until(() => sending.waiting === 0);
    const names = taken.map(
      ({ body }) => (body as { alerts: { labels: { alertname: string } }[] }).alerts[0]?.labels,
    );
    expect(names.map((labels) => labels?.alertname)).toEqual(['One', 'One', 'One', 'Two']);
    expect(names[0]).toEqual({ alertname: 'One', severity: 'page', instance: 'desk-a', venue: 'binance' });
    expect(taken[0]?.request.headers.authorization).toBe('Bearer a-secret-of-ours');
    expect(failures).toHaveLength(2);
    expect(failures[0]).toBe('alert One was not taken: it answered 500');
    expect(failures.join()).not.toContain('secret');
  });

  test('that is full gives up the oldest, and says so', async () => {
    const { url, taken } = await hook(() => 0);
    const alerts$ = new Subject<Alert>();
    const failures: string[] = [];
    const sending = sendAlerts(alerts$, { url, instance: 'a', room: 2, failed: (why) => failures.push(why) });
    closing.push(() => sending.close());
    for (const name of ['One', 'Two', 'Three']) alerts$.next(alert(name));
    expect(failures).toEqual(['alert One was given up: 2 others wait']);
    expect(sending.waiting).toBe(2);
    await until(() => taken.length === 1);
    sending.close();
    alerts$.next(alert('Four'));
    expect(sending.waiting).toBe(2);
  });

  test.each([
    { url: 'ftp://example.org' },
    { url: 'nowhere' },
    { instance: '' },
    { timeout: 0 },
    { firstWait: -1 },
    { room: 0 },
    { retries: 3 },
  ])('refuses %o', (wrong) => {
    const options = { url: 'http://localhost', instance: 'a', ...wrong };
    expect(() => sendAlerts(new Subject(), options)).toThrow(ConfigurationError);
  });
});
