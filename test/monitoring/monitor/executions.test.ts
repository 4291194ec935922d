import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InstrumentId } from '../../../src/domain/brand.js';
import { Executions } from '../../../src/monitoring/monitor/executions.js';

const of = (instrument: string, executionId: string) => ({
  instrument: instrument as InstrumentId,
  executionId,
});

describe('executions', () => {
  test('are new once, whatever their names are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', 'é', '1') }), {
          maxLength: 200,
        }),
        (ids) => {
          const seen = new Executions();
          expect(ids.filter((id) => !seen.isNew(of('BTC', id)))).toEqual([]);
          expect(ids.filter((id) => seen.isNew(of('BTC', id)))).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('of two instruments are two, also where they count alike', () => {
    const seen = new Executions();
    let isNew = 0;
    for (let nth = 0; nth < 5_000; nth++) {
      isNew += Number(seen.isNew(of('BTC-USDT.SPOT@binance', String(nth))));
      isNew += Number(seen.isNew(of('ETH-USDT.SPOT@binance', String(nth))));
    }
    expect(isNew).toBe(10_000);
    expect(seen.isNew(of('BTC', 'C1'))).toBe(true);
    expect(seen.isNew(of('BTCC', '1'))).toBe(true);
  });

  test('are remembered when thousands came since, and forgotten at last', () => {
    const seen = new Executions();
    for (let nth = 0; nth < 10_000; nth++) seen.isNew(of('BTC', `x-${nth}`));
    let known = 0;
    for (let nth = 0; nth < 10_000; nth++) known += Number(!seen.isNew(of('BTC', `x-${nth}`)));
    expect(known).toBeGreaterThan(9_900);
    for (let nth = 0; nth < 500_000; nth++) seen.isNew(of('BTC', `y-${nth}`));
    expect(seen.isNew(of('BTC', 'x-0'))).toBe(true);
  });
});
