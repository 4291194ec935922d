import { describe, expect, test } from 'vitest';
import { type Fault, faultsOf, type Setting, settingOf } from './faults.js';
import { simulate } from './simulate.js';

const SEEDS = process.env['MILLRACE_LONG'] === '1' ? 1_000 : 20;

const SETTING: Setting = {
  policy: 'written',
  register: 'shared',
  embedded: false,
  shadow: false,
  snapshotBehind: 100_000,
  signals: 40,
};

const fault = (at: number, kind: Fault['kind'], node: 'a' | 'b', lasts = 0, amount = 0): Fault => ({
  at,
  kind,
  node,
  lasts,
  amount,
});

async function timeline(setting: Partial<Setting>, ...faults: Fault[]): Promise<string> {
  const lines: string[] = [];
  const outcome = await simulate(11, {
    setting: { ...SETTING, ...setting },
    faults,
    trace: (line) => lines.push(line.trim()),
  });
  expect(outcome.violation).toBeUndefined();
  return lines.join('\n');
}

describe('the outcomes that are required', () => {
  test('nothing goes wrong: a leads, b is in sync, one reign', async () => {
    const text = await timeline({});
    expect(text).toMatch(/a1 paired epoch 1 in sync/);
    expect(text).toMatch(/b1 mirror epoch 1 in sync/);
    expect(text).not.toMatch(/epoch 2/);
  });

  test('primary killed: the mirror leads, the primary comes back as its mirror', async () => {
    const text = await timeline({}, fault(2_000, 'kill', 'a'));
    expect(text).toMatch(/b1 solo epoch 2/);
    expect(text).toMatch(/a2 mirror epoch 2 in sync/);
    expect(text).not.toMatch(/epoch 3/);
  });

  test('mirror killed: shrunk out, the primary goes on in its reign', async () => {
    const text = await timeline({}, fault(2_000, 'kill', 'b'));
    expect(text).toMatch(/a1 solo epoch 1: .*\n(.*\n)*.*b2 mirror epoch 1/);
    expect(text).not.toMatch(/epoch 2/);
  });

  test('primary paused: promoted over, and it exits when it wakes', async () => {
    const text = await timeline({}, fault(2_000, 'pause', 'a', 1_000));
    expect(text).toMatch(/b1 solo epoch 2: the leader is silent/);
    expect(text).toMatch(/a1 exits with 77/);
  });

  test('link cut both ways: one of them leads, the other stops', async () => {
    const text = await timeline({}, fault(2_000, 'cutBoth', 'a', 800, 0.9));
    expect(text).toMatch(/b1 solo epoch 2/);
    expect(text).toMatch(/a1 exits with 77/);
  });

  test('register away: the pair trades on, nobody is promoted or shrunk out', async () => {
    const text = await timeline({}, fault(1_500, 'registerAway', 'a', 2_000));
    expect(text).not.toMatch(/epoch 2|solo epoch 1: (?!nobody)/);
  });

  test('register away and the mirror dead: orders are held until it is back', async () => {
    const text = await timeline({}, fault(1_500, 'registerAway', 'a', 1_500), fault(1_600, 'kill', 'b'));
    const [, shrunk] = /^([\d.]+)\s+register: epoch 1, a\/a1 leads, in sync a\.boot1$/m.exec(
      text.slice(text.indexOf('b1 dies')),
    ) as RegExpExecArray;
    expect(Number(shrunk)).toBeGreaterThan(3_000);
  });

  test('switch-over: the mirror leads without asking the venue what was sent', async () => {
    const text = await timeline({}, fault(2_000, 'switchOver', 'a'));
    expect(text).toMatch(/b1 solo epoch 2: the leader hands over/);
    expect(text).toMatch(/a1 exits with 76/);
  });

  test('another core: a shadow, never promoted by itself, and it leads at a planned switch-over', async () => {
    const killed = await timeline({ shadow: true }, fault(2_000, 'kill', 'a'));
    expect(killed).toMatch(/b1 shadow epoch 1: a runs another core/);
    expect(killed).not.toMatch(/b\d solo/);
    const planned = await timeline({ shadow: true }, fault(2_000, 'switchOver', 'a'));
    expect(planned).toMatch(/b1 solo epoch 2: the leader hands over/);
    expect(planned).toMatch(/a2 shadow epoch 2: b runs another core/);
  });

  test('disk of the primary full: leadership is left before anything is sent', async () => {
    const text = await timeline({}, fault(2_000, 'diskFull', 'a', 1_000));
    expect(text).toMatch(/a1 halted epoch 1: the disk failed: ENOSPC/);
    expect(text).toMatch(/b1 solo epoch 2: the leader hands over/);
  });

  test("the core of the primary throws, and the mirror's does not: the mirror leads", async () => {
    const text = await timeline({}, fault(2_000, 'throws', 'a'));
    expect(text).toMatch(/a1 halted epoch 1: the pipeline failed: model threw at seq \d+/);
    expect(text).toMatch(/b1 solo epoch 2: the leader hands over/);
    expect(text).toMatch(/a2 mirror epoch 2 in sync/);
    expect(text).not.toMatch(/b1 halted|epoch 3/);
  });

  test('the core of the mirror throws: it is shrunk out, and the primary goes on', async () => {
    const text = await timeline({}, fault(2_000, 'throws', 'b'));
    expect(text).toMatch(/b1 halted epoch 1: the pipeline failed: model threw at seq \d+/);
    expect(text).toMatch(/a1 solo epoch 1/);
    expect(text).not.toMatch(/epoch 2/);
  });

  test.each(['written', 'agreed'] as const)(
    'an event that no core can take, under "%s": both halt and say where, nobody leads, until another release comes',
    async (policy) => {
      const text = await timeline({ policy }, fault(2_000, 'poison', 'a'));
      const [, at] = /a1 halted epoch 1: the pipeline failed: model threw at seq (\d+)/.exec(text) ?? [];
      expect(text).toContain(`b1 halted epoch 1: the pipeline failed: model threw at seq ${at}`);
      const before = text.slice(0, text.indexOf('everything is healed'));
      expect(before).not.toMatch(/epoch 2/);
      // The journals have it: with a core that can take it both go on from there.
      expect(text).toMatch(/(a2|b2) solo epoch 2/);
    },
  );

  test('who dies and comes back halts at the same event again', async () => {
    const text = await timeline(
      {},
      fault(1_500, 'poison', 'a'),
      fault(2_500, 'kill', 'a'),
      fault(2_600, 'kill', 'b'),
    );
    expect(text).toMatch(/a2 halted epoch 0: the pipeline failed: model threw at seq \d+/);
    expect(text).toMatch(/b2 halted epoch 0: the pipeline failed: model threw at seq \d+/);
  });

  test('a core that throws amid all else: nothing is lost or doubled', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const setting = settingOf(seed);
      const node = seed % 2 === 0 ? 'a' : 'b';
      const faults = [
        ...faultsOf(seed, setting),
        fault(900 + ((40 * seed) % 2_400), seed % 3 === 0 ? 'poison' : 'throws', node),
      ];
      const { violation } = await simulate(seed, {
        setting,
        faults: faults.sort((one, two) => one.at - two.at),
      });
      expect(violation, `seed ${seed}`).toBeUndefined();
    }
  });

  test('a mirror whose state is another halts, is shrunk out, and the primary goes on', async () => {
    const text = await timeline({}, fault(2_000, 'corrupt', 'b'));
    expect(text).toMatch(/b1 halted epoch 1: diverged/);
    expect(text).toMatch(/a1 solo epoch 1/);
    expect(text).not.toMatch(/epoch 2/);
  });

  test('policy agreed: another command holds the order before it leaves, and both halt', async () => {
    const text = await timeline({ policy: 'agreed' }, fault(2_000, 'corrupt', 'b'));
    expect(text).toMatch(/a1 halted epoch 1: the mirror derived other commands/);
    expect(text).toMatch(/b1 halted epoch 1: diverged/);
  });

  test('both machines lost under "written": nobody may lead by himself, an operator decides', async () => {
    const text = await timeline({}, fault(2_000, 'power', 'a'), fault(2_000, 'power', 'b'));
    expect(text).toMatch(/nobody answers, and only a\.boot1 or b\.boot1 may lead/);
    expect(text).toMatch(/an operator makes/);
  });

  test('both machines lost under "fsync": whoever is in sync leads', async () => {
    const text = await timeline({ policy: 'fsync' }, fault(2_000, 'power', 'a'), fault(2_000, 'power', 'b'));
    expect(text).toMatch(/epoch 2: nobody answers, and we are in sync/);
    expect(text).not.toMatch(/operator/);
  });

  test('without a register the mirror takes over once, and a lonely primary sends nothing new', async () => {
    const taken = await timeline({ register: 'none' }, fault(2_000, 'kill', 'a'));
    expect(taken).toMatch(/b1 solo epoch 2/);
    const lonely = await timeline({ register: 'none' }, fault(2_000, 'kill', 'b'));
    const after = lonely.slice(lonely.indexOf('b1 dies'));
    expect(after.slice(0, after.indexOf('b2 starts'))).not.toMatch(/a1 solo/);
    expect(after).toMatch(/a1 solo epoch 1: the mirror begins anew/);
  });
});
