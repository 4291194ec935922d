import type { StageContext } from '../core/context.js';
import { type Frame, NONE } from '../core/frame.js';
import { type StageOperator, stage } from '../core/stage.js';
import type { Approved } from '../domain/approval.js';
import { isGenuineApproval } from '../domain/approval.js';
import { type ClientOrderId, clientOrderId } from '../domain/brand.js';
import { knownKeys, refuse } from '../domain/check.js';
import type { SubmitCommand } from '../domain/command.js';
import type { Order } from '../domain/order.js';
import {
  type CapabilitiesByVenue,
  capabilitiesByVenue,
  clientOrderIdFault,
  type VenueCapabilities,
} from '../domain/venue-capabilities.js';
import type { VerdictFields } from './risk/verdict-fields.js';

/** What `dispatch` adds to a frame. */
export interface CommandFields {
  /** Orders on their way to the gate. */
  commands: readonly SubmitCommand[];
}

/** How orders are named and replaced. */
export interface DispatchOptions {
  /** First part of every client order id: 1 to 8 letters and digits. @default "mr" */
  readonly desk?: string;
  /** What is known of the venues: who replaces orders natively. @default nobody does */
  readonly venues?: CapabilitiesByVenue;
}

/**
 * Turns approvals into commands, and tells the ledger of them before the next event is judged.
 *
 * ```
 * proposals  q---b---(nb)----     b: risk approves it, n: risk denies it
 *            dispatch()
 * passed     (qy)(bs)(ndbs)--     s: submitted and d: denied pass before the next event does
 * ```
 *
 * It takes verdicts of risk and nothing else: proposals that no risk operator has judged do not compile here, and a
 * forged approval throws. The client order id is a pure function of the desk and the order's place in the log, so a
 * mirror gives the same order the same name.
 *
 * An order that `replaces` another goes to a venue with `nativeReplace` as it is: one request, which puts it in the place of
 * the other or leaves that. Elsewhere the other is canceled and the order sent, in one frame, the cancel first. Either way
 * risk approved the order beside the other, so that both count should both trade; an approval for one order in the place
 * of another is not one for a third.
 *
 * @throws ConfigurationError for a desk name that venues would not take
 *
 * @example
 * compose(settings, books(), ledger({ reportingCurrency: 'USD' }), agents([trend]), confidenceWeighted(),
 *   sizing({ budget: 60_000 }), bestNetPrice(), risk([maxPosition({ limit: 2 })]), dispatch());
 */
export function dispatch(options: DispatchOptions = {}): StageOperator<Frame & VerdictFields, CommandFields> {
  knownKeys('dispatch', options, ['desk', 'venues']);
  const desk = options.desk ?? 'mr';
  const venues = capabilitiesByVenue('dispatch.venues', options.venues ?? {});
  if (!/^[A-Za-z0-9]{1,8}$/.test(desk)) refuse('dispatch.desk', '1 to 8 letters and digits', desk);
  for (const [venue, capabilities] of Object.entries(venues)) checkNames(desk, venue, capabilities);
  return stage<Frame & VerdictFields, CommandFields, null>({
    name: 'dispatch',
    fingerprint: JSON.stringify([desk, venues]),
    assumes: venues,
    adds: { commands: NONE },
    init: () => null,
    step: (_state, frame, context) => {
      if (frame.verdicts.length === 0) return;
      const commands: SubmitCommand[] = [];
      for (const verdict of frame.verdicts) {
        if (verdict.kind === 'approved') {
          const order = orderOf(verdict, desk, commands.length, frame, context);
          if (order.replaces !== undefined && venues[order.venue]?.nativeReplace !== true)
            cancelReplaced(order, order.replaces, context);
          commands.push({ kind: 'submit', approved: verdict, order });
          context.derive({ kind: 'submitted', order });
        } else {
          const { proposal, rule, reason } = verdict;
          context.derive({ kind: 'denied', proposal, rule, reason });
        }
      }
      if (commands.length > 0) frame.commands = commands;
    },
    save: () => null,
    restore: () => null,
  });
}

/** Ids as long as they get in a log of 36^8 events: a year of 80,000 a second. */
const LONGEST_PLACE = `${'z'.repeat(8)}-zz-zz`;
/** Every character that an id may have. */
const CHARACTERS = '-0123456789abcdefghijklmnopqrstuvwxyz';

/** Refuses a venue that would not take the names of this desk's orders. */
function checkNames(desk: string, venue: string, capabilities: Required<VenueCapabilities>): void {
  const { clientOrderIdAlphabet, clientOrderIdLength } = capabilities;
  const longest = `${desk}-${LONGEST_PLACE}`;
  if (
    clientOrderIdFault(`${desk}${CHARACTERS}`, { clientOrderIdAlphabet, clientOrderIdLength: 100 }) !==
    undefined
  )
    refuse(
      `dispatch.venues.${venue}.clientOrderIdAlphabet`,
      `one with the characters of ids such as "${desk}-1z-0-0"`,
      clientOrderIdAlphabet,
    );
  if (longest.length > clientOrderIdLength)
    refuse(
      `dispatch.venues.${venue}.clientOrderIdLength`,
      `at least ${longest.length}, as long as ids of desk "${desk}" may get (a shorter desk gives shorter ids)`,
      clientOrderIdLength,
    );
}

/** The order that an approval allows. @throws TypeError when risk did not make the approval */
function orderOf(
  approved: Approved,
  desk: string,
  place: number,
  frame: Frame,
  { instruments }: StageContext,
): Order {
  if (!isGenuineApproval(approved)) {
    throw new TypeError('dispatch was handed an order that no risk operator approved; it is not sent');
  }
  const { proposal } = approved;
  const listed = instruments.find(proposal.instrument);
  if (listed === undefined)
    throw new TypeError(`dispatch was handed an order for ${proposal.instrument}, which nobody knows`);
  // Not a spread, for the reason that approvals have.
  return Object.freeze(
    Object.assign({}, proposal, {
      clientOrderId: clientOrderId(
        `${desk}-${frame.seq.toString(36)}-${frame.sub.toString(36)}-${place.toString(36)}`,
      ),
      venue: listed.definition.venue,
      requestTime: frame.ts,
    }),
  );
}

/** The ledger is told of the cancel first: the order waits for that, not for the venue to replace it. */
function cancelReplaced(order: Order, clientOrderId: ClientOrderId, context: StageContext): void {
  const { venue, instrument, requestTime } = order;
  const reason = `replaced by ${order.clientOrderId}`;
  context.request({ kind: 'cancel', venue, instrument, clientOrderId, requestTime, reason });
  context.derive({ kind: 'cancelRequested', instrument, clientOrderId, reason });
}
