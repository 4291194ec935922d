import { Observable } from 'rxjs';
import { compose } from '../../src/core/compose.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import { type PipelineRun, run } from '../../src/core/run.js';
import { type FigureFields, figures } from '../../src/monitoring/summary/figures.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  grossExposure,
  ledger,
  risk,
  sizing,
} from '../../src/operators/index.js';
import { type BorrowedBudget, borrowedBudget } from '../../src/scaling/borrowed-budget.js';
import type { BudgetBoard } from '../../src/scaling/budget-board.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { fakeVenue, quote, spot } from '../../src/testing/index.js';

export const LEAST = 100;

/** A shard with one instrument at 10 USD, whose agent wants so much of it as it is told. */
export class AShard {
  readonly budget: BorrowedBudget<Frame & FigureFields>;
  /** Every limit that came into the log, in order. */
  readonly limits: number[] = [];
  /** Of its budget; those of risk, which clips, are not counted. */
  readonly faults: string[] = [];
  /** What it holds, in USD; the most that it ever held. */
  exposure = 0;
  most = 0;
  /** Money that its agent wants held. */
  wants: number;
  readonly #run: PipelineRun<Frame & FigureFields>;
  readonly #beat: NodeJS.Timeout;

  constructor(board: BudgetBoard, name: string, wants: number, lease?: number) {
    this.wants = wants;
    const instrument = spot({ base: `COIN${name}`, fees: { maker: 0, taker: 0 } });
    const greedy = agent({
      name: 'greedy',
      decide: () => ({
        of: { asset: instrument.base },
        exposure: Math.min(1, this.wants / 10_000),
        confidence: 1,
      }),
    });
    const core = compose(
      { name: `shard-${name}`, instruments: [instrument] },
      books(),
      ledger({ reportingCurrency: 'USD' }),
      agents([greedy]),
      confidenceWeighted(),
      sizing({ budget: 10_000 }),
      bestNetPrice(),
      risk([grossExposure({ limit: LEAST, action: 'clip' })]),
      dispatch(),
      figures(),
    );
    this.budget = borrowedBudget({
      board,
      shard: name,
      rule: 'grossExposure',
      least: LEAST,
      every: 10,
      ...(lease === undefined ? {} : { lease }),
      used: ({ exposure }: Frame & FigureFields) => exposure,
      wants: () => this.wants,
    });
    let say: () => void = () => undefined;
    let updateId = 0;
    const market: Driver = {
      name: 'market',
      connect: () =>
        new Observable((output) => {
          say = () =>
            output.next({
              ...quote(instrument, { bid: 9.99, ask: 10.01, bidQuantity: 1e4, askQuantity: 1e4 }),
              updateId: ++updateId,
            });
        }),
    };
    this.#run = run(core, {
      clock: liveClock(),
      drivers: [market, fakeVenue('venue'), this.budget.driver],
    });
    this.#run.subscribe((frame) => {
      this.budget.watch(frame);
      this.exposure = frame.exposure;
      this.most = Math.max(this.most, frame.exposure);
      const { event } = frame;
      if (event.kind === 'control') this.limits.push(event.value);
      if (event.kind === 'fault' && event.component.startsWith('budget'))
        this.faults.push(`${event.component} ${event.code}: ${event.message}`);
    });
    this.#beat = setInterval(() => say(), 5);
  }

  /** An operator's word. */
  setLimit(value: number): void {
    this.#run.control({ action: 'limit', scope: 'limit:grossExposure', value, by: 'anna', reason: 'a test' });
  }

  end(): void {
    clearInterval(this.#beat);
    this.#run.stepDown();
  }
}
