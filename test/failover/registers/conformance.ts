import { afterEach, expect, test } from 'vitest';
import {
  EMPTY_REGISTER,
  type Register,
  type RegisterValue,
} from '../../../src/failover/registers/register.js';
import { type Attempt, checkHistory } from './history.js';

/** One place of a register that the suite may open, hurt and look into. */
export interface RegisterPlace {
  /** A new handle of the same place. */
  open(): Register;
  /** Writes something raw, behind the register's back. */
  poke(text: string): Promise<void>;
  /** The server hangs, and goes on. */
  readonly hang?: () => void;
  readonly goOn?: () => void;
  /** The server is killed with -9 and started again. */
  readonly crash?: () => Promise<void>;
}

/** What every register must do; `fresh` gives a place where nothing was written yet. */
export function registerConformance(fresh: () => Promise<RegisterPlace>): void {
  const handles: Register[] = [];
  const opened = (place: RegisterPlace): Register => {
    const register = place.open();
    handles.push(register);
    return register;
  };
  afterEach(async () => {
    await Promise.all(handles.splice(0).map((each) => each.close()));
  });
  const led = (epoch: number, leader: string, inSync: readonly string[] = [leader]): RegisterValue => ({
    epoch,
    leader,
    inSync,
  });

  test('is empty at first, and changed only where all fields are as expected', async () => {
    const register = opened(await fresh());
    expect(await register.get()).toEqual(EMPTY_REGISTER);
    const first = led(1, 'a', ['a', 'b']);
    expect(await register.compareAndSet(EMPTY_REGISTER, first)).toEqual({ done: true, value: first });
    expect(await register.get()).toEqual(first);
    for (const wrong of [EMPTY_REGISTER, led(2, 'a', ['a', 'b']), led(1, 'b', ['a', 'b']), led(1, 'a')])
      expect(await register.compareAndSet(wrong, led(3, 'c'))).toEqual({ done: false, value: first });
    const second = led(2, 'ü "b"\n', ['ü "b"\n']);
    expect(await register.compareAndSet(first, second)).toEqual({ done: true, value: second });
    expect(await register.get()).toEqual(second);
  });

  test('a change to the same value counts as a change, and may be made again', async () => {
    const register = opened(await fresh());
    const value = led(1, 'a');
    await register.compareAndSet(EMPTY_REGISTER, value);
    expect((await register.compareAndSet(value, value)).done).toBe(true);
    expect((await register.compareAndSet(value, EMPTY_REGISTER)).done).toBe(true);
    expect((await register.compareAndSet(EMPTY_REGISTER, value)).done).toBe(true);
    expect(await register.get()).toEqual(value);
  });

  test('another handle sees a change at once, and what it knew before does not count', async () => {
    const place = await fresh();
    const [one, other] = [opened(place), opened(place)];
    const [first, second] = [led(1, 'one'), led(2, 'other')];
    await one.compareAndSet(EMPTY_REGISTER, first);
    expect(await other.get()).toEqual(first);
    expect(await other.compareAndSet(first, second)).toEqual({ done: true, value: second });
    expect(await one.compareAndSet(first, led(2, 'one'))).toEqual({ done: false, value: second });
    expect(await one.get()).toEqual(second);
  });

  test('values that are none are refused before anything is asked', async () => {
    const register = opened(await fresh());
    for (const bad of [
      led(-1, 'a'),
      led(Number.NaN, 'a'),
      led(1.5, 'a'),
      led(1, 'x'.repeat(201)),
      led(1, 'a', ['b', 'a']),
      led(1, 'a', ['a', 'a']),
      led(1, 'a', ['']),
      undefined as never,
      { epoch: 1, leader: 'a', inSync: 'a' } as never,
    ]) {
      await expect(register.compareAndSet(EMPTY_REGISTER, bad)).rejects.toThrow(
        /compareAndSet of .*, next: /,
      );
      await expect(register.compareAndSet(bad, EMPTY_REGISTER)).rejects.toThrow(/expected: /);
    }
    expect(await register.get()).toEqual(EMPTY_REGISTER);
  });

  test.each([
    ['no JSON', 'not JSON', /it is no JSON/],
    ['a list', '[]', /it is no object/],
    ['null', 'null', /it is no object/],
    ["a stranger's object", '{"leader":"a"}', /millraceRegister must be 1, not undefined/],
    [
      'a later format',
      '{"millraceRegister":2,"epoch":1,"leader":"a","inSync":[],"write":1}',
      /must be 1, not 2/,
    ],
    [
      'a damaged epoch',
      '{"millraceRegister":1,"epoch":-1,"leader":"a","inSync":[],"write":1}',
      /epoch must be/,
    ],
    ['an unknown field', '{"millraceRegister":1,"epoch":1,"leader":"a","inSync":[],"write":1,"x":1}', /"x"/],
    ['a cut value', '{"millraceRegister":1,"epoch":1', /it is no JSON/],
    ['nothing at all', '', /it is no JSON/],
  ])('what is stored may be %s: it is refused by name and left alone', async (_what, text, why) => {
    const place = await fresh();
    await place.poke(text);
    const register = opened(place);
    await expect(register.get()).rejects.toThrow(why);
    await expect(register.get()).rejects.toThrow(register.name);
    await expect(register.compareAndSet(EMPTY_REGISTER, led(1, 'a'))).rejects.toThrow(why);
  });

  test('of many that want the same change exactly one wins', async () => {
    const place = await fresh();
    const members = Array.from({ length: 8 }, () => opened(place));
    let value = EMPTY_REGISTER;
    for (let round = 1; round <= 5; round++) {
      const answers = await Promise.all(
        members.map((register, index) => register.compareAndSet(value, led(round, `member-${index}`))),
      );
      const winners = answers.flatMap(({ done }, index) => (done ? [index] : []));
      expect(winners).toHaveLength(1);
      const won = led(round, `member-${winners[0]}`);
      for (const answer of answers) expect(answer.value).toEqual(won);
      value = won;
    }
  });

  test('is linearizable under concurrent changes', async () => {
    const place = await fresh();
    const history: Attempt[] = [];
    await Promise.all(
      Array.from({ length: 6 }, (_, client) => contend(opened(place), `c${client}`, 15, history)),
    );
    checkHistory(history);
    expect(history.filter(({ done }) => done === true).length).toBeGreaterThan(8);
  });

  test('a closed handle says so, and closing twice does nothing', async () => {
    const register = opened(await fresh());
    await register.get();
    await register.close();
    await register.close();
    await expect(register.get()).rejects.toThrow(/is closed/);
    await expect(register.compareAndSet(EMPTY_REGISTER, led(1, 'a'))).rejects.toThrow(/is closed/);
  });
}

/** What every register on a server must do as well. */
export function serverConformance(fresh: () => Promise<Required<RegisterPlace>>): void {
  const value = { epoch: 1, leader: 'a', inSync: ['a'] };
  const next = { epoch: 2, leader: 'b', inSync: ['b'] };

  test('a server that hangs is told by name; a change in doubt is settled before anybody acts on it', async () => {
    const place = await fresh();
    const register = place.open();
    const other = place.open();
    await register.compareAndSet(EMPTY_REGISTER, value);
    place.hang();
    try {
      const failing = register.compareAndSet(value, next);
      await expect(failing).rejects.toThrow(register.name);
      await expect(failing).rejects.toThrow(/did not answer within/);
      await expect(register.get()).rejects.toThrow(/did not answer within/);
    } finally {
      place.goOn();
    }
    const settled = await eventually(() => register.get());
    // From here on it stays what was read, whatever the server still had in its buffers.
    for (let tries = 0; tries < 20; tries++) expect(await other.get()).toEqual(settled);
    expect([value, next]).toContainEqual(settled);
    expect((await register.compareAndSet(settled, { ...next, epoch: 3 })).done).toBe(true);
    await Promise.all([register.close(), other.close()]);
  });

  test('closing while the server hangs ends what was asked', async () => {
    const place = await fresh();
    const register = place.open();
    await register.get();
    place.hang();
    try {
      const asked = register.get();
      const failed = expect(asked).rejects.toThrow(/closed/);
      await register.close();
      await failed;
    } finally {
      place.goOn();
    }
  });

  test('what was confirmed survives kill -9, and the history through the crash is linearizable', async () => {
    const place = await fresh();
    const handles = Array.from({ length: 4 }, () => place.open());
    const history: Attempt[] = [];
    const contending = Promise.all(
      handles.map((each, client) => contend(each, `c${client}`, 60, history, 5)),
    );
    const highest = (): number => Math.max(0, ...history.map(({ value: held }) => held?.epoch ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 120));
    while (highest() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = highest();
    await place.crash();
    await contending;
    checkHistory(history);
    const last = await eventually(() => (handles[0] as Register).get());
    expect(last.epoch).toBeGreaterThanOrEqual(before);
    await Promise.all(handles.map((each) => each.close()));
  });
}

/** Reads and changes by turns, and keeps what it asked and what it was told. */
async function contend(
  register: Register,
  client: string,
  rounds: number,
  history: Attempt[],
  wait = 0,
): Promise<void> {
  let known: RegisterValue | undefined;
  for (let round = 0; round < rounds; round++) {
    const asked: Attempt = {
      began: clock++,
      ended: Number.POSITIVE_INFINITY,
      asked: undefined,
      done: undefined,
      value: undefined,
    };
    history.push(asked);
    try {
      if (known === undefined) {
        known = await register.get();
        asked.value = known;
      } else {
        const next = { epoch: known.epoch + 1, leader: `${client}-${round}`, inSync: [client] };
        asked.asked = { expected: known, next };
        const answer = await register.compareAndSet(known, next);
        asked.done = answer.done;
        asked.value = answer.value;
        known = round % 4 === 0 ? undefined : answer.value;
      }
      asked.ended = clock++;
    } catch {
      known = undefined;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Counts what happens in this process: the order of real time. */
let clock = 0;

/** The first answer that is no rejection. */
export async function eventually<T>(action: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await action();
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
