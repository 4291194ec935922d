import { expect, it } from 'vitest';
import { describeBuilt } from '../desk/built.js';
import { LONG } from './world.js';

interface Result {
  readonly seed: number;
  readonly rounds: number;
  readonly verdict: string;
  readonly unhealed: readonly string[];
  readonly folder?: string;
  readonly takeovers: readonly { readonly fault: string; readonly led: number; readonly ordered: number }[];
  readonly audit: {
    readonly signals: number;
    readonly orders: number;
    readonly lost: readonly string[];
    readonly doubled: readonly string[];
    readonly strangers: readonly string[];
    readonly inDoubt: number;
    readonly sound: boolean;
    readonly position: { readonly ledger: number; readonly venue: number };
    readonly journals: { readonly equal: boolean; readonly length: number };
    readonly states: { readonly equal: boolean };
  };
}

describeBuilt('npm run pair', '.examples/mirrored-pair/main.js', (main) => {
  it('kills the leader, and every signal became exactly one order', async () => {
    const { code, stdout, stderr } = await main.run(['--json', '--seed', '5']);
    expect(code, stderr + stdout).toBe(0);
    const { verdict, audit, takeovers, ...result } = JSON.parse(stdout) as Result;
    expect(result).toMatchObject({ seed: 5, rounds: 1, unhealed: [] });
    expect(result.folder).toBeUndefined();
    expect(audit).toMatchObject({ lost: [], doubled: [], strangers: [], inDoubt: 0, sound: true });
    expect(audit.signals).toBeGreaterThan(50);
    expect(audit.orders).toBe(audit.signals);
    expect(audit.position.ledger).toBe(audit.position.venue);
    expect(audit.journals.equal && audit.states.equal).toBe(true);
    expect(takeovers.map(({ fault }) => fault)).toEqual(['kill']);
    expect(takeovers[0]?.ordered).toBeGreaterThanOrEqual(takeovers[0]?.led ?? Number.NaN);
    expect(verdict).toMatch(/^SOUND: \d+ signals, \d+ orders, 0 lost, 0 doubled/);
  }, 300_000);

  it('Ctrl-C ends it early, with the timeline and the check of what was played', async () => {
    const { code, stdout, stderr } = await main.run(['--rounds', '500', '--fault', 'switchOver'], 4_000);
    expect(code, stderr + stdout).toBe(130);
    expect(stderr).toContain('Ctrl-C again ends at once');
    expect(stdout).toContain('node a  starts');
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^SOUND: /);
    expect(stdout).not.toContain('\x1b');
  }, 300_000);

  it('explains itself', async () => {
    const { code, stdout } = await main.run(['--help']);
    expect(code).toBe(0);
    for (const word of [
      '--rounds',
      '--fault',
      '--register',
      '--venue',
      '--json',
      'killWithoutRegister',
      'Exit code',
    ])
      expect(stdout).toContain(word);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it.runIf(LONG).each([
    [['--rounds', '0'], '--rounds must be a whole number of at least 1, not "0"'],
    [['--rounds', '1e3'], '--rounds must be a whole number of at least 1, not "1e3"'],
    [['--rounds=-1'], '--rounds must be a whole number of at least 1, not "-1"'],
    [['--fault', 'fire'], 'or all, not "fire"'],
    [['--fault', 'kill,'], 'or all, not ""'],
    [['--fault', 'stopRegister'], '--fault stopRegister needs --register redis'],
    [['--fault', 'killBoth', '--register', 'none'], 'two members alone wait for an operator'],
    [['--policy', 'maybe'], '--policy must be received or written or fsync or agreed, not "maybe"'],
    [['--register', 'http://here'], '--register must be file, redis, none, or an address'],
    [['--venue', 'kind'], '--venue must be expiring or plain, not "kind"'],
    [['--heartbeat', '1'], '--heartbeat must be a whole number of at least 5, not "1"'],
    [['--delay', '201'], '--delay must be at most 200, not "201"'],
    [['--seed', 'luck'], '--seed must be a whole number of at least 0, not "luck"'],
    [['--unknown'], "Unknown option '--unknown'; see --help"],
  ])('refuses %j with one line', async (args, message) => {
    const { code, stdout, stderr } = await main.run(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
