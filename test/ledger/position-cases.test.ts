import { expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../src/domain/decimal.js';
import { instrument } from '../../src/domain/instrument.js';
import type { StatementLine } from '../../src/operators/ledger/index.js';
import { describeWithData } from '../shared-data.js';
import { Desk } from './desk.js';
import { readCases } from './shared-cases.js';

interface Fill {
  readonly side: 'BUY' | 'SELL';
  readonly qty: string;
  readonly px: string;
  readonly fee?: string;
  readonly feeCurrency?: string;
  readonly tradeId?: string;
}

interface Run {
  readonly instrument?: { readonly kind: string; readonly multiplier?: string; readonly takerFee?: string };
  readonly feeRate?: string;
  readonly fills: readonly Fill[];
  readonly mark?: string;
}

interface Result {
  readonly signedQty?: string;
  readonly avgOpen?: string;
  readonly realizedPnl?: string;
  readonly unrealizedPnl?: string;
  readonly totalPnl?: string;
}

/** A ledger for one instrument of a case: fees are in the settlement currency unless the fill says otherwise. */
class CaseDesk extends Desk {
  readonly #run: Omit<Run, 'fills'>;

  constructor(run: Omit<Run, 'fills'>) {
    const inverse = run.instrument?.kind === 'inverse';
    super(
      [
        instrument({
          venue: 'case',
          symbol: 'CASE',
          kind: 'perpetual',
          base: 'BTC',
          quote: 'USD',
          tick: '0.00001',
          lot: '0.00001',
          inverse,
          multiplier: run.instrument?.multiplier ?? '1',
        }),
      ],
      { reportingCurrency: inverse ? 'BTC' : 'USD' },
    );
    this.#run = run;
  }

  take({ side, qty, px, fee, feeCurrency, tradeId }: Fill): readonly string[] {
    const { quantities, prices } = this.instruments.at(0);
    const inverse = this.#run.instrument?.kind === 'inverse';
    const rate = decimal(this.#run.feeRate ?? this.#run.instrument?.takerFee ?? '0');
    const notional = inverse ? decimal(qty).div(decimal(px)) : decimal(qty).times(decimal(px));
    return this.trade(side === 'BUY' ? 'buy' : 'sell', quantities.parse(qty), prices.parse(px), {
      fee: fee ?? formatDecimal(notional.times(rate)),
      feeCurrency: feeCurrency ?? this.ledger.reportingCurrency,
      ...(tradeId === undefined ? {} : { executionId: tradeId }),
    });
  }

  get line(): StatementLine {
    const [line] = this.ledger.statement().desk.lines;
    if (line === undefined) throw new Error('nothing was traded');
    return line;
  }

  /** Realised profit less fees, as the cases state it. */
  get net(): number {
    const fees = this.line.fees.reduce((sum, { amount }) => sum.plus(decimal(amount)), decimal(0));
    return Number(formatDecimal(decimal(this.line.realised).minus(fees)));
  }

  expect(expected: Result): void {
    const close = (value: number, text: string | undefined): void => {
      // Cases that round after each fill may differ by a few units of the last of their 8 decimals.
      if (text !== undefined) expect(Math.abs(value - fraction(text))).toBeLessThan(2e-8);
    };
    close(this.instruments.at(0).quantities.toNumber(this.ledger.position(0)), expected.signedQty);
    if (this.ledger.position(0) !== 0) close(this.ledger.averagePrice(0), expected.avgOpen);
    close(this.net, expected.realizedPnl);
    close(this.ledger.unrealised(0), expected.unrealizedPnl);
    close(this.ledger.profit(), expected.totalPnl);
  }
}

/** `"200/150"` as well. */
function fraction(text: string): number {
  const [over, under = '1'] = text.split('/');
  return Number(over) / Number(under);
}

function desk(run: Run): CaseDesk {
  const each = new CaseDesk(run);
  for (const fill of run.fills) each.take(fill);
  if (run.mark !== undefined) each.ledger.mark(0, Number(run.mark));
  return each;
}

describeWithData('shared cases of positions', (data) => {
  const sharedCase = readCases(data('cases.json'));

  test.each(['POS-01', 'POS-03', 'POS-04', 'POS-05', 'POS-07'])('%s', (id) => {
    const { input, expected } = sharedCase<Run, Result>(id);
    desk(input).expect(expected);
  });

  test.each(['POS-08', 'POS-09'])('%s: after each fill', (id) => {
    const { input, expected } = sharedCase<Run, { afterEachFill: (Result | null)[] }>(id);
    const each = new CaseDesk(input);
    input.fills.forEach((fill, index) => {
      each.take(fill);
      each.expect(expected.afterEachFill[index] ?? {});
    });
    expect(expected.afterEachFill).toHaveLength(5);
  });

  test('POS-10: after a close the average starts afresh; profit is of the whole run, not of the cycle', () => {
    const { input, expected } = sharedCase<Run, Result>('POS-10');
    const { realizedPnl, ...rest } = expected;
    desk(input).expect(rest);
    expect(realizedPnl).toBe('0');
  });

  test('POS-12: the same trade id twice', () => {
    const { input, expected } = sharedCase<Run, Result>('POS-12');
    const each = new CaseDesk(input);
    expect(input.fills.map((fill) => each.take(fill))).toEqual([[], ['conflicting-execution']]);
    each.expect(expected);
  });

  test('POS-13: flips, closes, reopens', () => {
    type Sequences = { sequences: { signedFills: [string, string][] }[] };
    const { input, expected } = sharedCase<Sequences, { results: Result[] }>('POS-13');
    input.sequences.forEach(({ signedFills }, index) => {
      // A fill of nothing is refused by the wire schema.
      const fills = signedFills
        .filter(([qty]) => qty !== '0')
        .map(
          ([qty, px]): Fill => ({
            side: qty.startsWith('-') ? 'SELL' : 'BUY',
            qty: qty.replace('-', ''),
            px,
          }),
        );
      desk({ fills }).expect(expected.results[index] as Result);
    });
    expect(expected.results).toHaveLength(6);
  });

  test.each(['POS-14', 'POS-15'])('%s: a flip; the profit of both cycles together', (id) => {
    type Cycles = {
      closed: { realizedPnl: string };
      open: { side: string; avgOpen: string; realizedPnl: string };
    };
    const { input, expected } = sharedCase<Run, Cycles>(id);
    desk(input).expect({
      signedQty: expected.open.side === 'SHORT' ? '-1' : '1',
      avgOpen: expected.open.avgOpen,
      realizedPnl: String(Number(expected.closed.realizedPnl) + Number(expected.open.realizedPnl)),
    });
  });

  test.each(['POS-16', 'POS-20'])('%s: several runs', (id) => {
    type Runs = { instrument: Run['instrument']; runs: Run[] };
    const { input, expected } = sharedCase<Runs, { results: Result[] }>(id);
    input.runs.forEach((run, index) => {
      desk({ ...run, ...(input.instrument && { instrument: input.instrument }) }).expect(
        expected.results[index] as Result,
      );
    });
    expect(input.runs.length).toBeGreaterThan(1);
  });

  test('POS-18: an inverse contract', () => {
    const { input, expected } = sharedCase<Run, Result & { notionalAtMark: string }>('POS-18');
    const each = desk(input);
    each.expect(expected);
    expect(each.ledger.exposure()).toBeCloseTo(Number(expected.notionalAtMark), 8);
  });

  test.each(['POS-22', 'POS-23'])('%s: a fee in the base currency is kept beside what was bought', (id) => {
    type Bought = { cumulativeBuyQty: string };
    const { input, expected } = sharedCase<Run, Bought>(id);
    const each = desk(input);
    each.expect({ signedQty: expected.cumulativeBuyQty });
    const fee = input.fills.reduce((sum, fill) => sum.plus(decimal(fill.fee ?? '0')), decimal(0));
    expect(each.line.fees).toEqual([{ currency: input.fills[0]?.feeCurrency, amount: formatDecimal(fee) }]);
  });

  test('POS-26: fees by currency, first seen first', () => {
    type Fees = { fees: [string, string][] };
    const { input, expected } = sharedCase<Fees, { commissionsInOrder: [string, string][] }>('POS-26');
    const fills = input.fees.map(
      ([fee, feeCurrency]): Fill => ({ side: 'BUY', qty: '1', px: '1', fee, feeCurrency }),
    );
    expect(desk({ fills }).line.fees.map(({ amount, currency }) => [Number(amount), currency])).toEqual(
      expected.commissionsInOrder.map(([amount, currency]) => [Number(amount), currency]),
    );
  });

  test('POS-27: a fill larger than the position realises on the position only', () => {
    type Runs = { runs: { open: Fill; closingFill: Fill }[] };
    const { input, expected } = sharedCase<Runs, { realizedOnClosingFill: string[] }>('POS-27');
    input.runs.forEach(({ open, closingFill }, index) => {
      desk({ fills: [open, closingFill] }).expect({
        realizedPnl: expected.realizedOnClosingFill[index] as string,
      });
    });
  });

  test('POS-28: at flat, profit after fees agrees whenever the entry fee is counted', () => {
    const { input, expected } = sharedCase<Run, { avgOpenAfterEach: string[]; finalProfit: string }>(
      'POS-28',
    );
    const each = new CaseDesk(input);
    input.fills.forEach((fill, index) => {
      each.take(fill);
      each.expect({ avgOpen: expected.avgOpenAfterEach[index] as string });
    });
    each.expect({ realizedPnl: expected.finalProfit });
  });

  test('POS-30: with funding; a payment of 1 is a rate on the position at its mark', () => {
    type Rows = { qty: string; open: string; feeRate: string; rows: [string, string, string][] };
    const { input, expected } = sharedCase<Rows, { netProfit: string[] }>('POS-30');
    input.rows.forEach(([side, close, funding], index) => {
      const sides: ['BUY' | 'SELL', 'BUY' | 'SELL'] = side === 'LONG' ? ['BUY', 'SELL'] : ['SELL', 'BUY'];
      const { qty, open, feeRate } = input;
      const each = desk({ feeRate, fills: [{ side: sides[0], qty, px: open }], mark: '2' });
      // 30 at a mark of 2 are 60; longs pay a positive rate.
      each.apply({
        kind: 'funding',
        instrument: each.instruments.at(0).id,
        venueTime: 0,
        rate: formatDecimal(
          decimal(funding)
            .div(60)
            .times(side === 'LONG' ? -1 : 1),
        ),
        fundingTime: 1,
      });
      each.take({ side: sides[1], qty, px: close });
      const net = each.net + each.ledger.funding(0);
      expect(Math.abs(net - Number(expected.netProfit[index]))).toBeLessThan(1e-12);
    });
    expect(input.rows).toHaveLength(8);
  });

  test('POS-24: a fee in what was bought is a cost at its value, and the dust that it leaves stays in the books', () => {
    const { input, expected } = sharedCase<Run, { realizedPnl: string }>('POS-24');
    const each = desk({ ...input, mark: '2100' });
    each.rate('ETH', 'USD', '2100');
    each.rate('USDT', 'USD', '1');
    // Theirs leaves the value of the fee, 0.001 ETH at 2,100, out. Ours is the cash: -2,000 + 2,097.9 - 2.
    expect(Number(expected.realizedPnl) - 2.1 + 0.1).toBeCloseTo(95.9, 9);
    expect(each.ledger.profit()).toBeCloseTo(95.9, 9);
    expect(each.ledger.position(0)).toBe(100);
  });

  test('POS-32: whole lots leave no dust', () => {
    const { input, expected } = sharedCase<Run, { profit: string }>('POS-32');
    const each = new Desk(
      [
        instrument({
          venue: 'case',
          symbol: 'CASE',
          kind: 'spot',
          base: 'B',
          quote: 'USD',
          tick: '0.000000001',
          lot: '0.01',
        }),
      ],
      { reportingCurrency: 'USD' },
    );
    // Their quantities have more decimals than any venue's lot; cut to it they close to nothing.
    const lots = input.fills.map(({ qty }) => Math.floor(Number(qty) * 100));
    input.fills.forEach(({ side, px }, at) => {
      const quantity = lots[at] as number;
      const fee = decimal(px)
        .times(quantity)
        .times('0.01')
        .times(input.feeRate ?? '0');
      each.trade(side === 'BUY' ? 'buy' : 'sell', quantity, Math.round(Number(px) * 1e9), {
        fee: formatDecimal(fee),
        feeCurrency: 'USD',
      });
    });
    expect(each.ledger.position(0)).toBe(0);
    expect(Math.abs(each.ledger.profit() - Number.parseFloat(expected.profit))).toBeLessThan(1e-5);
  });
});
