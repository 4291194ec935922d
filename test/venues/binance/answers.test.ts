import { expect, test } from 'vitest';
import { ApiSocket } from '../../../src/venues/binance/api-socket.js';
import type { CcxtBinance } from '../../../src/venues/binance/ccxt-binance.js';
import { replaceOutcomeOfError } from '../../../src/venues/binance/errors.js';
import { binance } from '../../../src/venues/binance/index.js';
import type { Outcome } from '../../../src/venues/driver/index.js';
import type { VenuePort } from '../../../src/venues/driver/venue-adapter.js';
import { Wire } from '../conformance/wire.js';
import { quick, startDouble } from './binance-under-test.js';

/** What a replacement comes to whose answer, on the WebSocket, says this of its order after the cancel succeeded. */
async function replaced(newOrderResponse: { readonly code: number; readonly msg: string }): Promise<Outcome> {
  const port = {
    requests: { run: (_kind: unknown, _cost: unknown, send: () => Promise<unknown>) => send() },
  };
  const api = new ApiSocket(
    port as unknown as VenuePort,
    { signParams: (parameters: unknown) => parameters } as unknown as CcxtBinance,
    () => 1,
  );
  const asked = api.ask({ send: async () => undefined } as never, {
    kind: 'submit',
    cost: {},
    method: 'order.cancelReplace',
    parameters: {},
  });
  const data = { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE', cancelResponse: {}, newOrderResponse };
  api.take({
    id: '1',
    status: 409,
    error: { code: -2021, msg: 'Order cancel-replace partially failed.', data },
  });
  return await asked.then(() => Promise.reject(new Error('it was acknowledged')), replaceOutcomeOfError);
}

test('a replacement on the WebSocket whose cancel succeeded and whose order is in doubt is unknown', async () => {
  expect(await replaced({ code: -1007, msg: 'Timeout waiting for response.' })).toMatchObject({
    kind: 'unknown',
  });
});

test('one whose order was refused is refused, for that reason, with the other canceled', async () => {
  expect(await replaced({ code: -2010, msg: 'Account has insufficient balance.' })).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/the other is canceled, this one refused: -2010 Account/),
  });
});

test('a key that dies where the private stream is opened raises the alarm', async () => {
  const double = await startDouble('usdm');
  const wire = new Wire(binance(quick(double)), double.market.listed('BTCUSDT').definition);
  try {
    await wire.connected();
    const dead = { kind: 'answer', status: 401, code: -2015, msg: 'Invalid API-key' } as const;
    double.fail('listenKey', ...Array.from({ length: 20 }, () => dead));
    double.disconnect();
    await wire.until('the alarm', () =>
      wire.events.some((event) => event.kind === 'fault' && event.code === 'dead-key'),
    );
  } finally {
    await wire.close();
    await double.stop();
  }
});
