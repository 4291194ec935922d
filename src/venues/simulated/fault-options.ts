import { integerAtLeast, knownKeys, nonEmptyName, numberAtLeast, oneOf, refuse } from '../../domain/check.js';
import type { ReportEvent } from '../../domain/event.js';

/**
 * What can go wrong at a venue, or on the way to it.
 *
 * With a submit `s`, a cancel `c`; accepted `a`, rejected `r`, fill `f`, canceled `x`, unknown `u`, link down and up `(` `)`:
 *
 * ```
 * commands            s---------c---
 * reject              r-------------   the venue is busy; it does not have the order
 * lostRequest         -----u--------   it never arrives; after the time-out nobody knows
 * lostReply           -----u--------   the venue has it, and its answer is lost
 * late                --a-----------   this word, and all behind it, come later
 * reorder             f-a-----------   this word comes later, others of the order overtake it
 * double              (aa)----------   the same word twice
 * repeatedExecution   af--f---------   an execution is told again, with its id and a later time
 * fillAfterCancel     a---------(xf)   executed before the cancel, told after it
 * disconnect          (----u---)----   reports meanwhile are lost: they come when asked for
 * ```
 */
export type FaultKind = (typeof OF_REQUESTS)[number] | (typeof OF_REPORTS)[number];

const OF_REQUESTS = ['reject', 'lostRequest', 'lostReply', 'fillAfterCancel', 'disconnect'] as const;
const OF_REPORTS = ['late', 'reorder', 'double', 'repeatedExecution'] as const;
const KINDS: readonly FaultKind[] = [...OF_REQUESTS, ...OF_REPORTS];
const REPORTS = [
  'accepted',
  'rejected',
  'fill',
  'canceled',
  'expired',
  'cancelRejected',
  'replaced',
  'replaceRejected',
  'notFound',
  'bust',
  'correction',
] as const;
const WHOLE_NUMBERS = ['seed', 'timeout', 'outage', 'lateness'] as const;

/** A fault that happens to whatever fits all that is said here, each time. */
export interface ScriptedFault {
  readonly fault: FaultKind;
  /** Client order id. @default every order */
  readonly order?: string;
  /** The n-th order submitted to the venue, from 1. @default every order */
  readonly nth?: number;
  /** From this time on, in Unix milliseconds. A disconnect with neither `order` nor `nth` happens at this time. */
  readonly from?: number;
  /** Before this time. */
  readonly until?: number;
  /** Which request is lost, or its reply. @default "submit" */
  readonly request?: 'submit' | 'cancel' | 'ask' | 'reconcile';
  /** Which report is late, out of order or told twice. @default every report */
  readonly report?: Exclude<ReportEvent['type'], 'unknown'>;
  /** Milliseconds of an outage or a delay. @default `outage` or `lateness` */
  readonly lasts?: number;
}

/** What a venue does wrong: by a script, by seeded chance, or both. */
export interface SimulatedFaults {
  readonly script?: readonly ScriptedFault[];
  /**
   * Probability from 0 to 1 of each kind: `lostRequest` and `lostReply` for every request, `fillAfterCancel` for every
   * cancel, `reject` and `disconnect` for every submit, the others for every report. @default never
   */
  readonly chances?: { readonly [Kind in FaultKind]?: number };
  /** From this time on, in Unix milliseconds, nothing goes wrong by chance. @default never */
  readonly calmFrom?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Milliseconds without a word after which a submit or cancel is `unknown`. @default 1,000 */
  readonly timeout?: number;
  /** Milliseconds of an outage; by chance, at most so many. @default 5,000 */
  readonly outage?: number;
  /** Milliseconds by which words are late; by chance, at most so many. @default 500 */
  readonly lateness?: number;
}

/** {@link SimulatedFaults}, checked and complete. */
export interface FaultSettings extends Required<SimulatedFaults> {}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function faultSettings(at: string, faults: SimulatedFaults): FaultSettings {
  if (typeof faults !== 'object' || faults === null) refuse(at, 'an object', faults);
  knownKeys(at, faults, ['script', 'chances', 'calmFrom', ...WHOLE_NUMBERS]);
  const { script = [], chances = {}, calmFrom = Number.POSITIVE_INFINITY } = faults;
  const { seed = 1, timeout = 1_000, outage = 5_000, lateness = 500 } = faults;
  if (!Array.isArray(script)) refuse(`${at}.script`, 'an array', script);
  if (typeof chances !== 'object' || chances === null) refuse(`${at}.chances`, 'an object', chances);
  knownKeys(`${at}.chances`, chances, KINDS);
  for (const [kind, chance] of Object.entries(chances)) numberAtLeast(`${at}.chances.${kind}`, chance, 0, 1);
  for (const [index, each] of script.entries()) checkScripted(`${at}.script[${index}]`, each);
  return {
    script: [...script],
    chances: { ...chances },
    calmFrom: calmFrom === Number.POSITIVE_INFINITY ? calmFrom : numberAtLeast(`${at}.calmFrom`, calmFrom, 0),
    seed: integerAtLeast(`${at}.seed`, seed, 0),
    timeout: integerAtLeast(`${at}.timeout`, timeout, 1),
    outage: integerAtLeast(`${at}.outage`, outage, 1),
    lateness: integerAtLeast(`${at}.lateness`, lateness, 1),
  };
}

function checkScripted(at: string, scripted: ScriptedFault): void {
  if (typeof scripted !== 'object' || scripted === null) refuse(at, 'an object', scripted);
  knownKeys(at, scripted, ['fault', 'order', 'nth', 'from', 'until', 'request', 'report', 'lasts']);
  const { fault, order, nth, from, until, request, report, lasts } = scripted;
  oneOf(`${at}.fault`, fault, KINDS);
  if (order !== undefined) nonEmptyName(`${at}.order`, order);
  if (nth !== undefined) integerAtLeast(`${at}.nth`, nth, 1);
  if (from !== undefined) numberAtLeast(`${at}.from`, from, 0);
  if (until !== undefined) numberAtLeast(`${at}.until`, until, from ?? 0);
  if (lasts !== undefined) numberAtLeast(`${at}.lasts`, lasts, 0);
  if (report !== undefined) {
    oneOf(`${at}.report`, report, REPORTS);
    if (!OF_REPORTS.some((kind) => kind === fault))
      refuse(`${at}.report`, `left out for ${fault}, a fault of requests`, report);
  }
  if (request !== undefined) {
    oneOf(`${at}.request`, request, ['submit', 'cancel', 'ask', 'reconcile']);
    if (fault !== 'lostRequest' && fault !== 'lostReply')
      refuse(`${at}.request`, `left out for ${fault}`, request);
  }
  if (fault === 'disconnect' && order === undefined && nth === undefined && from === undefined)
    refuse(`${at}.from`, 'the time of the disconnect, unless an order causes it', from);
}
