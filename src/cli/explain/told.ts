import type { Event } from '../../domain/event.js';
import { InstrumentTable } from '../../domain/instrument-table.js';
import type { Order, Proposal } from '../../domain/order.js';
import type { Explanation, Happening, Place } from './witness.js';

/** An explanation as text for people: from the tick to the last fill. */
export function told(explanation: Explanation): string {
  const { order, definition, cause, market, features, signals, votes, targets, intents } = explanation;
  const words = wordsFor(explanation);
  const at = (place: Place): string =>
    `${when(place.ts)}  seq ${place.seq}${place.sub === 0 ? '' : `.${place.sub}`}`;
  const age = (place: Place): string => `${duration(order.requestTime - place.ts)} before`;
  const lines = [
    `${order.clientOrderId}: ${words.order(order)}`,
    '',
    `${at(cause)}  ${causeOf(cause.event)}`,
    ...(market === null
      ? []
      : [`  market    bid ${number(market.bid)}, ask ${number(market.ask)}, mid ${number(market.mid)}`]),
    ...(Object.keys(features).length === 0 ? [] : [`  features  ${row(features)}`]),
    ...signals.map(
      ({ signal, ...place }) =>
        `  signal    ${signal.name} on ${signal.instrument}: ${arrow(signal.direction)}, strength ${number(signal.strength)}, confidence ${number(signal.confidence)}, ${age(place)}`,
    ),
    ...votes.flatMap(({ decision, part, features: then, ...place }) => [
      `  vote      ${decision.agent}: exposure ${number(decision.exposure)}, confidence ${number(decision.confidence)}, ${part === null ? 'no part' : `part ${number(part)}`}, ${age(place)} (seq ${place.seq})`,
      ...(Object.keys(then).length === 0 || place.seq === cause.seq
        ? []
        : [`              saw ${row(then)}`]),
    ]),
    ...targets.map(
      ({ target: { of, exposure, contributions }, ...place }) =>
        `  ensemble  wants ${number(exposure)} of the budget in ${of.asset ?? of.instrument} (${contributions.map(({ agent, exposure: part }) => `${agent} ${number(part)}`).join(', ')}), since ${age(place)}`,
    ),
    ...intents.map(
      ({ side, quantity, shares }) =>
        `  sizing    ${side} ${number(quantity)} ${definition?.base ?? ''} (${shares.map(({ agent, quantity: part }) => `${agent} ${number(part)}`).join(', ')})`,
    ),
    ...explanation.proposals.map((proposal) => `  routing   ${words.order(proposal)}`),
    ...explanation.denied.map(
      ({ proposal, rule, reason }) => `  denied    ${words.order(proposal)}: ${rule}: ${reason}`,
    ),
    ...explanation.risk.map(({ code, message }) => `  risk      ${code}: ${message}`),
    `  risk      approved: ${words.order(order)}`,
    '',
    ...explanation.later.map(
      (happening) => `${at(happening)}  +${duration(happening.after)}  ${words.happening(happening)}`,
    ),
    ...(explanation.later.length === 0 ? ['nothing was heard of it in this journal'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function wordsFor({ order: about, definition }: Explanation) {
  const listed = definition === null ? undefined : new InstrumentTable([definition]).at(0);
  const price = (ticks: number): string =>
    listed === undefined ? `${ticks} ticks` : number(listed.prices.toNumber(ticks));
  const lots = (quantity: number): string =>
    listed === undefined ? `${quantity} lots` : number(listed.quantities.toNumber(quantity));
  // Another instrument has another grid: its own is not at hand, so lots and ticks are told.
  const order = ({
    side,
    type,
    quantity,
    instrument,
    price: ticks,
    timeInForce,
  }: Order | Proposal): string =>
    instrument === about.instrument
      ? `${side} ${lots(quantity)} ${instrument} ${type}${ticks === 0 ? '' : ` ${price(ticks)}`} ${timeInForce}`
      : `${side} ${quantity} lots ${instrument} ${type}${ticks === 0 ? '' : ` ${ticks} ticks`} ${timeInForce}`;
  const happening = ({ event, position, profit }: Happening): string => {
    if (event.kind === 'cancelRequested') return `cancel requested: ${event.reason}`;
    if (event.kind === 'lookedUp') return `looked up: ${event.outcome}: ${event.reason}`;
    if (event.kind !== 'report') return event.kind;
    if (event.type !== 'fill') {
      const { reason } = event;
      return `${event.type}${reason === '' ? '' : `: ${reason}`}`;
    }
    const { arrivalMid, side } = about;
    const paid = listed === undefined ? Number.NaN : listed.prices.toNumber(event.price);
    const slippage = ((side === 'buy' ? 1 : -1) * (paid - arrivalMid) * 10_000) / arrivalMid;
    return [
      `filled ${lots(event.quantity)} at ${price(event.price)} as ${event.liquidity}, fee ${event.fee} ${event.feeCurrency}`,
      ...(Number.isNaN(slippage) ? [] : [`${number(slippage)} bp against the mid at the decision`]),
      ...(position === null ? [] : [`position ${number(position)}`]),
      ...(profit === null ? [] : [`profit ${number(profit)}`]),
    ].join(', ');
  };
  return { order, happening };
}

function causeOf(event: Event): string {
  switch (event.kind) {
    case 'timer':
      return `the timer ${event.name} was due`;
    case 'control':
      return `${event.by}: ${event.action} ${event.scope}: ${event.reason}`;
    case 'decision':
      return `a decision of ${event.decision.agent} came in, based on seq ${event.decision.basedOn}`;
    case 'report':
      return `a report on ${event.clientOrderId}: ${event.type}`;
    default:
      return 'instrument' in event ? `a ${event.kind} of ${event.instrument}` : `a ${event.kind} event`;
  }
}

const when = (ts: number): string => new Date(ts).toISOString().replace('T', ' ').replace('Z', '');
const row = (features: Readonly<Record<string, number>>): string =>
  Object.entries(features)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ');
const arrow = (direction: number): string => (direction > 0 ? 'up' : direction < 0 ? 'down' : 'flat');
const number = (value: number): string =>
  Number.isNaN(value) ? 'unknown' : String(Number(value.toPrecision(8)));

function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${number(Number(milliseconds.toFixed(3)))} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(3)} s`;
  return `${(milliseconds / 60_000).toFixed(1)} min`;
}
