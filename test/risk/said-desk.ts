import { compose } from '../../src/core/compose.js';
import { NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import type { Proposal } from '../../src/domain/order.js';
import type { Plain } from '../../src/domain/plain.js';
import { books, dispatch, ledger, type RiskOptions, type RiskRule, risk } from '../../src/operators/index.js';
import { perpetual, quote, spot } from '../../src/testing/index.js';

export const COIN: Instrument = spot();
export const FUTURE: Instrument = perpetual();

const core = (rules: readonly RiskRule[], options: RiskOptions, instruments: readonly Instrument[]) =>
  compose(
    { instruments },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure('proposals', ({ event }): readonly Proposal[] =>
      event.kind === 'signal' ? [event.signal as unknown as Proposal] : NONE,
    ),
    risk(rules, options),
    dispatch(),
  );
type Running = ReturnType<ReturnType<typeof core>['start']>;

/** A desk of which one sees what risk says: verdicts, cancels, and faults. */
export class Desk {
  readonly #core: ReturnType<typeof core>;
  #running: Running;
  #seq = 0;
  readonly #instruments: readonly Instrument[];
  /** When the timers for the engine's own orders are due that it has asked for. */
  readonly timers: number[] = [];
  /** Instruments of the cancels that risk has asked for. */
  readonly cancels: string[] = [];

  constructor(
    rules: readonly RiskRule[] = [],
    options: RiskOptions = {},
    instruments: readonly Instrument[] = [COIN, FUTURE],
  ) {
    this.#core = core(rules, options, instruments);
    this.#instruments = instruments;
    this.#running = this.#core.start();
    for (const each of instruments) this.pass(0, quote(each, 100));
  }

  pass(ts: number, event: OutsideEvent): string[] {
    const said: string[] = [];
    let frame = this.#running.pass(++this.#seq, 0, ts, event);
    for (let sub = 1; ; sub++) {
      for (const verdict of frame.verdicts) {
        const { side, quantity } = verdict.proposal;
        said.push(
          verdict.kind === 'approved'
            ? `approved ${side} ${quantity}`
            : `denied by ${verdict.rule}: ${verdict.reason}`,
        );
      }
      for (const each of frame.requests) {
        if (each.kind === 'timer' && each.name === 'risk:own') this.timers.push(each.due);
        if (each.kind !== 'cancel') continue;
        said.push(`cancel: ${each.reason}`);
        this.cancels.push(each.instrument);
      }
      const derived = this.#running.context.takeDerived();
      if (derived === undefined) return said;
      if (derived.kind === 'fault') said.push(`${derived.component} ${derived.code}: ${derived.message}`);
      frame = this.#running.pass(this.#seq, sub, ts, derived);
    }
  }

  wish(ts: number, side: 'buy' | 'sell', quantity: number, more: Partial<Proposal> = {}): string[] {
    const proposal = {
      instrument: this.#first.id,
      side,
      type: 'limit',
      timeInForce: 'GTC',
      price: 10_000,
      quantity,
      reduceOnly: false,
      postOnly: false,
      attribution: [{ agent: 'a', quantity: side === 'buy' ? quantity : -quantity }],
      arrivalMid: 100,
      ...more,
    };
    return this.pass(ts, { kind: 'signal', signal: proposal as never });
  }

  held(side: 'buy' | 'sell', quantity: number, instrument: Instrument = this.#first): string[] {
    return this.pass(0, {
      kind: 'report',
      type: 'fill',
      venue: 'venue',
      instrument: instrument.id,
      venueTime: 0,
      clientOrderId: 'elsewhere' as never,
      executionId: `x${this.#seq}`,
      side,
      price: 10_000,
      quantity,
      liquidity: 'taker',
      fee: '0',
      feeCurrency: 'USD',
    });
  }

  /** What its configuration is told from another's by. */
  get fingerprint(): string | undefined {
    return this.#core.parts.find(({ name }) => name === 'risk')?.fingerprint;
  }

  restart(ts: number): void {
    this.restore(structuredClone(this.snapshot(ts)));
  }

  snapshot(ts: number): Readonly<Record<string, Plain>> {
    return this.#running.pass(++this.#seq, 0, ts, { kind: 'barrier', id: 'b' }).snapshot as never;
  }

  restore(saved: Readonly<Record<string, Plain>>): void {
    this.#running = this.#core.start({ restored: saved });
  }

  get #first(): Instrument {
    return this.#instruments[0] as Instrument;
  }
}
