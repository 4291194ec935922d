import { setTimeout as pause } from 'node:timers/promises';
import type { Observable } from 'rxjs';
import { integerAtLeast, knownKeys, positiveNumber, refuse } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { Alert } from './alert-board.js';

/** Where alerts are sent to. */
export interface AlertWebhookOptions {
  /** Takes a POST of JSON in the shape that Alertmanager sends to its webhooks. */
  readonly url: string;
  /** Sent as `Authorization: Bearer TOKEN`; never shown. @default none */
  readonly token?: string;
  /** Who speaks: the label `instance` of every alert. */
  readonly instance: string;
  /** Milliseconds after which an attempt is given up. @default 5000 */
  readonly timeout?: number;
  /** Milliseconds before the second attempt; doubles up to a minute. @default 500 */
  readonly firstWait?: number;
  /** Alerts that wait at most; when there are more, the oldest are given up. @default 1000 */
  readonly room?: number;
  /** Is told of every attempt that failed, and of alerts that were given up; never of the token. */
  readonly failed?: (why: string) => void;
}

/** Alerts on their way. */
export interface AlertWebhook {
  /** Alerts that wait. */
  readonly waiting: number;
  /** Sends no more. */
  close(): void;
}

/**
 * Sends alerts to a webhook, in their order, each again and again until it is taken: an answer of 200 to 299.
 *
 * At least once: whoever takes them must bear the same alert twice.
 *
 * @example
 * sendAlerts(alerts({ metrics: watch.metrics, rules: deskAlerts() }), { url: 'https://example.org/hook', instance: 'desk-a' });
 * @throws ConfigurationError naming the setting, its value and what would be right
 */
export function sendAlerts(alerts: Observable<Alert>, options: AlertWebhookOptions): AlertWebhook {
  knownKeys('sendAlerts', options, ['url', 'token', 'instance', 'timeout', 'firstWait', 'room', 'failed']);
  const { url, token, instance, failed = () => undefined } = options;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new ConfigurationError(
      `sendAlerts.url must be an address of http or https, not ${JSON.stringify(url)}`,
    );
  if (typeof instance !== 'string' || instance.length === 0)
    refuse('sendAlerts.instance', 'a name that is not empty', instance);
  const timeout = positiveNumber('sendAlerts.timeout', options.timeout ?? 5_000);
  const firstWait = positiveNumber('sendAlerts.firstWait', options.firstWait ?? 500);
  const room = integerAtLeast('sendAlerts.room', options.room ?? 1_000, 1);
  const queue: Alert[] = [];
  const closed = new AbortController();
  let sending = false;

  const attempt = async (alert: Alert): Promise<string | undefined> => {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(bodyOf(alert, instance)),
        signal: AbortSignal.any([closed.signal, AbortSignal.timeout(timeout)]),
      });
      await answer.arrayBuffer();
      return answer.ok ? undefined : `it answered ${answer.status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const send = async (): Promise<void> => {
    sending = true;
    let wait = firstWait;
    for (let alert = queue[0]; alert !== undefined && !closed.signal.aborted; alert = queue[0]) {
      const why = await attempt(alert);
      if (closed.signal.aborted) break;
      if (why === undefined) {
        // It may have been given up meanwhile.
        if (queue[0] === alert) queue.shift();
        wait = firstWait;
        continue;
      }
      failed(`alert ${alert.name} was not taken: ${why}`);
      await pause(wait, undefined, { signal: closed.signal }).catch(() => undefined);
      wait = Math.min(60_000, 2 * wait);
    }
    sending = false;
  };
  const subscription = alerts.subscribe((alert) => {
    queue.push(alert);
    if (queue.length > room) failed(`alert ${queue.shift()?.name} was given up: ${room} others wait`);
    if (!sending) void send();
  });
  return {
    get waiting() {
      return queue.length;
    },
    close: () => {
      subscription.unsubscribe();
      closed.abort();
    },
  };
}

const bodyOf = (
  { name, severity, state, labels, value, since, summary }: Alert,
  instance: string,
): object => ({
  version: '4',
  status: state,
  receiver: 'millrace',
  alerts: [
    {
      status: state,
      labels: { alertname: name, severity, instance, ...labels },
      annotations: { summary, value: String(value) },
      startsAt: new Date(since).toISOString(),
    },
  ],
});
