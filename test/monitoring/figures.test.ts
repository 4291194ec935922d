import { expect, it } from 'vitest';
import { compose, type Frame, type OutsideEvent, pure } from '../../src/index.js';
import { type FiguresLedger, figures } from '../../src/monitoring/index.js';
import { backtest, recordingOf } from '../../src/streams/index.js';
import { DOLLARS, fill, order, TETHER } from './frames.js';

it('figures() copies exposure and the notional of fills onto frames', async () => {
  const ledger: FiguresLedger = {
    reportingCurrency: 'USD',
    exposure: () => 42,
    fundingReceived: () => -3,
    interest: () => 0.5,
    convert: (amount, from) => (from === 'USD' ? amount : undefined),
  };
  const core = compose(
    { instruments: [DOLLARS, TETHER] },
    pure('ledger', (_: Frame) => ledger, ledger),
    figures(),
  );
  const events: OutsideEvent[] = [
    { kind: 'rate', venueTime: 0, from: 'USDT', to: 'USD', rate: '1' },
    fill(order('a'), 10_100, 500),
    fill(order('b', { instrument: TETHER.id, venue: 'binance' }), 10_100, 500),
  ];
  const seen: (readonly number[])[] = [];
  const recording = recordingOf(events.map((event, ts) => ({ ts, event })));
  await new Promise<void>((done, failed) => {
    backtest(core, recording).subscribe({
      next: ({ exposure, fillNotional, funding, interest }) =>
        seen.push([exposure, fillNotional, funding, interest]),
      error: failed,
      complete: done,
    });
  });
  expect(seen.slice(0, 3)).toEqual([
    [42, Number.NaN, -3, 0.5],
    [42, 50.5, -3, 0.5],
    [42, Number.NaN, -3, 0.5],
  ]);
});
