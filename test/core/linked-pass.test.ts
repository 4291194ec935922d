import { afterEach, describe, expect, it, vi } from 'vitest';
import { compose, type Frame, instrument, pure, stage } from '../../src/index.js';
import { NoGeneration } from './support.js';

const FAILS_AT = 5;

/** Seven parts: more than one group of the generated pass, the last one not full. */
function chain() {
  const counting = (number: number) =>
    stage<Frame, Record<string, number>, { count: number }>({
      name: `counting${number}`,
      adds: { [`count${number}`]: 0 },
      init: () => ({ count: 0 }),
      step: (state, frame, context) => {
        state.count += number;
        if (number === 5 && frame.seq === FAILS_AT) throw new Error('no more');
        frame[`count${number}`] = state.count;
        if (number === 2) context.request({ kind: 'timer', name: `t${frame.seq}`, due: frame.ts });
        if (number === 3) frame[`count${number}`] = frame.requests.length;
      },
      save: ({ count }) => ({ count }),
      restore: (saved) => saved as { count: number },
    });
  const parts = [1, 2, 3].map(counting);
  const more = [4, 5, 6].map(counting);
  return compose(
    { instruments: [] },
    ...([...parts, pure('double', (frame: Frame) => frame.seq * 2, Number.NaN), ...more] as unknown as [
      ReturnType<typeof counting>,
    ]),
  );
}

function play(development: boolean): readonly unknown[] {
  const running = chain().start({ development });
  const seen: unknown[] = [];
  for (let seq = 1; seq <= 7; seq++) {
    try {
      const event =
        seq === 4 ? ({ kind: 'barrier', id: 'b' } as const) : ({ kind: 'timer', name: 'a', due: 0 } as const);
      const frame = running.pass(seq, 0, seq, event);
      seen.push({ ...frame, frozen: Object.isFrozen(frame) });
    } catch (error) {
      seen.push(String(error), running.context.pass, running.context.asked);
    }
  }
  return seen;
}

afterEach(() => vi.unstubAllGlobals());

describe('the linked pass', () => {
  for (const development of [true, false]) {
    it(`does what the parts do one by one, where code generation is disallowed (development: ${development})`, () => {
      const generated = play(development);
      vi.stubGlobal('Function', NoGeneration);
      const oneByOne = play(development);
      vi.unstubAllGlobals();
      expect(oneByOne).toEqual(generated);
      expect(generated).toHaveLength(9);
      expect(generated[4]).toMatch(/StageError: counting5 failed at \(5, 0\), a timer event: no more/);
      expect(generated[5]).toBe(0);
      expect(generated[6]).toBe(false);
      expect(generated[0]).toMatchObject({ count3: 1, double: 2, count6: 6, frozen: development });
      expect(generated[3]).toMatchObject({ snapshot: { counting1: { count: 4 } } });
    });
  }
});

describe('the id of an instrument', () => {
  it('is the same text, whatever it looks like as the name of a field', () => {
    for (const id of ['__proto__', '42', '-0', 'constructor', 'BTC-USDT.SPOT@binance']) {
      const made = instrument({
        venue: 'v',
        symbol: 'A',
        kind: 'spot',
        base: 'A',
        quote: 'USD',
        tick: '0.01',
        lot: '1',
        id,
      });
      expect(made.id).toBe(id);
    }
  });
});
