import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cmeVenue } from '../../../src/venues/cme/index.js';
import { Wire } from '../conformance/wire.js';
import { ES, nodeOptions, startGateway } from './under-test.js';

/** Sockets and servers of this process, by their kind: timers the test's own runner has too. */
const handles = (): readonly string[] =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => kind.startsWith('TCP'))
    .sort();

test('hundreds of reports over broken connections are each told once, and closing leaves no handle open', async () => {
  const before = handles();
  const { double } = await startGateway('FIX.4.4');
  const wire = new Wire(cmeVenue(nodeOptions('1', double.port, 'FIX.4.4')), ES);
  await wire.connected();
  for (let order = 0; order < 20; order++) wire.submit(`a${order}`, { price: 20_000, quantity: 100 });
  await wire.until('the acceptances', () => wire.said('a19').includes('accepted'));
  for (let round = 0; round < 25; round++) {
    for (let order = 0; order < 20; order++) double.fill(`a${order}`, 1);
    if (round % 8 === 7) double.disconnect();
    if (round % 5 === 4) await wait(5);
  }
  await wire.until(
    'every fill',
    () => wire.reports.filter(({ type }) => type === 'fill').length >= 500,
    20_000,
  );
  const ids = wire.reports.flatMap((report) => (report.type === 'fill' ? [report.executionId] : []));
  expect(new Set(ids).size).toBe(500);
  expect(ids).toHaveLength(500);
  await wire.close();
  await double.stop();
  for (let tries = 0; tries < 1_000 && handles().length > before.length; tries++) await wait(10);
  expect(handles()).toEqual(before);
});
