import { integerAtLeast, knownKeys, positiveNumber } from '../../domain/check.js';
import { fromPlain } from '../../domain/plain.js';
import { executionKey } from '../ledger/executions.js';
import type { RiskRule } from './rule.js';
import { type RuleScope, Scope } from './scope.js';

/** How much talk a fill may cost. */
export interface MessagesPerFillOptions {
  /** Orders and cancels for each execution. */
  readonly limit: number;
  /** So many messages of a day are free. @default 100 */
  readonly free?: number;
  /** Where. @default everywhere */
  readonly scope?: Omit<RuleScope, 'agent'>;
}

/** Of the present UTC day. */
interface Talk {
  day: number;
  messages: number;
  fills: number;
  /** The last executions: one that is told again is no other fill. */
  executions: Set<string>;
}

/** So many executions are remembered. */
const REMEMBERED = 1_000;

const DAY = 86_400_000;

/**
 * No more orders and cancels for each execution than this: venues fine those who talk and do not trade.
 *
 * ```
 * proposals  --a-b-c-     nothing is filled
 *            risk([messagesPerFill({ limit: 10, free: 2 })]) after 9 orders, 1 execution
 * verdicts   --y-n-n-
 * ```
 *
 * It counts from midnight UTC. Cancels and reductions are counted and never denied.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([messagesPerFill({ limit: 50, free: 1_000, scope: { venue: 'cme' } })])
 */
export function messagesPerFill(options: MessagesPerFillOptions): RiskRule<Talk> {
  knownKeys('messagesPerFill', options, ['limit', 'free', 'scope']);
  const limit = positiveNumber('messagesPerFill.limit', options.limit);
  const free = integerAtLeast('messagesPerFill.free', options.free ?? 100, 0);
  const scope = new Scope('messagesPerFill', options.scope, ['venue', 'instrument', 'asset']);
  return {
    name: scope.ruleName('messagesPerFill'),
    limit,
    fingerprint: `messagesPerFill(${free},${scope.name})`,
    check: (instruments) => scope.check(instruments),
    observes: ['submitted', 'cancelRequested', 'report'],
    init: () => ({ day: 0, messages: 0, fills: 0, executions: new Set() }),
    observe: (talk, event, view, index) => {
      if (index < 0 || !scope.has(view.instruments.at(index))) return;
      const day = Math.floor(view.ts / DAY);
      if (day !== talk.day) Object.assign(talk, { day, messages: 0, fills: 0 });
      if (event.kind !== 'report') talk.messages++;
      else if (event.type === 'fill' && isNew(talk, executionKey(event))) talk.fills++;
    },
    save: ({ day, messages, fills, executions }) => ({ day, messages, fills, executions: [...executions] }),
    restore: (saved) => {
      const { executions, ...counts } = fromPlain<
        Omit<Talk, 'executions'> & {
          readonly executions: readonly string[];
        }
      >(saved);
      return { ...counts, executions: new Set(executions) };
    },
    uses: (_limit, view, talk) => {
      const today = Math.floor(view.ts / DAY) === talk.day;
      return today && talk.messages > free ? talk.messages / Math.max(1, talk.fills) : 0;
    },
    judge: (_proposal, listed, allowed, view, talk) => {
      if (!scope.has(listed)) return undefined;
      const today = Math.floor(view.ts / DAY) === talk.day;
      const messages = (today ? talk.messages : 0) + view.onTheWay.length + 1;
      const fills = Math.max(1, today ? talk.fills : 0);
      if (messages <= free || messages / fills <= allowed) return undefined;
      return `${messages} messages for ${today ? talk.fills : 0} fills, beyond the limit of ${allowed} for each`;
    },
  };
}

function isNew({ executions }: Talk, key: string): boolean {
  if (executions.has(key)) return false;
  executions.add(key);
  if (executions.size > REMEMBERED) executions.delete(executions.values().next().value as string);
  return true;
}
