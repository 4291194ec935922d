import type { FaultEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { LogLevel } from '../log-fields.js';
import type { LoggedFrame } from '../logged-frame.js';
import type { LineSink } from './line-sink.js';
import { orderFields, proposalFields } from './order-fields.js';
import type { Places } from './places.js';
import { reportLine } from './report-line.js';

const FAULT_LEVELS: Readonly<Record<FaultEvent['severity'], LogLevel>> = {
  notice: 'warn',
  quarantine: 'error',
  halt: 'fatal',
};

/** What the event of a frame itself says; market data says nothing. */
export function eventLine(sink: LineSink, places: Places, table: InstrumentTable, frame: LoggedFrame): void {
  const { event } = frame;
  switch (event.kind) {
    case 'submitted': {
      const { order } = event;
      places.began(frame, order);
      sink.line(
        'info',
        'order-submitted',
        { ...places.at(frame), ...orderFields(table, order) },
        `${order.side} ${order.instrument}: order ${order.clientOrderId} submitted`,
      );
      return;
    }
    case 'denied':
      sink.line(
        'warn',
        'denied',
        {
          ...places.at(frame),
          ...proposalFields(table, event.proposal),
          'event.outcome': 'failure',
          'event.reason': event.reason,
          'millrace.rule': event.rule,
        },
        `denied by ${event.rule}: ${event.reason}`,
      );
      return;
    case 'report':
      reportLine(sink, places, table, frame, event);
      return;
    case 'cancelRequested':
    case 'lookedUp': {
      const action = event.kind === 'lookedUp' ? 'order-lookedUp' : 'order-cancelRequested';
      sink.line(
        event.kind === 'lookedUp' ? 'warn' : 'info',
        action,
        {
          ...places.at(frame, event.clientOrderId),
          'millrace.instrument': event.instrument,
          'event.reason': event.reason,
          ...(event.kind === 'lookedUp' ? { 'millrace.state': event.outcome } : {}),
        },
        `order ${event.clientOrderId}: ${event.kind === 'lookedUp' ? event.outcome : 'cancel requested'}: ${event.reason}`,
      );
      return;
    }
    case 'control':
      sink.line(
        event.action === 'kill' ? 'error' : 'warn',
        `control-${event.action}`,
        {
          ...places.at(frame),
          'millrace.scope': event.scope,
          'millrace.by': event.by,
          'event.reason': event.reason,
          ...(event.action === 'limit' ? { 'millrace.value': event.value } : {}),
        },
        `${event.action} ${event.scope} by ${event.by}: ${event.reason}`,
      );
      return;
    case 'fault':
      sink.line(
        FAULT_LEVELS[event.severity],
        event.severity === 'notice' ? 'fault' : event.severity,
        {
          ...places.at(frame),
          'event.outcome': 'failure',
          'error.code': event.code,
          'error.type': event.component,
          'error.message': event.message,
          'millrace.component': event.component,
          'millrace.severity': event.severity,
        },
        `${event.component} ${event.code}: ${event.message}`,
      );
      return;
    case 'link':
      sink.line(
        event.state === 'up' ? 'info' : 'warn',
        'link',
        {
          ...places.at(frame),
          'millrace.venue': event.venue,
          'millrace.channel': event.channel,
          'millrace.state': event.state,
          'event.reason': event.reason,
        },
        `${event.venue} ${event.channel} is ${event.state}: ${event.reason}`,
      );
      return;
    case 'sync':
      sink.line(
        event.state === 'synced' ? 'info' : 'warn',
        event.state === 'synced' ? 'synced' : 'gap',
        { ...places.at(frame), 'millrace.instrument': event.instrument, 'millrace.state': event.state },
        `the book of ${event.instrument} is ${event.state}`,
      );
      return;
    case 'truth':
      sink.line(
        'info',
        'reconciled',
        { ...places.at(frame), 'millrace.venue': event.venue },
        `${event.venue} told its truth`,
      );
      return;
    case 'epoch':
      sink.line(
        'warn',
        'takeover',
        { ...places.at(frame), 'millrace.epoch': event.epoch, 'millrace.leader': event.leader },
        `${event.leader} leads in epoch ${event.epoch}`,
      );
      return;
    default:
  }
}
