import type { ControlEvent, Event, FaultEvent, FillReport } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { RecentMap } from '../../domain/recent-map.js';
import type { OverviewOrder } from '../overview.js';
import type { DashboardView, FillPart, NoticePart, OrderPart } from '../view.js';
import { known, remember } from './known.js';

const MOST_FILLS = 12;
const MOST_NOTICES = 30;
/** Executions that are remembered: reports come twice. */
const MOST_EXECUTIONS = 1_000;
/** Text from outside may be of any length. */
const LONGEST = 300;

/** Orders, fills, and what a person should know of. */
export class ActivityModel {
  readonly #table: InstrumentTable;
  readonly #fills: FillPart[] = [];
  readonly #notices: NoticePart[] = [];
  readonly #executions = new RecentMap<string, true>(MOST_EXECUTIONS);
  #number = 0;
  #orders = 0;
  #filled = 0;
  #denied = 0;
  #rejected = 0;
  /** Why the desk is not active, and since when. */
  reason = '';
  since: number = Number.NaN;

  constructor(table: InstrumentTable) {
    this.#table = table;
  }

  /** An event that is no market data. */
  observe(event: Event, ts: number): void {
    switch (event.kind) {
      case 'submitted':
        this.#orders++;
        break;
      case 'denied':
        this.#denied++;
        break;
      case 'report':
        if (event.type === 'fill') this.#fill(event, ts);
        else if (event.type === 'rejected') {
          this.#rejected++;
          this.#note(ts, 'notice', `${event.venue} rejected ${event.clientOrderId}: ${event.reason}`);
        } else if (event.type === 'bust' || event.type === 'correction')
          this.#note(ts, 'bad', `${event.venue}: ${event.type} of ${event.executionId}: ${event.reason}`);
        break;
      case 'control':
        this.#control(event, ts);
        break;
      case 'fault':
        this.#fault(event, ts);
        break;
      case 'link':
        this.#note(
          ts,
          event.state === 'up' ? 'good' : 'bad',
          `${event.venue} ${event.channel} is ${event.state}${event.reason === '' ? '' : `: ${event.reason}`}`,
        );
        break;
      case 'sync':
        if (event.state === 'unsynced')
          this.#note(ts, 'notice', `${event.instrument} is out of sync: ${event.reason}`);
        break;
      case 'epoch':
        this.#note(ts, 'notice', `${event.leader} leads from here on, epoch ${event.epoch}`);
        break;
      default:
    }
  }

  counts(): DashboardView['counts'] {
    return { orders: this.#orders, fills: this.#filled, denied: this.#denied, rejected: this.#rejected };
  }

  get fills(): readonly FillPart[] {
    return this.#fills;
  }

  get notices(): readonly NoticePart[] {
    return this.#notices;
  }

  /** Orders as the ledger has them, the newest first. */
  orderParts(orders: readonly OverviewOrder[]): OrderPart[] {
    return orders.toReversed().flatMap(({ order, index, status, filled }) => {
      const listed = this.#table.list[index];
      if (listed === undefined) return [];
      const { prices, quantities } = listed;
      return {
        id: order.clientOrderId,
        instrument: order.instrument,
        side: order.side,
        type: `${order.type} ${order.timeInForce}`,
        price: order.price === 0 ? null : known(prices.toNumber(order.price)),
        quantity: quantities.toNumber(order.quantity),
        filled: quantities.toNumber(filled),
        status,
        at: order.requestTime,
        agents: order.attribution.map(({ agent }) => agent),
      };
    });
  }

  #fill(fill: FillReport, ts: number): void {
    const key = `${fill.venue}\n${fill.instrument}\n${fill.executionId}`;
    if (this.#executions.has(key)) return;
    this.#executions.set(key, true);
    this.#filled++;
    const listed = this.#table.find(fill.instrument);
    if (listed === undefined) return;
    const part: FillPart = {
      at: ts,
      instrument: fill.instrument,
      side: fill.side,
      price: listed.prices.toNumber(fill.price),
      quantity: listed.quantities.toNumber(fill.quantity),
      liquidity: fill.liquidity,
    };
    remember(this.#fills, part, MOST_FILLS);
  }

  #control({ action, scope, by, reason }: ControlEvent, ts: number): void {
    this.#note(ts, action === 'resume' ? 'good' : 'bad', `${action} ${scope} by ${by}: ${reason}`);
  }

  #fault({ component, code, message, severity }: FaultEvent, ts: number): void {
    if (component === 'risk' && (code === 'kill' || code === 'reducing') && message.startsWith('desk: ')) {
      this.reason = clipped(message.slice('desk: '.length));
      this.since = ts;
    }
    // Said already, as the control that it answers.
    if (component === 'risk' && code === 'resumed') return;
    const stops = component === 'risk' && (code === 'kill' || code === 'reducing');
    this.#note(ts, severity === 'notice' && !stops ? 'notice' : 'bad', `${component}: ${message}`);
  }

  /** Something that no event told. */
  note(at: number, text: string): void {
    this.#note(at, 'bad', text);
  }

  #note(at: number, severity: NoticePart['severity'], text: string): void {
    remember(this.#notices, { number: ++this.#number, at, severity, text: clipped(text) }, MOST_NOTICES);
  }
}

const clipped = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
