// @ts-check
import { compose, instrument } from 'millrace';
import { fileRegister, mirrored } from 'millrace/failover';
import { openJournal } from 'millrace/journal';
import { books, dispatch, ledger, maxPosition, risk } from 'millrace/operators';
import { liveClock } from 'millrace/streams';
import { signalOrders } from '../../.examples/mirrored-pair/signal-orders.js';

export const BTC = instrument({
  venue: 'v',
  symbol: 'BTC-USDT',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USDT',
  tick: '1',
  lot: '0.001',
});

const desk = () =>
  compose(
    { name: 'bench', instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USDT', capital: 1e9 }),
    signalOrders({ instrument: BTC.id, quantity: 1, restsEvery: 0, restsFor: 0 }),
    risk([maxPosition({ limit: 1e6 })]),
    dispatch({ desk: 'bench' }),
  );

/**
 * A member of the pair of this benchmark.
 *
 * @param {{ node: string, peer: string, folder: string, register: string, bind: string, connect: string }} place
 * @param {NonNullable<import('millrace/failover').MirroredOptions['drivers']>} drivers
 */
export const member = async ({ node, peer, folder, register, bind, connect }, drivers) =>
  mirrored(desk(), {
    node,
    peer,
    journal: await openJournal({ folder }),
    bridge: { bind, connect },
    register: fileRegister({ path: register }),
    clock: liveClock,
    drivers,
    barrierEvery: 50_000,
    development: false,
  });
