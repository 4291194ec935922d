import { expect } from 'vitest';
import type { RegisterValue } from '../../../src/failover/registers/register.js';

/** One question to a register, with the places in time at which it was asked and answered. */
export interface Attempt {
  readonly began: number;
  /** Infinity: never answered, so it may have been done at any time after. */
  ended: number;
  /** Of a change; a reading has none. */
  asked: { readonly expected: RegisterValue; readonly next: RegisterValue } | undefined;
  done: boolean | undefined;
  value: RegisterValue | undefined;
}

/**
 * Whether a history of changes that each raise the epoch by one is linearizable: then the epochs are the order, so it is
 * enough that one value belongs to each epoch, that only its writer made it, and that nobody is told of an older epoch than
 * one that was told before the question was asked.
 */
export function checkHistory(history: readonly Attempt[]): void {
  const values = new Map<number, RegisterValue>();
  const winners = new Map<number, Attempt>();
  for (const attempt of history) {
    const { value, done, asked } = attempt;
    if (value !== undefined) {
      const known = values.get(value.epoch) ?? value;
      expect(value, `two values of epoch ${value.epoch}`).toEqual(known);
      values.set(value.epoch, value);
    }
    if (done !== true || asked === undefined) continue;
    expect(winners.has(asked.next.epoch), `two winners of epoch ${asked.next.epoch}`).toBe(false);
    winners.set(asked.next.epoch, attempt);
    expect(value).toEqual(asked.next);
  }
  for (const [epoch, value] of values) {
    if (epoch === 0) continue;
    const makers = history.filter(({ asked }) => asked?.next.leader === value.leader);
    expect(makers, `somebody made ${value.leader}`).toHaveLength(1);
    expect((makers[0] as Attempt).done, `${value.leader} was told that it lost`).not.toBe(false);
  }
  const byEnd = history.filter(({ value }) => value !== undefined).sort((a, b) => a.ended - b.ended);
  const byBegin = [...byEnd].sort((a, b) => a.began - b.began);
  let newest = 0;
  let index = 0;
  for (const { began, value } of byBegin) {
    for (; index < byEnd.length && (byEnd[index] as Attempt).ended < began; index++)
      newest = Math.max(newest, ((byEnd[index] as Attempt).value as RegisterValue).epoch);
    expect(
      (value as RegisterValue).epoch,
      'an older value was told after a newer one',
    ).toBeGreaterThanOrEqual(newest);
  }
}
