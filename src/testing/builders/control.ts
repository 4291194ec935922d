import type { ControlEvent } from '../../domain/event.js';

/** What an operator says besides the action. */
export interface ControlFixture {
  /** Such as `desk`, `venue:binance`, `instrument:ID` or `limit:maxPosition`. @default 'desk' */
  readonly scope?: string;
  /** The new limit of an action `limit`. @default 0 */
  readonly value?: number;
  /** @default 'anna' */
  readonly by?: string;
  /** @default 'a test' */
  readonly reason?: string;
}

/**
 * An operator's word.
 *
 * @example
 * control('kill');
 * control('limit', { scope: 'limit:maxPosition', value: 3 });
 */
export function control(action: ControlEvent['action'], fixture: ControlFixture = {}): ControlEvent {
  const { scope = 'desk', value = 0, by = 'anna', reason = 'a test' } = fixture;
  return { kind: 'control', action, scope, value, by, reason };
}
