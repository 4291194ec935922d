import { expect, test } from 'vitest';
import { Wire } from '../conformance/wire.js';
import { BTC_USD, startDouble } from './coinbase-under-test.js';

test.each([null, '', '1e300', -5, true, [], '17', undefined])(
  'a venue that tells %j for its time is taken to agree with our clock: orders go out',
  async (epochMillis) => {
    const { double, driver } = await startDouble();
    const broken = { kind: 'status', status: 200, body: { epochMillis } } as const;
    double.fail('time', broken, broken, broken);
    const wire = new Wire(driver(), BTC_USD);
    try {
      await wire.connected();
      wire.submit('a1', { price: 3_950_000, quantity: 10_000 });
      await wire.until('a word', () => wire.said('a1').length > 0);
      expect(wire.said('a1')).toEqual(['accepted']);
    } finally {
      await wire.close();
      await double.stop();
    }
  },
);
