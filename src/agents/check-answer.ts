import type { Answer, TargetOf } from '../domain/decision.js';
import { InputError, show } from '../domain/errors.js';

/** What came from an agent, copied field by field. @throws InputError naming the field that is wrong */
export function checkAnswers(value: unknown): readonly Answer[] {
  return Array.isArray(value)
    ? Array.from(value, (one, index) => answer(one, `answer[${index}]`))
    : [answer(value, 'answer')];
}

function answer(value: unknown, at: string): Answer {
  if (typeof value !== 'object' || value === null) throw wrong(at, 'an object', value);
  const { of, exposure, confidence } = value as Partial<Record<keyof Answer, unknown>>;
  if (typeof exposure !== 'number' || !(exposure >= -1 && exposure <= 1))
    throw wrong(`${at}.exposure`, 'a number from -1 to 1', exposure);
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1))
    throw wrong(`${at}.confidence`, 'a number from 0 to 1', confidence);
  return { of: subject(of, `${at}.of`), exposure, confidence };
}

function subject(value: unknown, at: string): TargetOf {
  const { instrument, asset } = (value ?? {}) as { readonly instrument?: unknown; readonly asset?: unknown };
  if (isName(instrument) && asset === undefined) return { instrument } as TargetOf;
  if (isName(asset) && instrument === undefined) return { asset };
  throw wrong(at, 'an asset or an instrument', value);
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 200;

const wrong = (at: string, expected: string, value: unknown): InputError =>
  new InputError(`${at} must be ${expected}, not ${show(value)}`);
