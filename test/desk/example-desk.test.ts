import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeBuilt } from './built.js';

interface Report {
  readonly [field: string]: unknown;
  readonly events: number;
  readonly frames: number;
  readonly orders: number;
  readonly fills: number;
  readonly denied: number;
  readonly pnl: number;
  readonly positions: readonly unknown[];
  readonly stateHash: string;
  readonly agents: readonly { readonly name: string; readonly net: string }[];
  readonly venues: readonly { readonly name: string; readonly net: string }[];
  readonly desk: { readonly net: string };
}

describeBuilt('the example desk on the simulated market', '.examples/desk/main.js', (main) => {
  const json = async (...args: readonly string[]): Promise<Report> => {
    const { code, stdout, stderr } = await main.run(['--json', ...args]);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Report;
  };

  it('prints a report that says it is a simulation', async () => {
    const { code, stdout } = await main.run(['--duration', '5m']);
    expect(code).toBe(0);
    const titles = [
      'SIMULATED market, seed 1',
      'Profit and loss in USD',
      'Over time',
      'Orders and fills',
      'Denied by risk',
      'Positions at the end',
      'Faults and halts',
      'state hash',
    ];
    for (const title of titles) expect(stdout).toContain(title);
    for (const name of ['trend', 'reversion', 'arbitrage', 'binance', 'coinbase', 'cme'])
      expect(stdout).toContain(name);
    expect(stdout).not.toContain('\x1b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('prints one JSON object with every figure, in which agents and venues add up', async () => {
    const report = await json('--duration', '10m');
    const numbers = ['events', 'frames', 'orders', 'fills', 'denied', 'pnl', 'eventsPerSecond', 'seconds'];
    for (const field of numbers) expect(report[field], field).toBeTypeOf('number');
    expect(report).toMatchObject({
      simulated: true,
      source: 'SIMULATED market, seed 1',
      halted: null,
      faults: [],
    });
    expect(report.orders).toBeGreaterThan(0);
    expect(report.fills).toBeGreaterThan(0);
    // The core derives an event of every order and every denial, and few others.
    expect(report.frames).toBeGreaterThanOrEqual(report.events + report.orders + report.denied);
    expect(report.frames).toBeLessThan(report.events + report.orders + report.denied + 20);
    expect(report.stateHash).toMatch(/^[0-9a-f]{64}$/);
    for (const parts of [report.agents, report.venues]) {
      const sum = parts.reduce((total, { net }) => total + Number(net), 0);
      expect(sum).toBeCloseTo(Number(report.desk.net), 8);
    }
  });

  it('writes its tear sheet', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'desk-report-'));
    const path = join(folder, 'report.html');
    writeFileSync(path, 'of yesterday, and longer\n'.repeat(100_000));
    const { fills, desk } = await json('--duration', '5m', '--report', path);
    const page = readFileSync(path, 'utf8');
    expect(page).not.toContain('of yesterday');
    rmSync(folder, { recursive: true });
    expect(page).toContain('SIMULATED market, seed 1');
    expect(page).toContain('<h2>Agents</h2>');
    for (const name of ['trend', 'reversion']) expect(page).toContain(name);
    expect(page.match(/class="mark/g) ?? []).toHaveLength(fills);
    const [, profit = ''] = /<dt>Profit<\/dt><dd>(-?[\d,.]+) USD/.exec(page) ?? [];
    expect(Number(profit.replaceAll(',', ''))).toBeCloseTo(Number(desk.net), 0);
  });

  it('gives the same state for the same seed, at any speed and in development mode; another for another', async () => {
    const [first, again, slow, development, other] = await Promise.all([
      json('--duration', '2m'),
      json('--duration', '2m', '--seed', '1'),
      json('--duration', '2m', '--speed', '60'),
      json('--duration', '2m', '--development'),
      json('--duration', '2m', '--seed', '2'),
    ]);
    expect(first?.orders).toBeGreaterThan(0);
    for (const same of [again, slow, development]) {
      expect(same?.stateHash).toBe(first?.stateHash);
      expect(same?.pnl).toBe(first?.pnl);
    }
    expect(other?.stateHash).not.toBe(first?.stateHash);
  });

  it('ends cleanly on Ctrl-C, with the report so far', async () => {
    const { code, stdout } = await main.run(['--speed', '30', '--duration', '1h'], 100);
    expect(code).toBe(0);
    expect(stdout).toContain('stopped early: this is the report so far');
    expect(stdout).toContain('state hash');
  });

  it('prints help', async () => {
    const { code, stdout } = await main.run(['--help']);
    expect(code).toBe(0);
    for (const option of ['--seed', '--data', '--json', '--speed', '--rate', '--max-position'])
      expect(stdout).toContain(option);
  });
});
