import type { AgentTerms } from '../core/asynchronous-agent.js';
import type { Frame } from '../core/frame.js';
import { refuse } from '../domain/check.js';
import type { Answer } from '../domain/decision.js';
import { InputError } from '../domain/errors.js';
import type { LatencyModel } from '../domain/latency-model.js';
import type { Plain } from '../domain/plain.js';
import type { Shown } from './decide.js';
import { type DeliberateAgent, deliberate } from './deliberate.js';
import type { LaneOptions } from './lane-options.js';

/** A language model as an agent: any provider, by one function. */
export interface LanguageAgentSettings<F extends Frame> extends AgentTerms<F> {
  /** Sends a prompt and gives the text that came back. Pass the signal on, so that nobody pays for an answer that comes too late. */
  readonly ask: (prompt: string, signal: AbortSignal) => Promise<string>;
  /** What the model is told it is, and how it should think. @default a cautious trader */
  readonly role?: string;
  /** Writes the snapshot into the prompt. @default JSON */
  readonly describe?: (snapshot: Plain, shown: Shown) => string;
  readonly lane?: LaneOptions;
  readonly latency?: LatencyModel;
}

const ROLE =
  'You are a cautious trader. You decide what to hold, as a share of your budget. When unsure, abstain.';
const FORM =
  'Answer with one JSON array and nothing else: [] to abstain, or items ' +
  '{"asset": string, "exposure": number from -1 (short) to 1 (long), "confidence": number from 0 to 1}.';

/**
 * A deliberate agent around a language model: a template without any provider's package.
 *
 * What the model writes is data, never an instruction to the desk: one JSON array is read strictly, everything else is a failure of
 * this agent's lane, and its terms (`about`, `budget`, `lifetime`) bound what it can do. Give it a long `every` and
 * deadline, and a rate that you are willing to pay.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * languageAgent({ name: 'analyst', every: '1m', about: [{ asset: 'BTC' }], budget: 0.2, observe, ask: (prompt, signal) => post(prompt, signal) });
 */
export function languageAgent<F extends Frame>(settings: LanguageAgentSettings<F>): DeliberateAgent<F> {
  const { ask, role = ROLE, describe = (snapshot) => JSON.stringify(snapshot), ...rest } = settings;
  if (typeof ask !== 'function') refuse(`language agent ${settings.name}.ask`, 'a function of a prompt', ask);
  return deliberate<F>({
    lane: { deadline: '30s', pause: '30s' },
    ...rest,
    decide: async (shown, signal) => {
      const time = new Date(shown.ts).toISOString();
      const prompt = `${role}\n\nWhat you know at ${time}:\n${describe(shown.snapshot, shown)}\n\n${FORM}`;
      // The lane checks what they are.
      return readAnswers(await ask(prompt, signal)) as readonly Answer[];
    },
  });
}

/** The items of one JSON array, which may stand in a fence. @throws InputError for anything else */
function readAnswers(text: string): readonly unknown[] {
  const body = /^\s*(?:```(?:json)?\s*)?(\[[\s\S]*\])(?:\s*```)?\s*$/.exec(text)?.[1];
  if (body === undefined)
    throw new InputError('the model must answer with one JSON array, and wrote something else');
  let items: unknown;
  try {
    items = JSON.parse(body);
  } catch (error) {
    throw new InputError(`the model must answer with one JSON array: ${(error as Error).message}`);
  }
  return (items as readonly unknown[]).map((item) => {
    if (typeof item !== 'object' || item === null) return item;
    const { asset, instrument, exposure, confidence } = item as Readonly<Record<string, unknown>>;
    const of = {
      ...(asset === undefined ? {} : { asset }),
      ...(instrument === undefined ? {} : { instrument }),
    };
    return { of, exposure, confidence };
  });
}
