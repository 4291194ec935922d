import { expect, it } from 'vitest';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { FrameLoop } from '../../src/core/frame-loop.js';
import type { ClientOrderId, InstrumentId } from '../../src/domain/brand.js';
import type { FillReport, OutsideEvent, StateReport } from '../../src/domain/event.js';
import type { Plain } from '../../src/domain/plain.js';
import type { LedgerFields } from '../../src/operators/ledger/stage.js';
import { describeBuilt } from '../desk/built.js';

interface PairFrame extends Frame, LedgerFields {
  readonly signalOrder: {
    readonly signal: string;
    readonly order: { readonly clientOrderId: ClientOrderId };
  };
}

interface PairDesk {
  readonly FINISHED_ORDERS: number;
  readonly BTC: { readonly id: InstrumentId };
  pairDesk(window: number): Core<PairFrame>;
}

const LOTS = 10;

/** The desk of the pair at a venue that answers at once. */
class Played {
  readonly #loop: FrameLoop<PairFrame>;
  readonly #instrument: InstrumentId;
  readonly orders: ClientOrderId[] = [];
  position = 0;
  #seq = 0;
  #saved: Plain = null;

  constructor({ pairDesk, BTC }: PairDesk) {
    this.#instrument = BTC.id;
    const port = {
      frame: (frame: PairFrame) => {
        if (frame.signalOrder !== undefined) this.orders.push(frame.signalOrder.order.clientOrderId);
        if (frame.snapshot !== undefined) this.#saved = frame.snapshot as Plain;
        this.position = frame.ledger.position(0);
      },
      unseen: () => {},
      failed: (_component: string, _code: string, error: unknown) => {
        throw error;
      },
    };
    this.#loop = new FrameLoop(pairDesk(300), port, { development: false });
    this.take({
      kind: 'quote',
      instrument: BTC.id,
      venueTime: 0,
      bidPrice: 50_000,
      bidQuantity: 10,
      askPrice: 50_010,
      askQuantity: 10,
      updateId: 1,
    });
  }

  take(event: OutsideEvent): void {
    this.#seq += 1;
    this.#loop.accept(this.#seq, this.#seq, event);
  }

  /** One signal, bought and sold by turns, and its order. */
  signal(): ClientOrderId {
    const number = this.orders.length + 1;
    this.take({
      kind: 'signal',
      signal: {
        name: `signal-${number}`,
        instrument: this.#instrument,
        direction: number % 2 === 0 ? -1 : 1,
        strength: 1,
        confidence: 1,
        horizon: 1,
        eventTime: this.#seq,
        validUntil: 1e9,
      },
    });
    return this.orders.at(-1) as ClientOrderId;
  }

  fill(id: ClientOrderId, quantity: number, execution = `x${id}`): void {
    const side = this.orders.indexOf(id) % 2 === 0 ? 'buy' : 'sell';
    this.take({
      ...this.#of(id),
      type: 'fill',
      executionId: execution,
      side,
      price: 50_000,
      quantity,
      liquidity: 'taker',
      fee: '0',
      feeCurrency: 'USDT',
    } satisfies FillReport);
  }

  report(id: ClientOrderId, type: 'accepted' | 'canceled'): void {
    this.take({ ...this.#of(id), type, reason: 'the venue says so' } as StateReport);
  }

  /** Every fifth is canceled half filled. */
  closed(): ClientOrderId {
    const id = this.signal();
    this.report(id, 'accepted');
    if (this.orders.length % 5 !== 0) this.fill(id, LOTS);
    else {
      this.fill(id, LOTS / 2);
      this.report(id, 'canceled');
    }
    return id;
  }

  get snapshot(): Readonly<Record<string, Plain>> {
    this.take({ kind: 'barrier', id: `b${this.#seq}` });
    return this.#saved as Readonly<Record<string, Plain>>;
  }

  #of(id: ClientOrderId): Pick<FillReport, 'kind' | 'venue' | 'instrument' | 'clientOrderId' | 'venueTime'> {
    return {
      kind: 'report',
      venue: 'harsh',
      instrument: this.#instrument,
      clientOrderId: id,
      venueTime: this.#seq,
    };
  }
}

describeBuilt('the desk of the pair', '.examples/mirrored-pair/desk.js', ({ path }) => {
  const load = (): Promise<PairDesk> => import(path) as Promise<PairDesk>;

  it('has snapshots that do not grow with the orders that are over, and knows late reports of the last of them', async () => {
    const built = await load();
    const desk = new Played(built);
    for (let order = 0; order < built.FINISHED_ORDERS; order += 1) desk.closed();
    const size = JSON.stringify(desk.snapshot).length;
    const oldest = desk.orders.length;
    for (let order = 0; order < built.FINISHED_ORDERS - 10; order += 1) desk.closed();
    const later = desk.snapshot;
    expect(JSON.stringify(later).length / size).toBeLessThan(1.1);
    expect(Object.keys(later['signal-orders'] as object)).toContain('orders');
    expect((later['signal-orders'] as { orders: readonly unknown[] }).orders).toEqual([]);
    const before = desk.position;
    const early = desk.orders[oldest + 1] as ClientOrderId;
    desk.fill(early, LOTS);
    expect(desk.position).toBe(before);
    // The rest of an order that was canceled half filled, and filled at the venue nevertheless.
    const late = desk.orders.findIndex((_, index) => index > oldest && (index + 1) % 5 === 0);
    const sign = late % 2 === 0 ? 1 : -1;
    desk.fill(desk.orders[late] as ClientOrderId, LOTS / 2, 'late');
    desk.fill(desk.orders[late] as ClientOrderId, LOTS / 2, 'late');
    expect(desk.position).toBe(before + (sign * LOTS) / 2);
  });

  it('keeps in its snapshots what still works, and nothing else', async () => {
    const built = await load();
    const desk = new Played(built);
    for (let order = 0; order < 20; order += 1) desk.closed();
    const working = desk.signal();
    desk.report(working, 'accepted');
    desk.fill(working, LOTS / 2, 'first');
    const { orders } = desk.snapshot['signal-orders'] as { orders: readonly (readonly [string, unknown])[] };
    expect(orders.map(([id]) => id)).toEqual([working]);
  });
});
