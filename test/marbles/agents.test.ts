import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import type { Decision } from '../../src/domain/decision.js';
import {
  type Agent,
  agent,
  agents,
  books,
  type HeardInstruments,
  type MarketFields,
} from '../../src/operators/index.js';
import {
  decision,
  decisionsOf,
  each,
  expectPipeline,
  fakeAgent,
  faultsOf,
  link,
  matching,
  observing,
  quote,
  spot,
  sync,
  trade,
  wants,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const ETH = spot({ base: 'ETH' });
const deskOf = (...team: readonly Agent<Frame & MarketFields>[]) =>
  compose({ instruments: [BTC] }, books(), agents(team));
const q = quote(BTC, 100);

describe('agents', () => {
  test('each is asked on every market event, and may say nothing', () => {
    const trend = fakeAgent('trend', [wants('BTC', 1), wants('BTC', 0.5), wants('BTC', 0)]);
    const contrarian = fakeAgent('contrarian', [undefined, wants(BTC, -1, 0.3)]);
    expectPipeline(decisionsOf(deskOf(trend, contrarian)))
      .given('q--q---q-', { q })
      .emits('a--(bc)d-', {
        a: {
          agent: 'trend',
          of: { asset: 'BTC' },
          exposure: 1,
          confidence: 1,
          basedOn: 1,
          validUntil: 60_000,
        },
        b: matching({ agent: 'trend', exposure: 0.5, validUntil: 60_003 }),
        c: matching({ agent: 'contrarian', of: { instrument: BTC.id }, confidence: 0.3 }),
        d: matching({ agent: 'trend', exposure: 0 }),
      });
  });

  test('an agent speaks about several things at once', () => {
    const both = fakeAgent('both', [[wants('BTC', 1), wants(BTC, -1)]]);
    expectPipeline(decisionsOf(deskOf(both)))
      .given('q---', { q })
      .emits('(ab)', { a: matching({ of: { asset: 'BTC' } }), b: matching({ of: { instrument: BTC.id } }) });
  });

  test('an agent that hears one market is not asked about another, and keeps its memory of the one', () => {
    const counting = (hears: HeardInstruments) =>
      agent({
        name: 'counting',
        on: 'every event',
        hears,
        memory: () => ({ heard: 0 }),
        decide: ({ event }: Frame, memory: { heard: number }) => {
          if (event.kind !== 'quote') return undefined;
          memory.heard++;
          return wants('BTC', 1 / memory.heard);
        },
      });
    const two = (hears: HeardInstruments) =>
      decisionsOf(compose({ instruments: [BTC, ETH] }, books(), agents([counting(hears)])));
    const letters = { b: quote(BTC, 100), e: quote(ETH, 7) };
    const first = matching<Decision>({ exposure: 1 });
    const second = matching<Decision>({ exposure: 0.5 });
    for (const hears of [[BTC.id], ({ base }: { readonly base: string }) => base === 'BTC'])
      expectPipeline(two(hears)).given('e-b-e-e-b', letters).emits('--x-----y', { x: first, y: second });
    expectPipeline(two([BTC.id, ETH.id]))
      .given('e---b', letters)
      .emits('x---y', { x: first, y: second });
  });

  test('events of no instrument reach an agent, whatever it hears', () => {
    const asked = agent({
      name: 'asked',
      on: 'every event',
      hears: [BTC.id],
      decide: ({ event }: Frame) => (event.kind === 'link' ? wants('BTC', 0) : undefined),
    });
    expectPipeline(decisionsOf(deskOf(asked)))
      .given('l', { l: link(BTC.venue, 'up') })
      .emits('x', { x: matching({ exposure: 0 }) });
  });

  test.each([
    [
      ['SOL-USD.SPOT@nowhere'],
      /agent lost\.hears must be ids of the desk's instruments \(BTC.*, not "SOL-USD/,
    ],
    [
      () => false,
      /agent lost\.hears must be a function that is true for at least one of the desk's instruments/,
    ],
    [() => 'yes', /agent lost\.hears must be a function that gives true or false for BTC/],
  ])('an agent that hears nothing of the desk is refused: %s', (hears, message) => {
    const lost = agent({ name: 'lost', hears: hears as never, decide: () => undefined });
    expect(() => deskOf(lost).start()).toThrow(message);
  });

  test.each([[[]], ['BTC'], [[1]], [['']], [null]])('hears cannot be %j', (hears) => {
    expect(() => agent({ name: 'lost', hears: hears as never, decide: () => undefined })).toThrow(
      /agent lost\.hears must be a list of at least one instrument id, or a function of an instrument/,
    );
  });

  test('nobody is asked about a market that is not known, save who wants every event', () => {
    const market = fakeAgent('market', [wants('BTC', 1), wants('BTC', 0.5)]);
    const always = agent({
      name: 'always',
      on: 'every event',
      decide: ({ event }: Frame) => (event.kind === 'link' ? wants('BTC', 0) : undefined),
    });
    expectPipeline(decisionsOf(deskOf(market, always)))
      .given('q-xtl-q', {
        q,
        x: sync(BTC, 'unsynced'),
        t: trade(BTC, { price: 100 }),
        l: link('venue', 'up'),
      })
      .emits('a---b-c', {
        a: matching({ agent: 'market', exposure: 1 }),
        b: matching({ agent: 'always', exposure: 0 }),
        c: matching({ agent: 'market', exposure: 0.5 }),
      });
  });

  test('a decision is renewed at half its life while its agent is well', () => {
    const once = fakeAgent('once', [wants('BTC', 1)], { lifetime: '6ms' });
    expectPipeline(decisionsOf(deskOf(once)))
      .given('qqqqqqqq', { q })
      .emits('a--b--c-', {
        a: matching({ basedOn: 1, validUntil: 6 }),
        // The frame of a derived event has no seq of its own: the third quote is event 4.
        b: matching({ basedOn: 4, validUntil: 9 }),
        c: matching({ basedOn: 7, validUntil: 12 }),
      });
  });

  test('an agent that throws is left alone for a while, and its decision is renewed only when it is back', () => {
    const ill = fakeAgent('ill', [wants('BTC', 1), new Error('oops'), undefined], { lifetime: '1s' });
    const well = fakeAgent('well', [wants('BTC', -1)], { lifetime: '1s' });
    const team = deskOf(ill, well);
    expectPipeline(decisionsOf(team), { step: '250ms' })
      .given('q---qqqqq', { q })
      .emits('(iw)w-w-(iw)', {
        // Back in health it says nothing new, so what it wanted it still wants.
        i: matching({ agent: 'ill', exposure: 1 }),
        w: matching({ agent: 'well', exposure: -1 }),
      });
    expectPipeline(faultsOf(team), { step: '250ms' })
      .given('q---qqqqq', { q })
      .emits('----f----', {
        f: matching({
          component: 'agent:ill',
          code: 'threw',
          message: 'oops; left alone for 1 s',
          severity: 'quarantine',
        }),
      });
  });

  test.each([
    ['exposure must be from -1 to 1, not 1.5', wants('BTC', 1.5)],
    ['exposure must be from -1 to 1, not NaN', wants('BTC', Number.NaN)],
    ['confidence must be from 0 to 1, not NaN', wants('BTC', 1, Number.NaN)],
    ['nobody trades {"asset":"LUNA"}', wants('LUNA', 1)],
  ])('nonsense is a reason for quarantine: %s', (reason, nonsense) => {
    const team = deskOf(fakeAgent('odd', [nonsense]), fakeAgent('well', [wants('BTC', 1)]));
    expectPipeline(decisionsOf(team))
      .given('q-', { q })
      .emits('w-', { w: matching({ agent: 'well' }) });
    expectPipeline(faultsOf(team))
      .given('q-', { q })
      .emits('f-', { f: matching({ component: 'agent:odd', message: `${reason}; left alone for 1 s` }) });
  });

  test.each<[string, string, () => never]>([
    ['without a prototype', 'something that cannot be shown', () => Object.create(null) as never],
    [
      'that throws when it is shown',
      'something that cannot be shown',
      () =>
        ({
          toString: () => {
            throw new Error('again');
          },
        }) as never,
    ],
    ['nothing', 'undefined', () => undefined as never],
    ['without a message', 'Error', () => Object.assign(new Error(), { message: undefined }) as never],
    ['without end', 'x'.repeat(1_000), () => new Error('x'.repeat(1e5)) as never],
  ])('whatever is thrown, nobody else notices: %s', (_what, reason, thrown) => {
    const odd = agent({
      name: 'odd',
      decide: () => {
        throw thrown();
      },
    });
    const team = deskOf(odd, fakeAgent('well', [wants('BTC', 1)]));
    expectPipeline(decisionsOf(team))
      .given('q-', { q })
      .emits('w-', { w: matching({ agent: 'well' }) });
    expectPipeline(faultsOf(team))
      .given('q-', { q })
      .emits('f-', { f: matching({ component: 'agent:odd', message: `${reason}; left alone for 1 s` }) });
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', '0.5'],
    ['true', true],
    ['a list', [0.5]],
  ])('%s is no exposure and no confidence, though it compares like a number', (_what, value) => {
    for (const answer of [wants('BTC', value as number), wants('BTC', 1, value as number)]) {
      const team = deskOf(fakeAgent('odd', [answer]), fakeAgent('well', [wants('BTC', 1)]));
      expectPipeline(decisionsOf(team))
        .given('q-', { q })
        .emits('w-', { w: matching({ agent: 'well' }) });
    }
  });

  test('a flood of answers is none', () => {
    const flooding = agent({ name: 'flooding', decide: () => new Array(1e6).fill(wants('BTC', 1)) });
    const team = deskOf(flooding, fakeAgent('well', [wants('BTC', 1)]));
    expectPipeline(decisionsOf(team))
      .given('q-', { q })
      .emits('w-', { w: matching({ agent: 'well' }) });
  });

  test('a promise is no answer, and nothing comes of its failure', () => {
    const late = agent({ name: 'late', decide: (() => Promise.reject(new Error('oops'))) as never });
    expectPipeline(faultsOf(deskOf(late)))
      .given('q-', { q })
      .emits('f-', {
        f: matching({
          component: 'agent:late',
          message: 'it gave a promise: who needs time to think is deliberate({ ... }); left alone for 1 s',
        }),
      });
  });

  test('one bad answer among several takes none of them', () => {
    const odd = fakeAgent('odd', [[wants('BTC', 1), wants('BTC', 2)]]);
    expectPipeline(decisionsOf(deskOf(odd)))
      .given('q-', { q })
      .emits('--', {});
  });
});

describe('asynchronous agents', () => {
  const good = decision({ agent: 'model', of: 'BTC', exposure: 0.5, basedOn: 1, validUntil: 60_000 });

  test('their decisions join as they come, and are not renewed', () => {
    expectPipeline(decisionsOf(deskOf()), { step: '10s' })
      .given('q-d---q', { q, d: good })
      .emits('--d----', { d: good.decision });
  });

  test.each([
    ['exposure must be from -1 to 1, not NaN', { of: 'BTC', exposure: Number.NaN }],
    ['exposure must be from -1 to 1, not -2', { of: 'BTC', exposure: -2 }],
    ['confidence must be from 0 to 1, not 7', { of: 'BTC', exposure: 1, confidence: 7 }],
    ['nobody trades {"asset":"LUNA"}', { of: 'LUNA', exposure: 1 }],
    ['nobody trades {"instrument":"LUNA-USD.SPOT@venue"}', { of: spot({ base: 'LUNA' }), exposure: 1 }],
    ['it is based on seq 9, which is yet to come', { of: 'BTC', exposure: 1, basedOn: 9 }],
    ['it came 1.5 ms after it had expired', { of: 'BTC', exposure: 1, validUntil: 0.5 }],
  ])('nonsense is told and not taken: %s', (message, fixture) => {
    const rows = observing(deskOf(), {
      decisions: each(({ decisions }) => decisions),
      faults: each(({ event }) => (event.kind === 'fault' ? [event] : [])),
    });
    expectPipeline(rows)
      .given('q-dg-', { q, d: decision({ agent: 'model', ...fixture }), g: good })
      .emits(
        { decisions: '---g-', faults: '--f--' },
        {
          decisions: { g: good.decision },
          faults: {
            f: matching({ component: 'agent:model', code: 'bad-decision', message, severity: 'notice' }),
          },
        },
      );
  });
});
