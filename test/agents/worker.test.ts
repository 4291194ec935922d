import { describe, expect, test } from 'vitest';
import { inWorker, type MindEvents, type Shown, type WorkerOptions } from '../../src/agents/index.js';

const MODEL = new URL('./model.mjs', import.meta.url);
const shown = (snapshot: object): Shown => ({
  agent: 'a',
  replica: 0,
  seq: 1,
  ts: 0,
  snapshot: snapshot as never,
});
const signal = new AbortController().signal;

/** A mind in a worker, and what it told of itself, one by one. */
function open(options: WorkerOptions = {}, module = MODEL) {
  const told: string[] = [];
  const waiting: (() => void)[] = [];
  const events: MindEvents = {
    present: (present, reason) => {
      told.push(`${present ? 'there' : 'gone'}: ${reason}`);
      for (const wake of waiting.splice(0)) wake();
    },
  };
  const mind = inWorker(module, { restartAfter: '1ms', ...options }).open(events);
  const until = async (count: number): Promise<void> => {
    while (told.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const ask = async (snapshot: object): Promise<unknown> => mind.decide(shown(snapshot), signal);
  return { mind, told, until, ask };
}

describe('inWorker', () => {
  test('asks the module, each answer for its question', async () => {
    const { mind, ask } = open();
    const answers = await Promise.all([
      ask({ exposure: 0.1 }),
      ask({ silent: true }),
      ask({ exposure: 0.3 }),
    ]);
    expect(answers).toMatchObject([[{ exposure: 0.1 }], [], [{ exposure: 0.3 }]]);
    await expect(ask({ throws: true })).rejects.toThrow('oops');
    mind.close();
  });

  test('a thread that dies fails what it was asked, and is replaced', async () => {
    const { mind, ask, told, until } = open();
    await until(1);
    await expect(ask({ dies: true })).rejects.toThrow('its worker ended');
    await until(3);
    expect(told).toEqual([
      'there: its worker is there',
      'gone: its worker ended',
      'there: its worker is there',
    ]);
    expect(await ask({})).toMatchObject([{ exposure: 0.5 }]);
    mind.close();
  });

  test('a thread that hangs is ended when patience is, and replaced', async () => {
    const { mind, ask, until, told } = open({ patience: '20ms' });
    await until(1);
    await expect(ask({ blocks: 60_000 })).rejects.toThrow('owed an answer for more than 20 ms');
    await until(3);
    expect(told[2]).toBe('there: its worker is there');
    expect(await ask({})).toMatchObject([{ exposure: 0.5 }]);
    mind.close();
  });

  test('while it computes what nobody waits for any more nothing is copied for it, and then the newest is asked', async () => {
    const { mind, until } = open();
    await until(1);
    let copies = 0;
    const question = (exposure: number) => ({
      get exposure() {
        copies += 1;
        return exposure;
      },
    });
    const late = new AbortController();
    const first = Promise.resolve(mind.decide(shown({ blocks: 300 }), late.signal) as Promise<unknown>);
    late.abort();
    const given: Promise<unknown>[] = [];
    for (let asked = 0; asked < 100; asked++) {
      const controller = new AbortController();
      given.push(mind.decide(shown(question(0.1)), controller.signal) as Promise<unknown>);
      controller.abort();
    }
    const outcomes = await Promise.allSettled(given);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    const newest = mind.decide(shown(question(0.7)), signal);
    expect(copies).toBe(0);
    expect(await newest).toMatchObject([{ exposure: 0.7 }]);
    expect(copies).toBe(1);
    await first;
    mind.close();
  });

  test('a promise that is never kept holds up no later question', async () => {
    const { mind, ask, until } = open();
    await until(1);
    const late = new AbortController();
    Promise.resolve(mind.decide(shown({ never: true }), late.signal)).catch(() => undefined);
    late.abort();
    expect(await ask({ exposure: 0.2 })).toMatchObject([{ exposure: 0.2 }]);
    mind.close();
  });

  test('a module that cannot be loaded is told, and tried again', async () => {
    const { mind, told, until } = open({}, new URL('./there-is-none.mjs', import.meta.url));
    await until(1);
    expect(told[0]).toMatch(/^gone: its worker died: .*there-is-none/);
    mind.close();
  });

  test('nothing is owed when it is closed', async () => {
    const { mind, ask } = open();
    const answer = ask({ blocks: 60_000 });
    mind.close();
    await expect(answer).rejects.toThrow('the run has ended');
  });

  test.each([
    ['module', () => inWorker('model.js' as never)],
    ['module', () => inWorker(new URL('https://example.org/model.js'))],
    ['patience', () => inWorker(MODEL, { patience: 0 })],
    ['unknown setting', () => inWorker(MODEL, { patienc: 1 } as never)],
  ])('refuses what cannot be: %s', (name, make) => {
    expect(make).toThrow(name);
  });
});
