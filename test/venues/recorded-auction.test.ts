import { expect, test } from 'vitest';
import { instrument } from '../../src/domain/instrument.js';
import { ordersOf } from '../books/recorded.js';
import { describeWithData } from '../shared-data.js';
import { Desk, SPOT } from './desk.js';

const ES = instrument({
  ...SPOT,
  symbol: 'ESH4',
  kind: 'future',
  base: 'ES',
  quote: 'USD',
  tick: '0.25',
  lot: '1',
  minQuantity: '1',
  multiplier: '50',
  expiry: 1e13,
});

describeWithData('the recorded opening auction of ESH4', (data) => {
  test('who bid as much trades at the price that was printed, by no more than was printed; who did not rests', () => {
    const desk = new Desk({ instruments: [ES], venue: { auctions: 'uncross' } });
    const open = BigInt(Date.UTC(2023, 11, 25, 23)) * 1_000_000n;
    const prints: { price: number; quantity: number }[] = [];
    let ordered = false;
    desk.status('preOpen');
    for (const { ns, event } of ordersOf(data('cme/cme_esh4_mbo_20231225_2200-2310.csv.gz'))) {
      if (ns >= open && !ordered) {
        ordered = true;
        desk.submit('high', { side: 'buy', quantity: 5, price: 19_400 });
        desk.submit('low', { side: 'buy', quantity: 5, price: 19_000 });
        desk.submit('seller', { side: 'sell', quantity: 5_000, price: 19_000 });
      }
      if (event.action === 'trade') prints.push(event);
      // The auction is over with its one group of changes.
      if (prints.length > 0 && (event.action === 'add' || event.price !== prints[0]?.price)) break;
      desk.market({ ...event, instrument: ES.id });
    }
    const [first] = prints as [{ price: number; quantity: number }];
    const printed = prints.reduce((sum, { quantity }) => sum + quantity, 0);
    // 44 contracts at 4800.25.
    expect([first.price, printed]).toEqual([19_201, 44]);
    expect(prints.every(({ price }) => price === first.price)).toBe(true);
    expect(desk.fills('high').map(({ price, quantity }) => [price, quantity])).toEqual([[first.price, 5]]);
    expect(desk.fills('low')).toEqual([]);
    const sold = desk.fills('seller');
    expect(sold.every(({ price }) => price === first.price)).toBe(true);
    expect(sold.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(Math.min(5_000, printed));
  });
});
