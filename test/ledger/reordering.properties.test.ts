import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../src/domain/decimal.js';
import type { Event } from '../../src/domain/event.js';
import { runs } from '../runs.js';
import { Desk } from './desk.js';

const executions = fc.array(
  fc.record({
    lots: fc.integer({ min: 1, max: 9 }),
    price: fc.integer({ min: 1, max: 99 }),
    order: fc.nat(2),
    busted: fc.boolean(),
    copies: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 10 },
);

test('fills and busts in any order, told any number of times, come to the same', () => {
  fc.assert(
    fc.property(executions, fc.infiniteStream(fc.nat()), (all, chance) => {
      const reports = (desk: Desk, copies: boolean): Event[] =>
        all.flatMap(({ lots, price, order, busted, copies: many }, at) => {
          const side = order === 0 ? 'sell' : 'buy';
          const fill = desk.filled(`o${order}`, lots, price, { executionId: `x${at}`, side, fee: '0.5' });
          const { kind, venue, instrument, clientOrderId, venueTime, executionId } = fill;
          const bust = {
            kind,
            venue,
            instrument,
            clientOrderId,
            venueTime,
            executionId,
            type: 'bust',
            reason: '',
          } as const;
          const told: Event[] = busted ? [fill, bust] : [fill];
          return copies ? told.flatMap((report) => new Array<Event>(many).fill(report)) : told;
        });
      const read = (shuffled: boolean): unknown => {
        const desk = new Desk();
        for (let order = 0; order <= 2; order++)
          desk.submit(`o${order}`, order === 0 ? 'sell' : 'buy', 40, {
            attribution: [
              { agent: 'a', quantity: order === 0 ? -25 : 25 },
              { agent: 'b', quantity: order === 0 ? -15 : 15 },
            ],
          });
        const log = reports(desk, shuffled).map((report) => ({ report, key: chance.next().value as number }));
        if (shuffled) log.sort((one, two) => one.key - two.key);
        for (const { report } of log) desk.apply(report);
        const { ledger } = desk;
        expect(ledger.agentPosition('a', 0) + ledger.agentPosition('b', 0)).toBe(ledger.position(0));
        const [line] = ledger.statement().desk.lines;
        const cash = formatDecimal(decimal(line?.realised ?? '0').minus(decimal(line?.cost ?? '0')));
        const filled = [0, 1, 2].map((order) => desk.order(`o${order}`)?.filled);
        return [ledger.position(0), cash, ledger.fees(), filled];
      };
      expect(read(true)).toEqual(read(false));
    }),
    { numRuns: runs(200) },
  );
});
