import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { clientOrderId } from '../../src/domain/brand.js';
import { decimal, formatDecimal } from '../../src/domain/decimal.js';
import type { FillReport, StateReport } from '../../src/domain/event.js';
import { describeWithData } from '../shared-data.js';
import { Desk, perpetual } from './desk.js';
import { readCases } from './shared-cases.js';

/** The fields of a venue's execution report that matter here, under its own letters. */
interface ExecutionJson {
  readonly s: string;
  readonly c: string;
  readonly S: string;
  readonly q: string;
  readonly x: string;
  readonly T: number;
  readonly t: number;
  readonly L: string;
  readonly l: string;
  readonly m: boolean;
  readonly n: string;
  readonly N: string;
  readonly r: string;
}

/** What one element of an XML file holds, time after time. */
const elements = (xml: string, name: string): string[] =>
  Array.from(xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g')), ([, text]) =>
    (text as string).replaceAll(',', ''),
  );

describeWithData('recorded fills', (data) => {
  const text = (path: string): string => readFileSync(data(path), 'utf8');

  test('179 trades of a backtest: profit over cost is what was recorded', () => {
    const csv = gunzipSync(readFileSync(data('fills/freqtrade_backtest_trades_179.csv.gz'))).toString();
    const [header, ...rows] = csv
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const of = (row: string[], name: string): number => Number(row[(header as string[]).indexOf(name)]);
    for (const row of rows) {
      const desk = new Desk([perpetual({ symbol: 'X', quote: 'BTC', tick: '0.000000000000001' })], {
        reportingCurrency: 'BTC',
      });
      const trade = (side: 'buy' | 'sell', rate: number, share: number): void => {
        const ticks = Math.round(rate * 1e15);
        const value = decimal(ticks).times('0.000000000000001').times(1_000);
        desk.trade(side, 1_000, ticks, { fee: formatDecimal(value.times(share)), feeCurrency: 'BTC' });
      };
      trade('buy', of(row, 'open_rate'), of(row, 'fee_open'));
      const spent = Number(desk.ledger.statement().desk.lines[0]?.cost) + desk.ledger.fees();
      trade('sell', of(row, 'close_rate'), of(row, 'fee_close'));
      expect(Math.abs(desk.ledger.profit() / spent - of(row, 'profit_ratio'))).toBeLessThan(1e-8);
    }
    expect(rows).toHaveLength(179);
  });

  test.each(['cash', 'forex'])('the equity curve of %s fills', (name) => {
    const fills = text(`fills/lean_test_${name}_fills.xml`);
    const equity = elements(text(`fills/lean_test_${name}_equity.xml`), 'decimal').map(Number);
    const prices = elements(fills, 'FillPrice').map(Number);
    const quantities = elements(fills, 'FillQuantity').map(Number);
    const desk = new Desk([perpetual({ symbol: 'X', quote: 'Q' })], {
      reportingCurrency: name === 'cash' ? 'Q' : 'USD',
      capital: 100_000,
    });
    const curve = [desk.ledger.equity()];
    prices.forEach((price, at) => {
      const quantity = quantities[at] as number;
      // The forex rate of that run is one step ahead of its fills.
      if (name === 'forex') desk.rate('USD', 'Q', String(at + 2));
      desk.trade(quantity > 0 ? 'buy' : 'sell', Math.abs(quantity), price);
      desk.ledger.mark(0, price);
      curve.push(Math.round(desk.ledger.equity() * 100) / 100);
    });
    expect(curve).toEqual(equity);
  });

  test.each([
    ['new', 'accepted'],
    ['trade', 'filled'],
    ['canceled', 'canceled'],
    ['expired', 'expired'],
  ])('an execution report of a spot venue: %s', (name, status) => {
    const raw = JSON.parse(
      text(`fills/nautilus_fixtures/binance/spot__user_data_json__execution_report_${name}.json`),
    ) as ExecutionJson;
    const desk = new Desk([
      perpetual({ kind: 'spot', symbol: raw.s, base: 'ETH', tick: '0.01', lot: '0.00000001' }),
    ]);
    const listed = desk.instruments.at(0);
    const id = raw.c;
    const side = raw.S === 'BUY' ? 'buy' : 'sell';
    desk.submit(id, side, listed.quantities.parse(raw.q));
    const common = {
      kind: 'report',
      venue: 'one',
      instrument: listed.id,
      clientOrderId: clientOrderId(id),
      venueTime: raw.T,
    } as const;
    const report: FillReport | StateReport =
      raw.x === 'TRADE'
        ? {
            ...common,
            type: 'fill',
            executionId: String(raw.t),
            side,
            price: listed.prices.parse(raw.L),
            quantity: listed.quantities.parse(raw.l),
            liquidity: raw.m ? 'maker' : 'taker',
            fee: raw.n,
            feeCurrency: raw.N,
          }
        : { ...common, type: status as 'accepted', reason: raw.r };
    expect(desk.apply(report)).toEqual([]);
    expect(desk.order(id)?.status).toBe(status);
    expect(desk.ledger.statement().desk.lines[0]?.fees ?? []).toEqual(
      name === 'trade' ? [{ currency: 'ETH', amount: '0.001' }] : [],
    );
  });

  test('RSK-11: what two sides pay and get, and the fees, add up to what there was', () => {
    type Input = {
      lotBase: number;
      priceStep: number;
      takerFeePerLot: number;
      makerFeePerLot: number;
      buyer: { quote: number };
      seller: { base: number };
    };
    const { input, expected } = readCases(data('cases.json'))<Input, { afterMatch: Record<string, number> }>(
      'RSK-11',
    );
    const side = (way: 'buy' | 'sell', feePerLot: number) => {
      const desk = new Desk(
        [perpetual({ kind: 'spot', symbol: 'X', quote: 'LTC', tick: String(input.priceStep), lot: '1' })],
        { reportingCurrency: 'LTC' },
      );
      desk.submit('a', way, way === 'buy' ? 1_731 : 2_000);
      desk.fill('a', 1_731, 11_500, { fee: String(1_731 * feePerLot), feeCurrency: 'LTC' });
      const [line] = desk.ledger.statement().desk.lines;
      return {
        quote: Number(line?.realised) - Number(line?.cost) - desk.ledger.fees(),
        base: desk.ledger.position(0) * input.lotBase,
        fees: desk.ledger.fees(),
      };
    };
    const buyer = side('buy', input.makerFeePerLot);
    const seller = side('sell', input.takerFeePerLot);
    expect({
      buyerQuote: input.buyer.quote + buyer.quote,
      buyerBase: buyer.base,
      sellerQuote: seller.quote,
      sellerBase: input.seller.base + seller.base,
      feesCollected: buyer.fees + seller.fees,
    }).toEqual(expected.afterMatch);
    expect([buyer.quote + seller.quote + buyer.fees + seller.fees, buyer.base + seller.base]).toEqual([0, 0]);
  });
});
