import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { Subject } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { compose } from '../../src/core/compose.js';
import { type Frame, NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { type PipelineRun, run } from '../../src/core/run.js';
import type { Proposal } from '../../src/domain/order.js';
import { pairHealth } from '../../src/failover/index.js';
import { clientOrderId, instrument, type OutsideEvent } from '../../src/index.js';
import {
  breakdown,
  type Endpoints,
  figures,
  type Monitor,
  monitor,
  serveEndpoints,
} from '../../src/monitoring/index.js';
import { books, ledger, maxPosition, risk } from '../../src/operators/index.js';
import { liveClock } from '../../src/streams/index.js';
import { Puppet } from '../failover/puppet.js';
import { alertmanagerWith, prometheusWith } from './plans.js';
import { describeWithServer, RunningServer } from './server.js';

const BTC = instrument({
  venue: 'binance',
  symbol: 'BTC',
  kind: 'spot',
  base: 'BTC',
  quote: 'USD',
  tick: '1',
  lot: '1',
});

interface Told {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly at: number;
}

/** What reaches the pager and the tickets. */
class Webhook {
  readonly told: Told[] = [];
  readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { alerts } = JSON.parse(body) as { alerts: Omit<Told, 'at'>[] };
      for (const { status, labels } of alerts) this.told.push({ status, labels, at: performance.now() });
      response.end();
    });
  });

  listen(): Promise<number> {
    return new Promise((done) => {
      this.server.listen(0, '127.0.0.1', () => done((this.server.address() as AddressInfo).port));
    });
  }

  /** The first word of this kind from now on; its milliseconds from `since`. */
  async hears(alert: string, status: Told['status'], since: number): Promise<number> {
    for (let waited = 0; waited < 90_000; waited += 50) {
      const found = this.told.find(
        (each) => each.labels['alertname'] === alert && each.status === status && each.at >= since,
      );
      if (found !== undefined) return found.at - since;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(
      `no ${status} ${alert} in 90 s; heard: ${JSON.stringify(this.told.map(({ status: s, labels }) => `${s} ${labels['alertname']}`))}`,
    );
  }
}

/** A desk that holds what it is told to, at the prices that it is told. */
function heldDesk(): { run: PipelineRun<Frame>; watch: Monitor; say: (event: OutsideEvent) => void } {
  const core = compose(
    { name: 'desk', instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000 }),
    pure('proposals', (): readonly Proposal[] => NONE, NONE as readonly Proposal[]),
    risk([maxPosition({ limit: 100 })]),
    figures(),
    breakdown(),
  );
  const events = new Subject<OutsideEvent>();
  const watch = monitor({ instruments: [BTC], parts: core.parts, capital: 1_000, process: true });
  const desk = run(core, {
    clock: liveClock(),
    drivers: [{ name: 'market', connect: () => events }, watch.driver],
    probe: watch.probe,
  });
  watch.watch(desk);
  desk.subscribe();
  return { run: desk as unknown as PipelineRun<Frame>, watch, say: (event) => events.next(event) };
}

const quote = (price: number): OutsideEvent => ({
  kind: 'quote',
  instrument: BTC.id,
  venueTime: Date.now(),
  bidPrice: price - 1,
  bidQuantity: 5,
  askPrice: price + 1,
  askQuantity: 5,
  updateId: -1,
});

const link = (state: 'up' | 'down'): OutsideEvent => ({
  kind: 'link',
  venue: 'binance',
  channel: 'market',
  state,
  venueTime: Date.now(),
  reason: 'a test',
});

const bought: OutsideEvent = {
  kind: 'report',
  type: 'fill',
  venue: 'binance',
  instrument: BTC.id,
  clientOrderId: clientOrderId('by-hand'),
  venueTime: Date.now(),
  executionId: '1',
  side: 'buy',
  price: 100,
  quantity: 10,
  liquidity: 'taker',
  fee: '0',
  feeCurrency: 'USD',
};

/** The rules of `deploy/`, with the patience of minutes cut to seconds: what is tested is the way of an alert. */
function impatient(file: string, alerts: readonly string[]): object {
  const { groups } = parse(readFileSync(resolve(file), 'utf8')) as {
    groups: { name: string; rules: { alert: string; for?: string }[] }[];
  };
  return {
    groups: groups.map(({ name, rules }) => ({
      name,
      rules: rules.map((rule) => (alerts.includes(rule.alert) ? { ...rule, for: '2s' } : rule)),
    })),
  };
}

const needs = [prometheusWith(''), alertmanagerWith('')];

describeWithServer('alerts of a running desk, by Prometheus and Alertmanager', needs, () => {
  const webhook = new Webhook();
  const mirror = new Puppet();
  const closing: (() => Promise<void> | void)[] = [];
  let desk: ReturnType<typeof heldDesk>;
  let price = 100;
  let quiet = false;

  beforeAll(async () => {
    const hook = await webhook.listen();
    closing.push(() => void webhook.server.close());
    desk = heldDesk();
    desk.say(link('up'));
    desk.say(quote(price));
    desk.say(bought);
    const ticking = setInterval(() => {
      if (!quiet) desk.say(quote(price));
    }, 200);
    closing.push(() => clearInterval(ticking));
    const probes = { health: () => ({ alive: true }), readiness: () => ({ ready: true }) };
    const served: Endpoints = await serveEndpoints({ port: 0, ...probes, metrics: desk.watch.page });
    mirror.is('paired');
    const pair = pairHealth(mirror);
    const paired = await serveEndpoints({ port: 0, ...probes, metrics: pair.metrics });
    const times = { group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
    const receivers = parse(readFileSync(resolve('deploy/alertmanager/alertmanager.yml'), 'utf8')) as {
      route: { routes: object[] };
      receivers: { name: string }[];
    };
    const manager = await RunningServer.start(
      alertmanagerWith(
        stringify({
          ...receivers,
          route: {
            ...receivers.route,
            ...times,
            routes: receivers.route.routes.map((route) => ({ ...route, ...times })),
          },
          receivers: receivers.receivers.map(({ name }) => ({
            name,
            webhook_configs: [{ url: `http://127.0.0.1:${hook}/${name}`, send_resolved: true }],
          })),
        }),
      ),
    );
    const target = (job: string, port: number): object => ({
      job_name: job,
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    });
    const plan = prometheusWith(
      stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: ['desk.yml', 'pair.yml'],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${manager.port}`] }] }] },
        scrape_configs: [target('desk', served.port), target('pair', paired.port)],
      }),
    );
    const prometheus = await RunningServer.start({
      ...plan,
      prepare: (ports, folder) => {
        plan.prepare?.(ports, folder);
        const write = (name: string, rules: object): void =>
          writeFileSync(join(folder, name), stringify(rules));
        write('desk.yml', impatient('deploy/prometheus/desk.rules.yml', ['MarketDataStale']));
        write('pair.yml', impatient('deploy/prometheus/pair.rules.yml', ['PairIsAlone']));
      },
    });
    closing.push(
      () => prometheus.stop(),
      () => manager.stop(),
      () => served.close(),
      () => paired.close(),
      () => pair.close(),
      () => desk.run.stop(),
      () => desk.watch.close(),
    );
    // Both are scraped, and the watchdog has come through.
    await webhook.hears('Watchdog', 'firing', 0);
  }, 120_000);

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  const cases: [alert: string, begin: () => void, end: () => void][] = [
    [
      'Drawdown',
      () => {
        price = 90;
      },
      () => {
        price = 110;
      },
    ],
    [
      'KillSwitch',
      () => desk.run.control({ action: 'kill', scope: 'desk', value: 0, by: 'a test', reason: 'to see it' }),
      () => desk.run.control({ action: 'resume', scope: 'desk', value: 0, by: 'a test', reason: 'seen' }),
    ],
    [
      'MarketDataStale',
      () => {
        quiet = true;
      },
      () => {
        quiet = false;
      },
    ],
    ['PairIsAlone', () => mirror.is('solo'), () => mirror.is('paired')],
  ];

  test.each(cases)(
    '%s reaches the webhook, and resolves',
    { timeout: 200_000 },
    async (alert, begin, end) => {
      const began = performance.now();
      begin();
      const fired = await webhook.hears(alert, 'firing', began);
      const ended = performance.now();
      end();
      const resolved = await webhook.hears(alert, 'resolved', ended);
      console.info(
        `${alert}: at the webhook after ${(fired / 1_000).toFixed(1)} s, resolved after ${(resolved / 1_000).toFixed(1)} s`,
      );
    },
  );

  test('nothing else was said', () => {
    const named = new Set(webhook.told.map(({ labels }) => labels['alertname']));
    expect([...named].sort()).toEqual([...cases.map(([alert]) => alert), 'Watchdog', 'DailyLoss'].sort());
  });
});
