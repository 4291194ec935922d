import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, numberAtLeast } from '../../domain/check.js';
import type { LedgerFields } from './stage.js';

/** When venues are asked for their truth. Milliseconds of event time. */
export interface ReconciliationOptions {
  /** From one truth to asking for the next. 0: only at the start, after a lost link and after a takeover. @default 0 */
  readonly every?: number;
  /** Without an answer for so long it is asked again. @default 10,000 */
  readonly patience?: number;
}

interface State {
  started: boolean;
  /** When each venue is asked next, in the order of the instruments; `Infinity`: not by itself. */
  readonly due: Map<string, number>;
  timer: number;
}

const TIMER = 'reconciliation';

/**
 * Asks every venue of the desk for its truth: orders, fills, positions, balances. The ledger reconciles with the answer.
 *
 * ```
 * link      ----(----)----------     down, up
 * asks      ?--------?------?---     at the start, when the link is up again, and every so often
 * truths    -t--------t------t--
 * ```
 *
 * A takeover (`epoch`) asks too: the venue's word outlives the leader. What differs is adopted, told or halts the desk, by
 * the ledger's policy; each difference is a fault of the ledger (`truth-fill`, `truth-order`, `truth-position`,
 * `truth-balance`).
 *
 * @example
 * compose({ instruments }, books(), ledger({ reportingCurrency: 'USDT' }), reconciliation({ every: 60_000 }), ...);
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function reconciliation(
  options: ReconciliationOptions = {},
): StageOperator<Frame & LedgerFields, object> {
  knownKeys('reconciliation', options, ['every', 'patience']);
  const every = numberAtLeast('reconciliation.every', options.every ?? 0, 0);
  const patience = numberAtLeast('reconciliation.patience', options.patience ?? 10_000, 1);
  return stage<Frame & LedgerFields, object, State>({
    name: 'reconciliation',
    fingerprint: JSON.stringify({ every, patience }),
    adds: {},
    init: () => ({ started: false, due: new Map(), timer: Number.POSITIVE_INFINITY }),
    step: (state, { event, ts }, context) => {
      if (!state.started || event.kind === 'epoch') {
        state.started = true;
        state.timer = Number.POSITIVE_INFINITY;
        for (const venue of context.instruments.venues) state.due.set(venue, ts);
      } else if (event.kind === 'link') {
        if (event.channel === 'market' || event.state === 'down' || !state.due.has(event.venue)) return;
        state.due.set(event.venue, ts);
      } else if (event.kind === 'truth') {
        if (!state.due.has(event.venue)) return;
        state.due.set(event.venue, every === 0 ? Number.POSITIVE_INFINITY : ts + every);
      } else if (event.kind === 'timer' && event.name === TIMER) state.timer = Number.POSITIVE_INFINITY;
      else return;
      ask(state, ts, patience, context);
    },
    save: ({ started, due, timer }) => ({ started, due: [...due], timer }),
    restore: (saved) => {
      const { started, due, timer } = saved as {
        readonly started: boolean;
        readonly due: readonly (readonly [string, number])[];
        readonly timer: number;
      };
      return { started, due: new Map(due), timer };
    },
  });
}

function ask(state: State, ts: number, patience: number, context: StageContext): void {
  let next = Number.POSITIVE_INFINITY;
  for (const [venue, due] of state.due) {
    if (due <= ts) {
      context.request({ kind: 'reconcile', venue, requestTime: ts });
      state.due.set(venue, ts + patience);
      next = Math.min(next, ts + patience);
    } else next = Math.min(next, due);
  }
  if (next >= state.timer || next === Number.POSITIVE_INFINITY) return;
  state.timer = next;
  context.request({ kind: 'timer', name: TIMER, due: next });
}
