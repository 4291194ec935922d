import { expect, test } from 'vitest';
import { clientOrderId } from '../../../src/domain/brand.js';
import type { ReportEvent } from '../../../src/domain/event.js';
import { SaidWords } from '../../../src/venues/driver/said-words.js';

test('what was said one generation ago is known, by its report and by its order', () => {
  const said = new SaidWords(2);
  const canceled = (id: string): ReportEvent =>
    ({ kind: 'report', type: 'canceled', instrument: 'i', clientOrderId: clientOrderId(id) }) as ReportEvent;
  for (const id of ['a', 'b', 'c']) expect(said.isNews(canceled(id))).toBe(true);
  for (const id of ['a', 'b', 'c']) {
    expect(said.knows('canceled', clientOrderId(id))).toBe(true);
    expect(said.has(canceled(id))).toBe(true);
    expect(said.isNews(canceled(id))).toBe(false);
  }
  expect(said.knows('accepted', clientOrderId('a'))).toBe(false);
  for (const id of ['d', 'e']) said.isNews(canceled(id));
  // Two generations ago.
  expect(said.knows('canceled', clientOrderId('a'))).toBe(false);
});
