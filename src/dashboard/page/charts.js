import { byId } from './dom.js';
import { lengthOf, numberOf, timeOf } from './format.js';
import { colorOf } from './theme.js';

/** @typedef {import('../view.js').Candle} Candle */
/** @typedef {import('../view.js').DashboardHistory} DashboardHistory */

const { uPlot, LightweightCharts } =
  /** @type {{ uPlot: typeof import('uplot'), LightweightCharts: typeof import('lightweight-charts') }} */ (
    /** @type {unknown} */ (window)
  );

/** Candles of one market, drawn anew when the theme is another one. */
export class CandleChart {
  /** @type {import('lightweight-charts').IChartApi | undefined} */
  #chart;
  /** @type {import('lightweight-charts').ISeriesApi<'Candlestick'> | undefined} */
  #series;
  #last = 0;

  /**
   * @param {readonly Candle[]} candles
   * @param {number} decimals
   */
  draw(candles, decimals) {
    const place = byId('candles');
    byId('candles-none').hidden = candles.length > 0;
    place.hidden = candles.length === 0;
    if (candles.length === 0) return;
    if (this.#chart === undefined) this.#make(place, decimals);
    this.#series?.setData(candles.map(bar));
    this.#last = candles.at(-1)?.[0] ?? 0;
    const [first, last] = [candles[0], candles.at(-1)];
    if (first === undefined || last === undefined) return;
    place.setAttribute(
      'aria-label',
      `Candles of the mid price from ${timeOf(first[0])} to ${timeOf(last[0])} UTC, last ${numberOf(last[4], decimals)}`,
    );
  }

  /** The bar that is not closed yet. @param {Candle | null} candle */
  update(candle) {
    if (candle === null || this.#series === undefined || candle[0] < this.#last) return;
    this.#last = candle[0];
    this.#series.update(bar(candle));
  }

  /** Forgets the drawing: another market, or other colours. */
  clear() {
    this.#chart?.remove();
    this.#chart = undefined;
    this.#series = undefined;
  }

  /**
   * @param {HTMLElement} place
   * @param {number} decimals
   */
  #make(place, decimals) {
    const [edge, text] = [colorOf('--edge'), colorOf('--soft')];
    this.#chart = LightweightCharts.createChart(place, {
      autoSize: true,
      layout: {
        background: { type: LightweightCharts.ColorType.Solid, color: colorOf('--card') },
        textColor: text,
        fontFamily: 'system-ui, sans-serif',
        attributionLogo: false,
      },
      grid: { vertLines: { color: edge }, horzLines: { color: edge } },
      timeScale: { timeVisible: true, secondsVisible: true, rightOffset: 4, borderColor: edge },
      rightPriceScale: { borderColor: edge },
      handleScroll: { mouseWheel: false, vertTouchDrag: false },
      handleScale: { mouseWheel: false },
    });
    const [rise, fall] = [colorOf('--good'), colorOf('--fall')];
    this.#series = this.#chart.addSeries(LightweightCharts.CandlestickSeries, {
      // Hollow and filled: a rise is told from a fall without colours.
      upColor: colorOf('--card'),
      borderUpColor: rise,
      wickUpColor: rise,
      downColor: fall,
      borderDownColor: fall,
      wickDownColor: fall,
      priceFormat: { type: 'price', precision: decimals, minMove: 10 ** -decimals },
    });
  }
}

/** @param {Candle} candle */
const bar = ([start, open, high, low, close]) => ({
  time: /** @type {import('lightweight-charts').UTCTimestamp} */ (Math.floor(start / 1000)),
  open,
  high,
  low,
  close,
});

/** A curve over time that fills the width it is given. */
export class CurveChart {
  /** @type {import('uplot') | undefined} */
  #plot;
  #place;
  #color;
  #label;
  #down;

  /**
   * @param {string} id
   * @param {string} label
   * @param {string} color name of a colour of the theme; with `-area` behind it that of the area
   * @param {boolean} down 0 is at the top
   */
  constructor(id, label, color, down) {
    this.#place = byId(id);
    this.#label = label;
    this.#color = color;
    this.#down = down;
    new ResizeObserver(() => this.#fit()).observe(this.#place);
  }

  /**
   * @param {readonly number[]} times Unix milliseconds
   * @param {readonly number[]} values
   * @param {string} currency
   */
  draw(times, values, currency) {
    this.#place.hidden = times.length < 2;
    if (times.length < 2) return;
    const data = /** @type {import('uplot').AlignedData} */ ([times.map((ts) => ts / 1000), [...values]]);
    if (this.#plot === undefined) this.#make(data);
    else this.#plot.setData(data);
    this.#place.setAttribute(
      'aria-label',
      `${this.#label}, now ${numberOf(values.at(-1) ?? null, 2, true)} ${currency}, over ${lengthOf(Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000))}`,
    );
  }

  clear() {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#place;
    if (width > 0) this.#plot?.setSize({ width, height });
  }

  /**
   * @param {import('uplot').AlignedData} data
   */
  #make(data) {
    const [edge, text] = [colorOf('--edge'), colorOf('--soft')];
    const axis = {
      stroke: text,
      grid: { stroke: edge, width: 1 },
      ticks: { stroke: edge, width: 1 },
      font: '12px system-ui, sans-serif',
    };
    this.#plot = new uPlot(
      {
        width: this.#place.clientWidth,
        height: this.#place.clientHeight,
        legend: { show: false },
        cursor: { show: false },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
        scales: {
          y: {
            range: (_plot, low, high) => {
              const least = Math.max(high - low, Math.abs(high), 1) * 0.05;
              return this.#down
                ? [0, Math.max(high, 0) + least]
                : [Math.min(low, 0) - least, Math.max(high, 0) + least];
            },
            dir: this.#down ? -1 : 1,
          },
        },
        axes: [
          { ...axis, space: 80, values: (_plot, splits) => splits.map((seconds) => timeOf(seconds * 1000)) },
          {
            ...axis,
            size: 62,
            space: 24,
            values: (_plot, splits) => {
              const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
              return splits.map((value) => numberOf(this.#down ? -value : value, step < 1 ? 2 : 0));
            },
          },
        ],
        series: [
          {},
          {
            label: this.#label,
            stroke: colorOf(this.#color),
            fill: colorOf(`${this.#color}-area`),
            width: 1.6,
            points: { show: false },
          },
        ],
      },
      data,
      this.#place,
    );
  }
}
