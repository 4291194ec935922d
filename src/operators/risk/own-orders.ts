import type { StageContext } from '../../core/context.js';
import { mintApproved } from '../../domain/approval.js';
import type { Event } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { EngineState } from './engine-state.js';
import { pronounce } from './pronounce.js';
import { reductionOf } from './reduction.js';
import { malformed } from './validity.js';
import type { JudgedFrame, RiskNeeds } from './verdict-fields.js';

/** Milliseconds between orders of the engine's own for one instrument. */
const OWN_PAUSE = 1_000;
const OWN_TIMER = 'risk:own';

/** Sells what is held, and buys back what is owed, of what a kill said to flatten. */
export function flatten(state: EngineState, frame: JudgedFrame, context: StageContext): void {
  for (const index of state.flatten) {
    const lots = frame.ledger.position(index);
    if (lots !== 0 && !isTooSoon(index, state, frame, context))
      sendOwn(context.instruments.at(index), lots, state, frame);
  }
}

/** Sends an order of the engine's own; true when there was something to send. */
export function sendOwn(
  listed: ListedInstrument,
  lots: number,
  state: EngineState,
  frame: JudgedFrame,
): boolean {
  const proposal = reductionOf(listed, lots, state.view);
  if (proposal === undefined || malformed(proposal, listed) !== undefined) return false;
  state.nextOwn[listed.index] = frame.ts + OWN_PAUSE;
  pronounce(frame, mintApproved(proposal), state.view);
  return true;
}

/** Whether the engine's last order for an instrument is too near; then a timer wakes the engine for the next. */
export function isTooSoon(
  index: number,
  state: EngineState,
  { ts }: RiskNeeds,
  context: StageContext,
): boolean {
  const due = state.nextOwn[index] as number;
  if (ts >= due) return false;
  if (due < state.awaited) {
    state.awaited = due;
    context.request({ kind: 'timer', name: OWN_TIMER, due });
  }
  return true;
}

/** The timer of {@link isTooSoon}, or what tells that it may be lost: timers are a leader's. */
export const isAlarm = (event: Event): boolean =>
  event.kind === 'epoch' || (event.kind === 'timer' && event.name === OWN_TIMER);
