import type { StageContext } from '../../core/context.js';
import type { ControlEvent } from '../../domain/event.js';
import type { EngineState } from './engine-state.js';
import type { RiskRule } from './rule.js';
import { type Concerns, inScope, NOBODY, wordOf } from './trading-state.js';

/** What an operator's word works on. */
export interface OperatorPort {
  readonly rules: readonly RiskRule[];
  readonly limitOf: (rule: RiskRule, state: EngineState) => number;
  readonly restrict: (scope: string, status: 'reducing' | 'halted', reason: string) => void;
}

/** Obeys a `control` event, or tells why not. */
export function obey(
  event: ControlEvent,
  state: EngineState,
  context: StageContext,
  port: OperatorPort,
): void {
  const why =
    event.action === 'limit'
      ? changeLimit(event, state, context, port)
      : changeState(event, state, context, port);
  if (why !== undefined) context.fault('risk', 'bad-control', `${wordOf(event)}, was not obeyed: ${why}`);
}

/** Why the limit cannot be changed, or `undefined` when it is. */
function changeLimit(
  event: ControlEvent,
  state: EngineState,
  context: StageContext,
  { rules, limitOf }: OperatorPort,
): string | undefined {
  const rule = rules.find(({ name }) => `limit:${name}` === event.scope);
  if (rule === undefined) return `no rule has the limit "${event.scope}"`;
  if (!(event.value > 0 && Number.isFinite(event.value)))
    return `a limit must be above 0, not ${event.value}`;
  const before = limitOf(rule, state);
  const wanted = rule.allows?.(event.value);
  if (wanted !== undefined) return `the limit of ${rule.name} must be ${wanted}, not ${event.value}`;
  state.limits.set(rule.name, event.value);
  context.fault(
    'risk',
    'limit-changed',
    `${rule.name} was ${before} and is ${event.value} (${wordOf(event)})`,
  );
  return undefined;
}

function changeState(
  event: ControlEvent,
  state: EngineState,
  context: StageContext,
  port: OperatorPort,
): string | undefined {
  const concerns = inScope(event.scope, context.instruments);
  if (concerns === undefined) return `nobody knows the scope "${event.scope}"`;
  if (event.action === 'resume') return resume(event, concerns, state, context);
  const status = event.action === 'kill' ? 'halted' : 'reducing';
  port.restrict(event.scope, status, wordOf(event));
  return undefined;
}

/** Nobody resumes without a name and a reason; a kill needs neither. */
function resume(
  event: ControlEvent,
  concerns: Concerns,
  state: EngineState,
  context: StageContext,
): string | undefined {
  if (event.by.trim() === '' || event.reason.trim() === '')
    return 'whoever resumes must give a name and a reason';
  if (!state.trading.resume(event.scope)) return undefined;
  context.fault('risk', 'resumed', `${event.scope}: ${wordOf(event)}`);
  for (const index of [...state.flatten]) {
    const listed = context.instruments.at(index);
    // A wider or a narrower scope may still be halted.
    if (concerns(listed, NOBODY) && state.trading.on(listed, NOBODY)?.status !== 'halted')
      state.flatten.delete(index);
  }
  return undefined;
}
