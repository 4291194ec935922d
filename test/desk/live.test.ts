import { expect, it } from 'vitest';
import { describeBuilt } from './built.js';

describeBuilt('the example desk live', '.examples/desk/main.js', (main) => {
  it('trades against a double in a process of its own, and reports', async () => {
    const { code, stdout, stderr } = await main.run([
      '--live',
      'binance,coinbase',
      '--doubles',
      '--for',
      '4s',
      '--seed',
      '3',
      '--json',
    ]);
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    expect(report).toMatchObject({
      live: 'doubles',
      simulated: false,
      source: 'LIVE against doubles on this machine: binance, coinbase',
      halted: null,
      faults: [],
      tradingStatus: 'active',
    });
    expect(report['events']).toBeGreaterThan(20);
    for (const venue of ['binance', 'coinbase'])
      for (const channel of ['market', 'orders', 'account'])
        expect(stderr).toContain(`${venue} ${channel}: up`);
    // The double's keys are of no use, and are not told all the same.
    expect(stdout + stderr).not.toContain('PRIVATE KEY');
  });

  it('ends on Ctrl-C with the report so far, and leaves no process behind', async () => {
    const { code, stdout } = await main.run(['--live', 'coinbase', '--doubles'], 1_500);
    expect(code).toBe(0);
    expect(stdout).toContain('stopped early: this is the report so far');
    expect(stdout).toContain('LIVE against doubles');
  });

  it.each([
    [['--live', 'coinbase'], 'COINBASE_API_KEY, COINBASE_SECRET'],
    [['--live', 'nowhere'], '--live must name some of'],
    [['--live', 'coinbase', '--data', 'x'], '--data does not go with --live'],
    [['--for', '30s'], '--for goes with --live only'],
    [['--doubles'], '--doubles goes with --live only'],
    [['--live', 'coinbase', '--doubles', '--real-money'], '--doubles goes neither'],
  ])('refuses %j in one line', async (args, said) => {
    const { code, stderr } = await main.run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('does not trade real money unasked', async () => {
    process.env['COINBASE_API_KEY'] = 'organizations/o/apiKeys/k';
    process.env['COINBASE_SECRET'] = 'not-a-key';
    try {
      const { code, stderr } = await main.run(['--live', 'coinbase']);
      expect([code, stderr.trim()]).toEqual([
        2,
        'error: --live would trade real money at coinbase: say --real-money, or --testnet, or --doubles',
      ]);
    } finally {
      delete process.env['COINBASE_API_KEY'];
      delete process.env['COINBASE_SECRET'];
    }
  });
});
