/** Fields of the Elastic Common Schema 8.11, with its types. */
export const ECS_FIELDS = {
  '@timestamp': 'date',
  'ecs.version': 'keyword',
  'log.level': 'keyword',
  'log.logger': 'keyword',
  message: 'match_only_text',
  'service.name': 'keyword',
  'service.node.name': 'keyword',
  'event.kind': 'keyword',
  'event.dataset': 'keyword',
  'event.action': 'keyword',
  'event.outcome': 'keyword',
  'event.reason': 'keyword',
  'event.sequence': 'long',
  'event.duration': 'long',
  'trace.id': 'keyword',
  'error.code': 'keyword',
  'error.type': 'keyword',
  'error.message': 'match_only_text',
} as const;

/** Fields of our own. */
const OWN_FIELDS = {
  'millrace.sub': 'long',
  'millrace.leading': 'boolean',
  'millrace.cause': 'keyword',
  'millrace.component': 'keyword',
  'millrace.severity': 'keyword',
  'millrace.venue': 'keyword',
  'millrace.channel': 'keyword',
  'millrace.state': 'keyword',
  'millrace.instrument': 'keyword',
  'millrace.scope': 'keyword',
  'millrace.by': 'keyword',
  'millrace.value': 'double',
  'millrace.rule': 'keyword',
  'millrace.epoch': 'long',
  'millrace.leader': 'keyword',
  'millrace.role': 'keyword',
  'millrace.count': 'long',
  'millrace.market.bid': 'double',
  'millrace.market.ask': 'double',
  'millrace.market.mid': 'double',
  'millrace.signals': 'keyword',
  'millrace.votes': 'keyword',
  'millrace.based_on': 'long',
  'millrace.targets': 'keyword',
  'millrace.verdicts': 'keyword',
  'millrace.order.id': 'keyword',
  'millrace.order.side': 'keyword',
  'millrace.order.type': 'keyword',
  'millrace.order.time_in_force': 'keyword',
  'millrace.order.price': 'double',
  'millrace.order.quantity': 'double',
  'millrace.order.agents': 'keyword',
  'millrace.order.replaces': 'keyword',
  'millrace.fill.id': 'keyword',
  'millrace.fill.price': 'double',
  'millrace.fill.quantity': 'double',
  'millrace.fill.liquidity': 'keyword',
  'millrace.fill.fee': 'keyword',
  'millrace.fill.fee_currency': 'keyword',
} as const;

/**
 * Every field that a line may have, with its type: those of the Elastic Common Schema, and below `millrace.` our own; the index
 * template of `deploy/elasticsearch` is made from this table.
 *
 * @example
 * LOG_FIELDS['trace.id']; // 'keyword'
 */
export const LOG_FIELDS: typeof ECS_FIELDS & typeof OWN_FIELDS = { ...ECS_FIELDS, ...OWN_FIELDS };

/** How Elasticsearch keeps a field. */
export type LogFieldType = (typeof LOG_FIELDS)[LogField];

/** A field of a line. */
export type LogField = keyof typeof LOG_FIELDS;

/** What a field may hold. */
export type LogValue = string | number | boolean | readonly string[] | readonly number[];

/** Fields of one line; `undefined` and what is no finite number are left out. */
export type LogLine = { readonly [F in LogField]?: LogValue | undefined };

/** Fields of a line that is being made. */
export type LogFields = { -readonly [F in LogField]?: LogLine[F] };

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';
