import { map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { type StageOperator, stage } from '../../src/core/stage.js';
import { unsafe } from '../../src/core/unsafe.js';
import { ConfigurationError } from '../../src/domain/errors.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { books } from '../../src/operators/index.js';
import { btc, counter, link } from './support.js';

const adding = (name: string, adds: object): StageOperator<Frame, object> =>
  stage<Frame, object, null>({
    name,
    adds,
    init: () => null,
    step: () => undefined,
    save: () => null,
    restore: () => null,
  });

const settings = { name: 'desk', instruments: [] };

describe('a chain is refused, by name, when', () => {
  const refusals: [string, () => unknown, RegExp][] = [
    [
      'two parts share a name',
      () => compose(settings, counter, adding('counter', {})),
      /two parts named "counter"/,
    ],
    [
      'two parts add one field',
      () => compose(settings, adding('one', { x: 1 }), adding('two', { x: 2 })),
      /part "two" adds the field "x", which part "one" has already/,
    ],
    [
      'a stage and a pure add one field',
      () =>
        compose(
          settings,
          counter,
          pure('count', () => 1),
        ),
      /"count"/,
    ],
    [
      'a part adds a field of every frame',
      () => compose(settings, adding('one', { seq: 1 })),
      /"seq", which the frame itself/,
    ],
    [
      'a field is no identifier',
      () =>
        compose(
          settings,
          pure('bid-ask', () => 1),
        ),
      /"bid-ask"/,
    ],
    [
      'a part is a plain RxJS operator',
      () => compose(settings, counter, map((frame) => frame) as never),
      /part 2 of desk must be made by stage, pure or unsafe/,
    ],
    ['a part is no function', () => compose(settings, undefined as never), /part 1 of desk must be made by/],
    [
      'a setting is unknown',
      () => compose({ ...settings, nome: 'x' } as never, counter),
      /unknown setting "nome"/,
    ],
    [
      'its name has a space',
      () => compose({ ...settings, name: 'my desk' }, counter),
      /compose settings\.name/,
    ],
    ['an instrument is listed twice', () => compose({ instruments: [btc, btc] }, counter), /listed twice/],
  ];
  test.each(refusals)('%s', (_name, make, message) => {
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });
});

test('a frame has every field of the chain from the start, in one order, whatever passes', () => {
  const core = compose(
    { instruments: [btc] },
    books(),
    counter,
    pure('gap', (frame) => frame.ask - frame.bid, Number.NaN),
  );
  const running = core.start();
  const one = running.pass(1, 0, 1, link('a'));
  const two = running.pass(2, 0, 2, { kind: 'barrier', id: '' });
  expect(Object.keys(one)).toEqual(Object.keys(two));
  expect(Object.keys(one).slice(0, 7)).toEqual([
    'seq',
    'sub',
    'ts',
    'event',
    'instrument',
    'snapshot',
    'requests',
  ]);
  expect(Object.keys(one).slice(-2)).toEqual(['count', 'gap']);
  expect(one.gap).toBeNaN();
});

test('a chain starts afresh every time', () => {
  const core = compose(settings, counter);
  const one = core.start();
  one.pass(1, 0, 1, link('a'));
  expect(one.pass(2, 0, 2, link('b')).count).toBe(2);
  expect(core.start().pass(1, 0, 1, link('a')).count).toBe(1);
});

test('a frame is frozen when it has left, in development', () => {
  const core = compose(settings, counter);
  expect(Object.isFrozen(core.start().pass(1, 0, 1, link('a')))).toBe(true);
  expect(Object.isFrozen(core.start({ development: false }).pass(1, 0, 1, link('a')))).toBe(false);
});

test('the parts of a chain are known by name, version and configuration', () => {
  const core = compose(
    { instruments: new InstrumentTable([btc]) },
    counter,
    unsafe(
      'spy',
      map((frame) => frame),
    ),
  );
  expect(core.name).toBe('desk');
  expect(core.parts.map(({ name, version, stateful }) => [name, version, stateful])).toEqual([
    ['counter', 1, true],
    ['spy', 1, false],
  ]);
});
