import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, numberAtLeast } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { MarketFields } from '../books/books.js';
import type { TargetFields } from '../ensemble/confidence-weighted.js';
import type { LedgerFields } from '../ledger/stage.js';
import type { IntentFields } from '../sizing/sizing.js';
import type { ProposalFields } from './best-net-price.js';
import type { ParentWord } from './parent-word.js';
import { checkedPlacement, type Placement } from './placement.js';
import { Router } from './router.js';
import { checkedSchedule, type Schedule } from './schedule.js';

/** What `smartRouting` adds to a frame beside the proposals. */
export interface ParentFields {
  /** What became of parent orders. */
  parents: readonly ParentWord[];
}

/** How parent orders are executed. */
export interface SmartRoutingOptions {
  /** When parts are sent. @default all at once */
  readonly schedule?: Schedule;
  /** Other schedules, by asset (`BTC`) or instrument id. @default none */
  readonly schedules?: Readonly<Record<string, Schedule>>;
  /** Whether parts take or wait. @default they take */
  readonly placement?: Placement;
  /** How far beyond the best price of a book its levels are taken, as a share of it. @default 0.0005 */
  readonly collar?: number;
  /** A market not heard of for so long is not traded on. @default "5s" */
  readonly staleAfter?: Duration;
  /** How long a book is left alone of which an order took less than it showed; the first pause after a denial. @default "500ms" */
  readonly retryAfter?: Duration;
  /** What a second of a venue's latency costs, as a share of the price: a slow venue must be so much better. @default 0 */
  readonly latencyCost?: number;
}

type Needs = Frame & MarketFields & LedgerFields & TargetFields & IntentFields;

/**
 * Executes each intent as a parent order: its parts are sent by a schedule, split over the books of all venues, and followed
 * until they have ended.
 *
 * ```
 * intents    --b---------------     buy 3; a: one venue, b: another
 *            smartRouting({ schedule: { kind: 'twap', over: '3s', every: '1s' } })
 * proposals  --a----b----(ab)--     one lot a second, wherever it nets most, or on both
 * ```
 *
 * - Every child is a proposal of the frame in which it is due: risk judges it there and then. Never more works and has traded
 *   together than the parent wants.
 * - What is left is sent again, to another venue too, when the outcome of the first is known. An order in doubt counts in full.
 * - A venue with a link down, or that rejects, is left alone (1 s, doubling to a minute); so is a market that is unsynced, closed,
 *   stale or without a rate.
 * - What closes a position of the same agents goes first; spot is never sold short, nor sold from under another agent.
 * - An intent for a parent that is under way restates what is missing. One in the other direction cancels what works first, and so does a
 *   target of which sizing says nothing: sizing comes back.
 * - Time comes by timers, which snapshots carry. Nothing is lost between a schedule and a restore.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * smartRouting({ schedule: { kind: 'twap', over: '10m', every: '15s' } });
 */
export function smartRouting(
  options: SmartRoutingOptions = {},
): StageOperator<Needs, ProposalFields & ParentFields> {
  knownKeys('smartRouting', options, [
    'schedule',
    'schedules',
    'placement',
    'collar',
    'staleAfter',
    'retryAfter',
    'latencyCost',
  ]);
  const settings = {
    schedule: checkedSchedule('smartRouting.schedule', options.schedule ?? { kind: 'immediate' }),
    schedules: new Map(
      Object.entries(options.schedules ?? {}).map(
        ([name, each]) => [name, checkedSchedule(`smartRouting.schedules.${name}`, each)] as const,
      ),
    ),
    placement: checkedPlacement('smartRouting.placement', options.placement ?? { kind: 'take' }),
    collar: numberAtLeast('smartRouting.collar', options.collar ?? 0.000_5, 0, 0.1),
    staleAfter: milliseconds('smartRouting.staleAfter', options.staleAfter ?? '5s'),
    retryAfter: milliseconds('smartRouting.retryAfter', options.retryAfter ?? '500ms'),
    latencyCost: numberAtLeast('smartRouting.latencyCost', options.latencyCost ?? 0, 0),
  };
  return stage<Needs, ProposalFields & ParentFields, Router>({
    name: 'routing',
    fingerprint: JSON.stringify({
      kind: 'smartRouting',
      ...settings,
      schedules: [...settings.schedules].sort(([one], [two]) => (one < two ? -1 : 1)),
    }),
    adds: { proposals: NONE, parents: NONE },
    init: ({ instruments }) => new Router(settings, instruments),
    step: (router, frame, context) => router.step(frame, context),
    save: (router) => router.save(),
    restore: (saved, { instruments }) => Router.restore(settings, instruments, saved),
  });
}
