import type { Frame } from '../../core/frame.js';
import type { Answer } from '../../domain/decision.js';
import type { Duration } from '../../domain/duration.js';
import { type Agent, agent } from '../../operators/agents/agent.js';
import type { MarketFields } from '../../operators/books/books.js';
import { type TargetFixture, targetOf } from './target-of.js';

/** What a fake agent says when asked; `undefined` says nothing, and an Error is thrown. */
export type ScriptedAnswer = Answer | readonly Answer[] | Error | undefined;

/** Answers one by one, in the order of asking (silent after the last); or by the mid price that the frame shows. */
export type AgentScript = readonly ScriptedAnswer[] | Readonly<Record<number, ScriptedAnswer>>;

/** How a fake agent differs from a plain one. */
export interface FakeAgentOptions {
  /** How long its word counts. @default "1m" */
  readonly lifetime?: Duration;
  /** @default "market" */
  readonly on?: 'market' | 'every event';
}

/**
 * An answer: so much of the budget in an asset or an instrument.
 *
 * @example
 * wants('BTC', 0.5); // half the budget long, quite sure
 * wants(PERP, -1, 0.6);
 */
export const wants = (of: TargetFixture, exposure: number, confidence: number = 1): Answer => ({
  of: targetOf(of),
  exposure,
  confidence,
});

/**
 * An agent that answers by a script.
 *
 * ```
 * asked    -a----b----c----d--
 *          fakeAgent('trend', [wants('BTC', 1), undefined, new Error('oops')])
 * answers  -1---------#-------      nothing more after the script's end
 * ```
 *
 * @example
 * agents([fakeAgent('trend', [wants('BTC', 1)]), fakeAgent('picky', { 101: wants('BTC', -1) })]);
 */
export function fakeAgent(
  name: string,
  script: AgentScript,
  options: FakeAgentOptions = {},
): Agent<Frame & MarketFields> {
  const { lifetime = '1m', on = 'market' } = options;
  return agent<Frame & MarketFields, { asked: number }>({
    name,
    lifetime,
    on,
    memory: () => ({ asked: 0 }),
    decide: (frame, memory) => {
      const answer = Array.isArray(script)
        ? (script[memory.asked] as ScriptedAnswer)
        : (script as Readonly<Record<number, ScriptedAnswer>>)[frame.mid];
      memory.asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
}
