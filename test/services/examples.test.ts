import { expect, it, onTestFinished, vi } from 'vitest';
import { type Built, describeBuilt } from '../desk/built.js';
import { python } from './agents-desk.js';

/** Every number of a report, `1,204.50` among them. */
const numbersOf = (text: string): readonly number[] =>
  (text.match(/-?\d[\d,]*(?:\.\d+)?/g) ?? []).map((found) => Number(found.replaceAll(',', '')));

/** Runs an example to a good end, with a report that says nothing that is no number. */
async function told(example: Built, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await example.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
  expect(stdout.toLowerCase()).toContain('simulated');
  return stdout;
}

/** The number in the first group of a pattern. */
function numberIn(text: string, pattern: RegExp): number {
  expect(text).toMatch(pattern);
  return numbersOf(pattern.exec(text)?.[1] ?? '')[0] as number;
}

/** What all of them promise of the command line. */
function commandLine(example: Built): void {
  it('explains itself with --help', async () => {
    const { code, stdout, stderr } = await example.run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('--seed N');
    expect(stdout).toContain('--help');
  });

  it.each(['--seed x', '--seed -1', '--seed', '--sed 1', 'stray'])('refuses %s in one line', async (line) => {
    const { code, stdout, stderr } = await example.run(line.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^.*(seed|sed|stray).*; see --help\n$/i);
  });
}

/** The same seed gives the same report, and another one another. */
function seeded(example: Built, ...args: string[]): void {
  it('says the same for the same seed, and something else for another', async () => {
    const [one, same, other] = await Promise.all([
      told(example, '--seed', '3', ...args),
      told(example, '--seed', '3', ...args),
      told(example, '--seed', '4', ...args),
    ]);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });
}

describeBuilt('the example of a first strategy', '.examples/first-strategy.js', (example) => {
  commandLine(example);
  seeded(example, '--minutes', '20');

  it('trades, and its profit adds up', async () => {
    const text = await told(example);
    expect(numberIn(text, /(\d+) orders/)).toBeGreaterThan(0);
    const [before, fees, after] = numbersOf(/Profit before fees .*/.exec(text)?.[0] ?? '') as [
      number,
      number,
      number,
    ];
    expect(before - fees).toBeCloseTo(after, 1);
    const venues = numbersOf(/By venue, after fees: .*/.exec(text)?.[0] ?? '');
    expect(venues.reduce((sum, each) => sum + each, 0)).toBeCloseTo(after, 1);
    // One market is listened to: an agent of three minds changes sides hundreds of times.
    expect(numberIn(text, /(\d+) orders/)).toBeLessThan(50);
  });

  it('says why nothing happened when it is over before the average is warm', async () => {
    expect(await told(example, '--minutes', '1')).toContain('It never traded');
  });
});

describeBuilt('the example of market making', '.examples/market-making.js', (example) => {
  commandLine(example);
  seeded(example, '--minutes', '5');

  it('only makes, within its inventory, and its profit is the sum of its parts', async () => {
    const text = await told(example);
    const [fills, makers] = numbersOf(/\d+ fills, \d+ of them as maker/.exec(text)?.[0] ?? '');
    expect(fills).toBeGreaterThan(0);
    expect(makers).toBe(fills);
    const [least, most, limit] = numbersOf(/Inventory from .*/.exec(text)?.[0] ?? '') as [
      number,
      number,
      number,
    ];
    expect(least).toBeLessThan(0);
    expect(most).toBeGreaterThan(0);
    expect(Math.max(-least, most)).toBeLessThanOrEqual(limit);
    const parts = ['Fills against the mid', 'Holding the inventory', 'Fees', 'Profit'].map((name) =>
      numberIn(text, new RegExp(`^${name}\\s+(\\S+) USD`, 'm')),
    ) as [number, number, number, number];
    expect(parts[0] + parts[1] + parts[2]).toBeCloseTo(parts[3], 1);
  });
});

describeBuilt('the example of an arbitrage', '.examples/cross-venue-arbitrage.js', (example) => {
  commandLine(example);
  seeded(example, '--minutes', '5');

  it('opens and closes both legs, and tells how long one stood alone', async () => {
    const text = await told(example);
    expect(numberIn(text, /(\d+) round trips/)).toBeGreaterThan(0);
    expect(numberIn(text, /One leg alone: (\S+) s in all/)).toBeGreaterThan(0);
    const [before, fees, after] = numbersOf(/Profit before fees .*/.exec(text)?.[0] ?? '') as [
      number,
      number,
      number,
    ];
    expect(before - fees).toBeCloseTo(after, 1);
  });

  it('finds nothing where fees eat what parts', async () => {
    const text = await told(example, '--fee', '200', '--minutes', '5');
    expect(text).toContain('none: the prices never parted by more than the fees');
    expect(text).toContain('0 round trips');
  });
});

describeBuilt('the example of a language model', '.examples/llm-agent.js', (example) => {
  commandLine(example);
  seeded(example, '--minutes', '8');

  it('shows the prompt, and what came of sense, nonsense and silence', async () => {
    const text = await told(example);
    expect(text).toMatch(/\| \{"mid":[\d.]+,"average":[\d.]+,"strength":[\d.]+\}/);
    expect(text).toContain('taken: wants');
    expect(text).toContain('refused by its lane: the model must answer with one JSON array');
    expect(text).toContain('exposure must be a number from -1 to 1, not 25');
    expect(text).toContain('refused by the desk: nobody trades {"asset":"DOGE"}');
    expect(text).toContain('abstained');
    const [questions, abstained, failed, answered, refused] = numbersOf(
      /\d+ questions\..*/.exec(text)?.[0] ?? '',
    );
    expect(questions).toBe((abstained ?? 0) + (failed ?? 0) + (answered ?? 0));
    expect([failed, refused]).toEqual([2, 1]);
  });
});

describeBuilt('the example of a Python agent', '.examples/python-agent/run.js', (example) => {
  commandLine(example);

  it.skipIf(python === undefined && process.env['CI'] !== 'true')(
    'hears Python, misses it when it is killed, goes flat, and hears it again (skipped without python3-zmq and python3-msgpack)',
    async () => {
      const text = await told(example, '--seconds', '9');
      const events = [
        'agent:contrarian is present',
        'contrarian wants',
        'kill -9',
        'agent:contrarian is absent: its connection was lost',
        'now 0.000 BTC',
        'agent:contrarian is present',
        'contrarian wants',
        'decisions by Python',
      ];
      let from = 0;
      for (const event of events) {
        const at = text.indexOf(event, from);
        expect(at, `${event} is missing or out of order in:\n${text}`).toBeGreaterThanOrEqual(from);
        from = at + event.length;
      }
    },
  );

  it('says what is missing when there is no such Python', async () => {
    vi.stubEnv('PYTHON', '/nowhere/python3');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await example.run([])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'this example needs python3 with zmq and msgpack: apt-get install python3-zmq python3-msgpack\n',
    });
  });
});
