import fc from 'fast-check';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/index.js';
import { HistogramSeries, Metrics, prometheusPage, registerMetrics } from '../../../src/monitoring/index.js';

describe('a histogram', () => {
  test('counts each observation in the lowest bucket that holds it', () => {
    const bounds = [-1, 0, 0.5, 2, 10];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ noNaN: true, min: -5, max: 20 }), fc.constantFrom(...bounds))),
        (values) => {
          const series = new HistogramSeries({}, bounds);
          for (const value of values) series.observe(value);
          const upTo = (bound: number): number => values.filter((value) => value <= bound).length;
          const expected = bounds.map(
            (bound, nth) => upTo(bound) - (nth === 0 ? 0 : upTo(bounds[nth - 1] as number)),
          );
          expect([...series.counts]).toEqual([...expected, values.length - upTo(10)]);
          expect(series.count).toBe(values.length);
          expect(series.sum).toBeCloseTo(
            values.reduce((sum, value) => sum + value, 0),
            9,
          );
        },
      ),
    );
  });

  test('sets aside what is not finite', () => {
    const series = new HistogramSeries({}, [1]);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      series.observe(value);
    expect({ count: series.count, sum: series.sum, unknown: series.unknown }).toEqual({
      count: 0,
      sum: 0,
      unknown: 3,
    });
  });
});

describe('metrics', () => {
  test('are refused by name when Prometheus would refuse them', () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'orders_total', help: 'Orders.' });
    for (const wrong of [
      () => new Metrics({ prefix: 'Mill-' }),
      () => new Metrics({ maximumSeries: 0 }),
      () => metrics.counter({ name: 'orders_total', help: 'Again.' }),
      () => metrics.counter({ name: 'orders', help: 'No total.' }),
      () => metrics.gauge({ name: 'the level', help: 'A space.' }),
      () => metrics.gauge({ name: 'level', help: 'A label.', labels: ['le'] }),
      () => metrics.histogram({ name: 'size', help: 'Falling.', bounds: [2, 1] }),
      () => metrics.histogram({ name: 'size', help: 'None.', bounds: [] }),
      () => metrics.histogram({ name: 'size', help: 'Unknown.', bounds: [Number.NaN] }),
    ]) {
      expect(wrong).toThrow(ConfigurationError);
    }
    expect(() => metrics.counter({ name: 'fills_total', help: 'Fills.', labels: ['venue'] }).bind()).toThrow(
      /fills_total.*venue/,
    );
  });

  test('never have more series than they may: the rest is one', () => {
    const metrics = new Metrics({ maximumSeries: 2 });
    const orders = metrics.counter({ name: 'orders_total', help: 'Orders.', labels: ['venue'] });
    for (let nth = 0; nth < 1_000; nth++) orders.bind(`venue ${nth}`).value++;
    expect([...orders.series].map(({ labels, value }) => [labels['venue'], value])).toEqual([
      ['venue 0', 1],
      ['venue 1', 1],
      ['other', 998],
    ]);
  });
});

describe('the page', () => {
  test('is what Prometheus reads, without what is unknown', async () => {
    const metrics = new Metrics({ prefix: 'm_' });
    const orders = metrics.counter({ name: 'orders_total', help: 'Orders "sent".', labels: ['venue'] });
    orders.bind('a"b\\c\nd').value += 3;
    const level = metrics.gauge({ name: 'level', help: 'A level.', labels: ['of'] });
    level.bind('known').value = -0.5;
    level.bind('unknown');
    const sizes = metrics.histogram({ name: 'size_seconds', help: 'Sizes.', bounds: [0.1, 1] });
    for (const value of [0.05, 0.1, 0.7, 3]) sizes.bind().observe(value);
    const page = prometheusPage(metrics);
    const { contentType, body } = await page();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toBe(
      [
        '# HELP m_orders_total Orders "sent".',
        '# TYPE m_orders_total counter',
        'm_orders_total{venue="a\\"b\\\\c\\nd"} 3',
        '',
        '# HELP m_level A level.',
        '# TYPE m_level gauge',
        'm_level{of="known"} -0.5',
        '',
        '# HELP m_size_seconds Sizes.',
        '# TYPE m_size_seconds histogram',
        'm_size_seconds_bucket{le="0.1"} 2',
        'm_size_seconds_bucket{le="1"} 3',
        'm_size_seconds_bucket{le="+Inf"} 4',
        'm_size_seconds_sum 3.85',
        'm_size_seconds_count 4',
        '',
      ].join('\n'),
    );
    orders.bind('late').value++;
    expect((await page()).body).toContain('m_orders_total{venue="late"} 1');
  });

  test('is to the letter what prom-client makes of the same numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            value: fc.double(),
            label: fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', 'é', '1') }),
            add: fc.boolean(),
          }),
          {
            maxLength: 12,
          },
        ),
        async (steps) => {
          const metrics = new Metrics({ maximumSeries: 20 });
          const level = metrics.gauge({ name: 'level', help: 'One\\ of\ntwo "lines".', labels: ['a', 'b'] });
          const sizes = metrics.histogram({
            name: 'size',
            help: 'S.',
            labels: ['a'],
            bounds: [-1, 0.1, 1e9],
          });
          const page = prometheusPage(metrics);
          for (const { value, label, add } of steps) {
            level.bind(label, 'x').value = value;
            sizes.bind(label).observe(value);
            if (!add) level.clear();
            const registry = new Registry();
            registerMetrics(metrics, registry);
            expect((await page()).body).toBe(await registry.metrics());
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test('lets the event loop have its turn between some hundred lines', async () => {
    const metrics = new Metrics({ maximumSeries: 2_000 });
    const level = metrics.gauge({ name: 'level', help: 'A level.', labels: ['of'] });
    for (let nth = 0; nth < 2_000; nth++) level.bind(`${nth}`).value = nth;
    const page = prometheusPage(metrics);
    await page();
    let turns = 0;
    let written = false;
    const count = (): void => {
      turns++;
      if (!written) setImmediate(count);
    };
    setImmediate(count);
    const { body } = await page();
    written = true;
    expect(body.split('\n')).toHaveLength(2_003);
    expect(turns).toBeGreaterThanOrEqual(7);
  });

  test('reads what is looked up only when it is asked for', async () => {
    const metrics = new Metrics();
    let asked = 0;
    const family = metrics.gauge({ name: 'asked', help: 'How often.' });
    const series = family.bind();
    family.collect = () => {
      series.value = ++asked;
    };
    const page = prometheusPage(metrics);
    await page();
    expect((await page()).body).toContain('millrace_asked 2');
  });

  test('has what is made after the first scrape', async () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'one_total', help: 'One.' }).bind().value++;
    const page = prometheusPage(metrics);
    await page();
    metrics.counter({ name: 'two_total', help: 'Two.' }).bind().value++;
    expect((await page()).body).toContain('millrace_two_total 1');
  });

  test('goes into a registry of the user, beside the metrics of others', async () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'orders_total', help: 'Orders.' }).bind().value += 2;
    const registry = new Registry();
    registerMetrics(metrics, registry);
    expect(await registry.metrics()).toContain('millrace_orders_total 2');
  });
});
