import { delay, EMPTY, NEVER, type Observable, of, type SchedulerLike } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { asynchronousAgents } from '../../src/agents/asynchronous-agents.js';
import { type Decide, type DeliberateSettings, deliberate } from '../../src/agents/index.js';
import { compose } from '../../src/core/compose.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import type { DecisionEvent, OutsideEvent } from '../../src/domain/event.js';
import { type AnyAgent, agents, books, type MarketFields } from '../../src/operators/index.js';
import {
  decision,
  each,
  expectPipeline,
  fakeAgent,
  observing,
  quote,
  wants,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const q = quote(BTC, 100);
type Settings = Partial<DeliberateSettings<Frame & MarketFields>>;
const silent: Decide = () => EMPTY;
const model = (settings: Settings = {}) =>
  deliberate({
    name: 'model',
    every: 1,
    observe: ({ mid }: Frame & MarketFields) => ({ mid }),
    decide: silent,
    ...settings,
  });

/** Decisions, faults and questions of a desk with these agents, of which nobody is asked but by hand. */
const rows = (team: readonly AnyAgent<Frame & MarketFields>[], drivers: readonly Driver[] = []) =>
  observing(
    compose({ instruments: [BTC] }, books(), agents(team)),
    {
      shown: each(({ requests }) => requests.flatMap((one) => (one.kind === 'consult' ? [one.seq] : []))),
      decisions: each(({ decisions }) => decisions.map(({ agent, exposure }) => `${agent} ${exposure}`)),
      faults: each(({ event }) => (event.kind === 'fault' ? [`${event.component} ${event.code}`] : [])),
    },
    { drivers: [...drivers] },
  );
const said = (exposure: number, basedOn: number, more: Partial<Parameters<typeof decision>[0]> = {}) =>
  decision({ agent: 'model', of: 'BTC', exposure, basedOn, validUntil: 60_000, ...more });
const from = (replica: number, event: DecisionEvent): DecisionEvent => ({ ...event, replica });

describe('what an asynchronous agent is shown', () => {
  test('market events, no more often than it wants', () => {
    expectPipeline(rows([model({ every: 3 })]))
      .given('qq-qq-q-', { q })
      .emits(
        { shown: 'a--b--c-', decisions: '--------', faults: '--------' },
        { shown: { a: 1, b: 3, c: 5 }, decisions: {}, faults: {} },
      );
  });

  test('it may pass a frame over; where it throws it is left alone, and the others are not', () => {
    let asked = 0;
    const odd = model({
      observe: () => {
        asked += 1;
        if (asked === 2) throw new Error('oops');
        return asked === 1 ? undefined : { asked };
      },
    });
    expectPipeline(rows([odd, fakeAgent('well', { 100: wants('BTC', 1) })]), { step: '500ms' })
      .given('qqqqq', { q })
      .emits(
        { shown: '---ab', decisions: 'wwwww', faults: '-f---' },
        { shown: { a: 4, b: 5 }, decisions: { w: 'well 1' }, faults: { f: 'agent:model threw' } },
      );
  });
});

describe('which decisions are taken', () => {
  test.each<[string, Settings, OutsideEvent, string]>([
    ['NaN', {}, said(Number.NaN, 1), 'bad-decision'],
    ['beyond its budget', { budget: 0.4 }, said(-0.5, 1), 'bad-decision'],
    ['of what it may not speak about', { about: [{ instrument: BTC.id }] }, said(0.5, 1), 'bad-decision'],
    ['from the future', {}, said(0.5, 9), 'bad-decision'],
    ['based on a frame that it was not shown', { every: '1h' }, said(0.5, 2), 'bad-decision'],
    ['expired', {}, said(0.5, 1, { validUntil: 1 }), 'bad-decision'],
    ['for longer than its lifetime', { lifetime: '10ms' }, said(0.5, 1), 'bad-decision'],
    ['too old', { maximumLag: 1 }, said(0.5, 1), 'stale-decision'],
  ])('not one that is %s', (_what, settings, lie, code) => {
    expectPipeline(rows([model(settings)]))
      .given('qqd-', { q, d: lie })
      .emits(
        { shown: settings.every === '1h' ? 'a---' : 'ab--', decisions: '----', faults: '--f-' },
        { shown: { a: 1, b: 2 }, decisions: {}, faults: { f: `agent:model ${code}` } },
      );
  });

  test('not one of nobody, nor one that speaks for a reflex agent', () => {
    expectPipeline(rows([model(), fakeAgent('reflex', [])]))
      .given('qab-', {
        q,
        a: decision({ agent: 'who', of: 'BTC', exposure: 1 }),
        b: decision({ agent: 'reflex', of: 'BTC', exposure: 1 }),
      })
      .emits(
        { shown: 's---', decisions: '----', faults: '-ab-' },
        {
          shown: { s: 1 },
          decisions: {},
          faults: { a: 'agent:who unknown-agent', b: 'agent:reflex bad-decision' },
        },
      );
  });

  test('who lies is left alone for a while, and the others are heard', () => {
    const other = model({ name: 'other' });
    expectPipeline(rows([model(), other]), { step: '400ms' })
      .given('qlgoqg', {
        q,
        l: said(7, 1),
        g: said(0.5, 1),
        o: decision({ agent: 'other', of: 'BTC', exposure: -1, basedOn: 1, validUntil: 60_000 }),
      })
      .emits(
        { shown: '(aa)(cc)', decisions: '---o-g', faults: '-f----' },
        {
          shown: { a: 1, c: 5 },
          decisions: { o: 'other -1', g: 'model 0.5' },
          faults: { f: 'agent:model bad-decision' },
        },
      );
  });

  test('not twice the same, nor one that is older than the last', () => {
    expectPipeline(rows([model()]))
      .given('qqaaobc-', { q, a: said(0.5, 2), o: said(-1, 1), b: said(0.6, 2), c: said(0.6, 2) })
      .emits(
        { shown: 'xy------', decisions: '--a--b--', faults: '--------' },
        { shown: { x: 1, y: 2 }, decisions: { a: 'model 0.5', b: 'model 0.6' }, faults: {} },
      );
  });

  test('not a flood of them: its rate is counted in event time', () => {
    expectPipeline(rows([model({ rate: 2 })]))
      .given('qabcd-', { q, a: said(0.1, 1), b: said(0.2, 1), c: said(0.3, 1), d: said(0.4, 1) })
      .emits(
        { shown: 'x-----', decisions: '-ab---', faults: '---f--' },
        {
          shown: { x: 1 },
          decisions: { a: 'model 0.1', b: 'model 0.2' },
          faults: { f: 'agent:model flooding' },
        },
      );
  });
});

describe('replicas', () => {
  test('the first valid word on a snapshot counts, whoever says it', () => {
    expectPipeline(rows([model({ replicas: 2 })]))
      .given('qabqcd-', {
        q,
        a: from(1, said(0.5, 1)),
        b: from(0, said(0.9, 1)),
        c: from(0, said(-0.5, 4)),
        d: from(1, said(0.1, 4)),
      })
      .emits(
        { shown: 'x--y---', decisions: '-a--c--', faults: '-------' },
        { shown: { x: 1, y: 4 }, decisions: { a: 'model 0.5', c: 'model -0.5' }, faults: {} },
      );
  });

  test('a lying one is left alone, and the other speaks on', () => {
    expectPipeline(rows([model({ replicas: 2 })]))
      .given('qlabq-', {
        q,
        l: from(0, said(Number.NaN, 1)),
        a: from(0, said(0.9, 1)),
        b: from(1, said(0.5, 1)),
      })
      .emits(
        { shown: 'x---y-', decisions: '---b--', faults: '-f----' },
        { shown: { x: 1, y: 5 }, decisions: { b: 'model 0.5' }, faults: { f: 'agent:model bad-decision' } },
      );
  });

  test('a quorum takes what so many say alike: the middle of them, once', () => {
    const three = model({ replicas: 3, agreement: { quorum: 2, tolerance: 0.1 } });
    expectPipeline(rows([three]))
      .given('qabcqde-', {
        q,
        a: from(0, said(-0.9, 1)),
        b: from(1, said(0.5, 1)),
        c: from(2, said(0.55, 1)),
        d: from(0, said(0.52, 5)),
        e: from(1, said(0.53, 5)),
      })
      .emits(
        { shown: 'x---y---', decisions: '---c--e-', faults: '--------' },
        { shown: { x: 1, y: 5 }, decisions: { c: 'model 0.5', e: 'model 0.52' }, faults: {} },
      );
  });

  test('a quorum is not made of words that are too old', () => {
    const two = model({ replicas: 2, maximumLag: 2, agreement: { quorum: 2 } });
    expectPipeline(rows([two]))
      .given('qaqqbc-', { q, a: from(0, said(0.5, 1)), b: from(1, said(0.5, 4)), c: from(0, said(0.5, 4)) })
      .emits(
        { shown: 'x-yz---', decisions: '-----c-', faults: '-------' },
        { shown: { x: 1, y: 3, z: 4 }, decisions: { c: 'model 0.5' }, faults: {} },
      );
  });
});

describe('asynchronousAgents', () => {
  const answer = (exposure: number) => ({ of: { asset: 'BTC' }, exposure, confidence: 1 });

  /** A desk whose model answers by the test's clock. */
  const live =
    (make: (scheduler: SchedulerLike) => readonly ReturnType<typeof model>[]) =>
    (source: Observable<OutsideEvent>, context: { scheduler: SchedulerLike }) => {
      const team = make(context.scheduler);
      return rows([...team, fakeAgent('well', { 100: wants('BTC', 1) })], [asynchronousAgents(team)])(
        source,
        context,
      );
    };

  test('answers become decisions, based on what was shown', () => {
    expectPipeline(
      live((scheduler) => [model({ every: 4, decide: () => of(answer(0.5)).pipe(delay(2, scheduler)) })]),
    )
      .given('q---q----', { q })
      .emits(
        { shown: 'x---y----', decisions: 'w-a-w-a--', faults: '---------' },
        { shown: { x: 1, y: 3 }, decisions: { w: 'well 1', a: 'model 0.5' }, faults: {} },
      );
  });

  test.each<[string, Decide]>([
    ['silent', () => NEVER],
    [
      'throwing',
      () => {
        throw new Error('oops');
      },
    ],
    ['flooding', () => Array.from({ length: 1_000 }, () => answer(0.1))],
    ['lying', () => of(answer(Number.NaN))],
  ])('a %s agent changes nothing of what the others decide, and is left alone', (_how, decide) => {
    const ill = model({ every: 1, decide, lane: { failures: 1, deadline: 1 } });
    expectPipeline(
      observing(
        compose({ instruments: [BTC] }, books(), agents([ill, fakeAgent('well', { 100: wants('BTC', 1) })])),
        {
          well: each(({ decisions }) =>
            decisions.filter(({ agent }) => agent === 'well').map(({ exposure }) => exposure),
          ),
          faults: each(({ event }) =>
            event.kind === 'fault' && event.code === 'quarantined' ? [event.component] : [],
          ),
        },
        { drivers: [asynchronousAgents([ill])] },
      ),
    )
      .given('q--q--q', { q })
      .emits(
        { well: 'w--w--w', faults: _how === 'silent' ? '-f-----' : 'f------' },
        { well: { w: 1 }, faults: { f: 'agent:model' } },
      );
  });
});

describe('the terms of an asynchronous agent', () => {
  test.each([
    ['observe', { observe: undefined }],
    ['every', { every: 0 }],
    ['budget', { budget: 2 }],
    ['budget', { budget: Number.NaN }],
    ['maximumLag', { maximumLag: -1 }],
    ['rate', { rate: 0 }],
    ['replicas', { replicas: 0 }],
    ['agreement.quorum', { replicas: 2, agreement: { quorum: 3 } }],
    ['about', { about: [] }],
    ['latency', { latency: -1 }],
    ['unknown setting', { budgt: 1 }],
  ])('are refused by name: %s', (name, settings) => {
    expect(() => model(settings as Settings)).toThrow(name);
  });
});
