import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { DashboardFrame } from '../dashboard-frame.js';
import type { Overview } from '../overview.js';
import type { DashboardHistory, DashboardView } from '../view.js';
import { ActivityModel } from './activity-model.js';
import { AgentModel } from './agent-model.js';
import { known } from './known.js';
import { latenciesOf, type ReadMonitor } from './latencies.js';
import { LimitChanges } from './limit-changes.js';
import { MarketModel } from './market-model.js';
import { ProfitHistory } from './profit-history.js';

/** Bars of each instrument, and points of the curve of the profit. */
const MOST_CANDLES = 240;
const MOST_POINTS = 400;

/** What frames do not say. */
export interface Surroundings {
  readonly title: string;
  readonly note: string;
  readonly server: string;
  readonly drawnUpAt: number;
  readonly silentFor: number;
  readonly inbox: { readonly waiting: number; readonly merged: number; readonly refused: number };
  readonly halted: { readonly component: string; readonly message: string } | undefined;
  readonly pair: DashboardView['pair'];
  readonly monitor: ReadMonitor | undefined;
  readonly ended: boolean;
}

/**
 * Gathers what the live page shows, frame by frame, in bounded memory.
 *
 * ```
 * frames   --f--f--f--f--
 *          observe(frame)     a few stores
 * view()   ----------V---     plain data, made when somebody looks
 * ```
 */
export class DeskModel {
  readonly #markets: MarketModel;
  readonly #agents = new AgentModel();
  readonly #activity: ActivityModel;
  readonly #profits = new ProfitHistory(MOST_POINTS);
  readonly #limits = new LimitChanges();
  #overview: Overview | undefined;
  #status: 'active' | 'reducing' | 'halted' | undefined;
  #profit = Number.NaN;
  #events = 0;
  #seq = 0;
  #ts = Number.NaN;

  /** @param candle milliseconds of a bar */
  constructor(table: InstrumentTable, candle: number) {
    this.#markets = new MarketModel(table, candle, MOST_CANDLES);
    this.#activity = new ActivityModel(table);
  }

  /** What risk says of the desk; `unknown` before its first word. */
  get status(): DashboardView['state']['trading'] {
    return this.#status ?? 'unknown';
  }

  /** Place of the last frame in the log. */
  get seq(): number {
    return this.#seq;
  }

  /** Takes a frame; nothing of it is kept but what it copied. */
  observe(frame: DashboardFrame): void {
    const { event, ts, profit, tradingStatus, signals, decisions, targets, overview } = frame;
    if (frame.sub === 0) this.#events++;
    this.#seq = frame.seq;
    this.#ts = ts;
    switch (event.kind) {
      case 'trade':
      case 'quote':
      case 'book':
      case 'bookOrder':
      case 'bar':
        if (frame.instrument >= 0) this.#markets.data(frame);
        break;
      default:
        if (frame.instrument >= 0) this.#markets.prices(frame);
        if (event.kind === 'link') this.#markets.link(event, ts);
        this.#limits.observe(event);
        this.#activity.observe(event, ts);
    }
    if (profit !== undefined) {
      this.#profit = profit;
      this.#profits.observe(ts, profit);
    }
    if (tradingStatus !== undefined) this.#status = tradingStatus;
    if (signals !== undefined && signals.length > 0) this.#agents.signals(signals, ts);
    if (decisions !== undefined && decisions.length > 0) this.#agents.decisions(decisions, ts);
    if (targets !== undefined && targets.length > 0) this.#agents.targets(targets, ts);
    if (overview !== undefined) this.#overview = overview;
  }

  /** A frame could not be read: people are told, and the desk goes on. */
  failed(message: string): void {
    this.#activity.note(this.#ts, `the live page could not read a frame: ${message}`);
  }

  view(surroundings: Surroundings): DashboardView {
    const { title, note, server, drawnUpAt, silentFor, inbox, halted, pair, monitor, ended } = surroundings;
    const overview = this.#overview;
    const status = this.status;
    const stopped = status === 'reducing' || status === 'halted';
    return {
      title,
      note,
      drawnUpAt,
      server,
      log: { seq: this.#seq, ts: known(this.#ts), events: this.#events, silentFor, ...inbox },
      state: {
        trading: status,
        reason: stopped ? this.#activity.reason : '',
        since: stopped ? known(this.#activity.since) : null,
        broken: halted === undefined ? '' : `${halted.component}: ${halted.message}`,
        ended,
      },
      money: this.#money(overview),
      counts: this.#activity.counts(),
      markets: this.#markets.view(overview?.depth ?? []),
      signals: this.#agents.signalParts(this.#ts),
      agents: this.#agents.agentParts(this.#ts, overview?.agents ?? []),
      targets: this.#agents.targetParts(),
      openOrders: overview?.openOrderCount ?? 0,
      orders: this.#activity.orderParts(overview?.openOrders ?? []),
      fills: this.#activity.fills,
      positions: (overview?.positions ?? []).flatMap(
        ({ index, position, averagePrice, markPrice, unrealised, profit }) => {
          const instrument = this.#markets.idOf(index);
          if (instrument === undefined) return [];
          return {
            instrument,
            position,
            averagePrice: known(averagePrice),
            markPrice: known(markPrice),
            unrealised: known(unrealised),
            profit: known(profit),
          };
        },
      ),
      limits: (overview?.limits ?? []).map((each) => {
        const limit = this.#limits.of(each.name) ?? each.limit;
        return {
          name: each.name,
          unit: each.unit,
          used: known(each.used),
          limit: known(limit),
          ratio: known(each.used / limit),
        };
      }),
      latency: latenciesOf(monitor),
      venues: this.#markets.venues(overview?.venues ?? []),
      pair,
      notices: this.#activity.notices,
    };
  }

  history(): DashboardHistory {
    return {
      candleEvery: this.#markets.candles.every,
      candles: this.#markets.history(),
      profit: this.#profits.all(),
    };
  }

  #money(overview: Overview | undefined): DashboardView['money'] {
    // The profit is on every frame, the rest of the account on some.
    const profit = this.#profit;
    const moved = profit - (overview?.profit ?? Number.NaN);
    const peak =
      overview === undefined ? this.#profits.peak : Math.max(overview.profit + overview.drawdown, profit);
    const equity = (overview?.equity ?? Number.NaN) + moved;
    const drawdown = peak - profit;
    return {
      currency: overview?.currency ?? '',
      profit: known(profit),
      equity: known(equity),
      dayProfit: known((overview?.dayProfit ?? Number.NaN) + moved),
      drawdown: known(drawdown),
      drawdownShare: known(drawdown / (equity + drawdown)),
      exposure: known(overview?.exposure),
      fees: known(overview?.fees),
    };
  }
}
