import { integerAtLeast, knownKeys, nonEmptyName, numberAtLeast, oneOf, refuse } from '../../domain/check.js';

/**
 * What the venue says of its own accord at a time (Unix milliseconds): an execution taken back or changed, interest, a
 * funding rate.
 */
export type ScheduledWord =
  | {
      readonly kind: 'bust';
      readonly at: number;
      /** The n-th execution of the venue, from 1. One that is not there by then, or is forgotten, is left alone. */
      readonly execution: number;
    }
  | {
      readonly kind: 'correction';
      readonly at: number;
      readonly execution: number;
      /** In ticks. @default as it was */
      readonly price?: number;
      /** In lots, at most what it was. @default as it was */
      readonly quantity?: number;
    }
  | {
      readonly kind: 'interest';
      readonly at: number;
      readonly currency: string;
      /** Exact decimal string; negative: paid. */
      readonly amount: string;
    }
  | {
      readonly kind: 'funding';
      readonly at: number;
      readonly instrument: string;
      /** Share of the notional, exact decimal string; above 0 longs pay. */
      readonly rate: string;
    };

const KEYS = {
  bust: ['kind', 'at', 'execution'],
  correction: ['kind', 'at', 'execution', 'price', 'quantity'],
  interest: ['kind', 'at', 'currency', 'amount'],
  funding: ['kind', 'at', 'instrument', 'rate'],
} as const;

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function scheduledWords(at: string, words: readonly ScheduledWord[]): readonly ScheduledWord[] {
  if (!Array.isArray(words)) refuse(at, 'an array', words);
  for (const [index, word] of words.entries()) check(`${at}[${index}]`, word);
  return [...words];
}

function check(at: string, word: ScheduledWord): void {
  if (typeof word !== 'object' || word === null) refuse(at, 'an object', word);
  oneOf(`${at}.kind`, word.kind, ['bust', 'correction', 'interest', 'funding']);
  knownKeys(at, word, KEYS[word.kind]);
  numberAtLeast(`${at}.at`, word.at, 0);
  if (word.kind === 'bust' || word.kind === 'correction')
    integerAtLeast(`${at}.execution`, word.execution, 1);
  if (word.kind === 'correction') {
    if (word.price !== undefined) integerAtLeast(`${at}.price`, word.price, Number.MIN_SAFE_INTEGER);
    if (word.quantity !== undefined) integerAtLeast(`${at}.quantity`, word.quantity, 1);
  }
  if (word.kind === 'interest') {
    nonEmptyName(`${at}.currency`, word.currency);
    exact(`${at}.amount`, word.amount);
  }
  if (word.kind === 'funding') {
    nonEmptyName(`${at}.instrument`, word.instrument);
    exact(`${at}.rate`, word.rate);
  }
}

function exact(at: string, value: unknown): void {
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value)) refuse(at, 'a decimal string', value);
}
