import { expect, it } from 'vitest';
import type { TimedEvent } from '../../src/domain/event.js';
import { openCmeOrderByOrder } from '../../src/streams/readers/cme-order-by-order.js';
import { openCmeTopOfBook } from '../../src/streams/readers/cme-top-of-book.js';
import { openDatabentoBinary } from '../../src/streams/readers/databento-binary.js';
import { describeWithData } from '../shared-data.js';
import { readAll } from './support.js';

describeWithData('recorded Databento files', (data) => {
  const binary = async (name: string): Promise<TimedEvent[]> => {
    const { events, error } = await readAll(await openDatabentoBinary(data(`cme/dbn/${name}.dbn.zst`)));
    expect(error).toBeUndefined();
    return events;
  };

  it('gives the events of the CSV of the same orders', async () => {
    const csv = await readAll(await openCmeOrderByOrder(data('cme/cme_esm4_mbo_20240508_2s.csv.gz')));
    const events = await binary('esm4_20240508.mbo');
    expect(events).toHaveLength(13_796);
    expect(events).toEqual(csv.events);
  });

  it.each([
    ['esu4_20240701.mbp-1', 'cme_esu4_mbp1_20240701_2358-0002', 2_288],
    ['esu4_20240701.trades', 'cme_esu4_trades_20240701_2358-0002', 120],
  ])('gives the events of the CSV of %s', async (name, csvName, count) => {
    const csv = await readAll(await openCmeTopOfBook(data(`cme/${csvName}.csv.gz`)));
    const events = await binary(name);
    expect(events).toHaveLength(count);
    expect(events).toEqual(csv.events);
  });
  it('x', async () => {
    console.log(JSON.stringify(await binary('esu4_nqu4.definition'), null, 1));
    console.log(JSON.stringify((await binary('esu4_nqu4_20240701.ohlcv-1m')).slice(0, 2), null, 1));
  });
});
