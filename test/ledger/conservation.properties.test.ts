import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decimal, decimal, formatDecimal, ZERO } from '../../src/domain/decimal.js';
import type { Event } from '../../src/domain/event.js';
import { ContractValue } from '../../src/operators/ledger/contract-value.js';
import { Ledger } from '../../src/operators/ledger/index.js';
import { runs } from '../runs.js';
import { Desk, INVERSE, LINEAR } from './desk.js';

const lots = fc.integer({ min: 1, max: 30 });
const price = fc.integer({ min: 1, max: 900 });
const index = fc.constantFrom(0, 1);
const side = fc.constantFrom('buy', 'sell');
/** Any of the executions so far, or one that is yet to come. */
const target = fc.nat({ max: 14 });

const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('fill'), at: target, index, side, lots, price, fee: fc.nat(99) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('bust'), at: target }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('correct'), at: target, lots, price, fee: fc.nat(99) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('funding'), index, rate: fc.integer({ min: -99, max: 99 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mark'), index, price }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;
type Fields = Partial<Record<'at' | 'index' | 'lots' | 'price' | 'fee' | 'rate', number>> & {
  side?: 'buy' | 'sell';
};

/** What an execution is worth at last; busted ones are `null`. */
type Facts = {
  readonly index: number;
  readonly lots: number;
  readonly price: number;
  readonly fee: number;
} | null;

/** The events of some actions. Executions have a fixed instrument and side by number, so that words about them fit. */
function logOf(
  desk: Desk,
  actions: readonly Action[],
): (Event | { kind: 'mark'; index: number; price: number })[] {
  return actions.map((each, time) => {
    const { at = 0, index: of = 0, lots: quantity = 0, price: ticks = 0, fee = 0, rate = 0 } = each as Fields;
    const more = {
      executionId: `x${at}`,
      index: at % 2,
      side: at % 3 ? 'buy' : 'sell',
      fee: `${fee}`,
    } as const;
    switch (each.do) {
      case 'fill':
        return desk.filled(`o${at}`, quantity, ticks, more);
      case 'correct':
        return { ...desk.filled(`o${at}`, quantity, ticks, more), type: 'correction', reason: '' };
      case 'bust': {
        const { kind, venue, instrument, clientOrderId, venueTime } = desk.filled(`o${at}`, 1, 1, more);
        return {
          kind,
          venue,
          instrument,
          clientOrderId,
          venueTime,
          type: 'bust',
          executionId: `x${at}`,
          reason: '',
        };
      }
      case 'funding':
        return {
          kind: 'funding',
          instrument: desk.instruments.at(of).id,
          venueTime: 0,
          rate: formatDecimal(decimal(rate).times('0.0001')),
          fundingTime: time + 1,
        };
      default:
        return { kind: 'mark', index: of, price: ticks };
    }
  });
}

/** Orders for all executions, with agents who partly oppose each other; every third execution has no order of ours. */
function open(desk: Desk): void {
  for (let at = 0; at <= 14; at++) {
    if (at % 5 === 4) continue;
    const quantity = at % 3 ? 20 : -20;
    const attribution = [
      { agent: 'a', quantity: quantity + 7 },
      { agent: 'b', quantity: -7 },
    ];
    desk.submit(`o${at}`, quantity > 0 ? 'buy' : 'sell', 20, { index: at % 2, attribution });
  }
}

const contracts = [LINEAR, INVERSE].map((_, at) => new ContractValue(new Desk().instruments.at(at)));
const sum = (values: readonly Decimal[]): string =>
  formatDecimal(values.reduce((total, each) => total.plus(each), ZERO));

test.each(['average', 'fifo'] as const)(
  'cash, funding and the position at its mark are the profit, to the last decimal, and agents add up: %s',
  (costing) => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 40 }), fc.nat(), (actions, cut) => {
        const desk = new Desk(undefined, { reportingCurrency: 'USDT', costing });
        open(desk);
        const facts = new Map<string, Facts>();
        const funding = [ZERO, ZERO];
        const marks = [100, 200];
        marks.forEach((mark, of) => {
          desk.ledger.mark(of, mark);
        });
        const held = (of: number): number =>
          [...facts.values()].reduce((total, each) => total + (each?.index === of ? each.lots : 0), 0);
        logOf(desk, actions).forEach((event, time) => {
          if (time === cut % actions.length) {
            const saved = structuredClone(desk.ledger.save());
            desk.ledger = Ledger.restore(desk.instruments, desk.options, saved);
            expect(desk.ledger.save()).toEqual(saved);
          }
          if (event.kind === 'mark') {
            marks[event.index] = event.price;
            desk.ledger.mark(event.index, event.price);
            return;
          }
          desk.ledger.apply(event, time + 1);
          if (event.kind === 'funding') {
            const of = desk.instruments.indexOf(event.instrument);
            const contract = contracts[of] as ContractValue;
            const notional = contract.notional(held(of), decimal(marks[of] as number));
            funding[of] = (funding[of] as Decimal).minus(notional.times(event.rate));
          } else if (event.kind === 'report') {
            const id = (event as { executionId: string }).executionId;
            if (event.type === 'bust') facts.set(id, null);
            else if (event.type === 'fill' || event.type === 'correction') {
              if (facts.get(id) === null || (event.type === 'fill' && facts.has(id))) return;
              const sign = event.side === 'buy' ? 1 : -1;
              const of = desk.instruments.indexOf(event.instrument);
              facts.set(id, {
                index: of,
                lots: sign * event.quantity,
                price: event.price,
                fee: Number(event.fee),
              });
            }
          }
        });
        const statement = desk.ledger.statement();
        for (const line of statement.desk.lines) {
          const { id, index: of } = desk.instruments.list.find((listed) => listed.id === line.instrument) as {
            id: string;
            index: number;
          };
          const contract = contracts[of] as ContractValue;
          const own = [...facts.values()].filter((each) => each?.index === of) as NonNullable<Facts>[];
          const cash = own.map((each) => contract.exact(each.lots, contract.price(each.price)).neg());
          const worth = contract.exact(held(of), decimal(marks[of] as number));
          expect(line.position).toBe(held(of));
          expect(sum([decimal(line.realised), decimal(line.unrealised ?? 'unknown')])).toBe(
            sum([...cash, worth]),
          );
          expect(line.funding).toBe(formatDecimal(funding[of] as Decimal));
          const fees = line.fees.map(({ amount }) => decimal(amount));
          expect(sum(fees)).toBe(sum(own.map(({ fee }) => decimal(fee))));

          const parts = statement.agents.flatMap(({ lines }) =>
            lines.filter(({ instrument }) => instrument === id),
          );
          expect(parts.reduce((total, { position }) => total + position, 0)).toBe(line.position);
          expect(sum(parts.map(({ funding: paid }) => decimal(paid)))).toBe(line.funding);
          expect(sum(parts.flatMap((part) => part.fees.map(({ amount }) => decimal(amount))))).toBe(
            sum(fees),
          );
          expect(sum(parts.map((part) => decimal(part.realised).plus(decimal(part.unrealised ?? '?'))))).toBe(
            sum([decimal(line.realised), decimal(line.unrealised ?? 'unknown')]),
          );
        }
      }),
      { numRuns: runs(250) },
    );
  },
);
