import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { canonicalBytes } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { type InstrumentSettings, instrument } from '../../src/domain/instrument.js';
import { reference } from '../../src/operators/reference/index.js';
import { changes, expectPipeline, link, observing, quote, status } from '../../src/testing/index.js';
import { at, play } from '../bars/play.js';

const terms: InstrumentSettings = {
  venue: 'cme',
  symbol: 'ESU4',
  kind: 'future',
  base: 'ES',
  quote: 'USD',
  tick: '0.25',
  lot: '1',
  multiplier: '50',
  expiry: Date.UTC(2024, 8, 20, 13, 30),
  bands: { low: '5139.5', high: '5903.5' },
};
const ES = instrument(terms);
const OTHER = instrument({ ...terms, venue: 'other' });
const defined = (changed: Partial<InstrumentSettings>): OutsideEvent => ({
  kind: 'instrument',
  venueTime: 0,
  definition: instrument({ ...terms, ...changed }),
});
const core = compose({ instruments: [ES, OTHER] }, reference());
const faults = (events: readonly OutsideEvent[]) =>
  play(
    core,
    events.map((event, index) => at(index, event)),
  ).frames.flatMap(({ event }) => (event.kind === 'fault' ? [[event.code, event.message]] : []));

describe('trading phases', () => {
  test('are what the venue said last, and unknown again when its link is lost', () => {
    expectPipeline(
      observing(core, {
        phase: changes(({ phase, instrument }) => (instrument === 0 ? phase : 'unknown')),
      }),
    )
      .given('q-o-h-o-l-q-o-k-q', {
        q: quote(ES, 5_500),
        o: status(ES, 'open'),
        h: status(ES, 'halted'),
        l: link('cme', 'down'),
        k: link('other', 'down'),
      })
      .emits({ phase: 'u-o-h-o-u---o-u-o' }, { phase: { u: 'unknown', o: 'open', h: 'halted' } });
  });
});

describe('definitions', () => {
  it('count when their version is higher; bands go with them, in ticks inside of them', () => {
    const { frames } = play(core, [
      at(1, quote(ES, 5_500)),
      at(2, defined({ version: 2, bands: { low: '5000.1', high: '6000.1' } })),
      at(3, quote(ES, 5_500)),
      at(4, quote(OTHER, 5_500)),
      at(5, { kind: 'epoch', epoch: 1, leader: 'a' }),
    ]);
    expect(frames.map(({ definition, bands }) => [definition?.version, bands])).toEqual([
      [1, { low: 20_558, high: 23_614 }],
      [2, { low: 20_001, high: 24_000 }],
      [2, { low: 20_001, high: 24_000 }],
      [1, { low: 20_558, high: 23_614 }],
      [undefined, undefined],
    ]);
  });

  it('that say the same again are passed over; older ones and changed ones are told of', () => {
    expect(faults([defined({}), defined({ version: 3 }), defined({ version: 3 })])).toEqual([]);
    expect(faults([defined({ version: 3 }), defined({ version: 2 })])).toEqual([
      ['old-definition', 'ES-USD.FUT@cme: version 2 came after 3'],
    ]);
    expect(faults([defined({ minQuantity: '5' })])).toEqual([
      ['changed-definition', 'ES-USD.FUT@cme: version 1 came again with another content'],
    ]);
  });

  it('that change what prices mean are refused, and nothing is known of the instrument any more', () => {
    for (const changed of [{ tick: '0.5' }, { lot: '2' }, { multiplier: '5' }]) {
      const events = [
        status(ES, 'open'),
        defined({ ...changed, version: 2 }),
        status(ES, 'open'),
        quote(ES, 5_500),
      ];
      const [field, value] = Object.entries(changed)[0] as [keyof typeof ES, string];
      const { frames } = play(
        core,
        events.map((event, index) => at(index, event)),
      );
      expect(frames.filter(({ sub }) => sub === 0).map(({ phase }) => phase)).toEqual([
        'open',
        'unknown',
        'unknown',
        'unknown',
      ]);
      const bands = frames.filter(({ sub }) => sub === 0).map((frame) => frame.bands);
      expect(bands).toEqual([{ low: 20_558, high: 23_614 }, undefined, undefined, undefined]);
      expect(frames.at(-1)?.definition).toEqual(ES);
      expect(faults(events)).toEqual([
        [
          'restart-needed',
          `ES-USD.FUT@cme: version 2 changes ${field} from ${ES[field]} to ${value}, and with it the meaning of integer prices or quantities: restart with the new definition`,
        ],
      ]);
    }
  });
});

it('goes on to the bit from a state saved at any place', () => {
  const event = fc.oneof(
    fc.constantFrom<OutsideEvent>(quote(ES, 5_500), quote(OTHER, 5_500), link('cme', 'down')),
    fc.constantFrom('open' as const, 'halted' as const, 'auction' as const).map((state) => status(ES, state)),
    fc
      .record({
        version: fc.integer({ min: 1, max: 9 }),
        tick: fc.constantFrom('0.25', '0.25', '0.5'),
        low: fc.nat(9),
      })
      .map(({ version, tick, low }) => defined({ version, tick, bands: { low: String(low), high: '10' } })),
  );
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), fc.nat(), (list, where) => {
      const events = list.map((one, index) => at(index, one));
      const cut = where % events.length;
      const whole = play(core, events);
      const after = play(core, events.slice(cut), play(core, events.slice(0, cut)).states);
      expect(canonicalBytes(after.states)).toEqual(canonicalBytes(whole.states));
      const said = after.frames.map(({ phase, definition, bands }) => [phase, definition, bands]);
      expect(said).toEqual(
        whole.frames
          .slice(whole.frames.length - said.length)
          .map(({ phase, definition, bands }) => [phase, definition, bands]),
      );
    }),
  );
});
