import { decimal, formatDecimal } from '../../domain/decimal.js';
import type { InterestEvent } from '../../domain/event.js';
import { listField, objectField, textField } from '../../streams/readers/fields.js';
import { venueMillis } from '../../streams/readers/times.js';
import type { VenuePort } from '../driver/venue-adapter.js';
import { messageOf } from './message-of.js';
import type { RestClient } from './rest-client.js';

const PAGE = 1_000;
const WEIGHT = 30;
/** The history may lag behind the stream: milliseconds until it is asked again. */
const WAITS: readonly number[] = [250, 1_000, 5_000, 15_000];
/** Payments are asked for again over so long. */
const OVERLAP = 60_000;
const MOST_KNOWN = 10_000;

/**
 * Funding of USD-M: the private stream says that there was a payment, and neither its id nor its contract; the account's history
 * says both. So the word makes us ask, and every reconciliation asks too: a payment is told once, also one that
 * happened while the connection was down.
 *
 * ```
 * stream    --F-------------      F: a balance changed by funding
 * history   --?--?----------      the first answer has it not yet
 * told      -----i----------      an `interest` event with the venue's id of the payment
 * ```
 */
export class FundingPayments {
  readonly #port: VenuePort;
  readonly #rest: RestClient;
  readonly #known = new Set<string>();
  #since: number;

  constructor(port: VenuePort, rest: RestClient) {
    this.#port = port;
    this.#rest = rest;
    this.#since = rest.venueTime();
  }

  /** The stream told of a payment. */
  announced(attempt: number = 0): void {
    this.tell(this.#since - OVERLAP).then(
      (news) => {
        if (news === 0) this.#again(attempt);
      },
      (error: unknown) => {
        if (attempt === WAITS.length)
          this.#port.fault('funding', `no history of funding: ${messageOf(error)}`);
        this.#again(attempt);
      },
    );
  }

  /** Tells payments since a time; a history that does not come is asked for again, and holds nothing else up. */
  async catchUp(since: number): Promise<void> {
    try {
      await this.tell(since);
    } catch {
      this.#since = Math.min(this.#since, since + OVERLAP);
      this.#again(0);
    }
  }

  /** Tells payments since a time (venue's clock) that were not told; returns how many. */
  async tell(since: number): Promise<number> {
    let news = 0;
    for (let from = Math.max(0, Math.floor(since)); ; ) {
      const asked = this.#rest.venueTime();
      const answer = await this.#rest.ask({
        ...{ kind: 'lookUp', cost: { weight: WEIGHT }, method: 'GET', path: 'income', signed: true },
        parameters: { incomeType: 'FUNDING_FEE', startTime: from, limit: PAGE },
      });
      const rows = listField(answer, 'income').map((row) => paymentOf(row, this.#port.venue));
      for (const payment of rows) if (this.#isNews(payment)) news++;
      const last = rows.at(-1)?.venueTime ?? 0;
      // A page that ends where it began would be asked for for ever.
      if (rows.length < PAGE || last <= from) {
        this.#since = Math.max(this.#since, asked);
        return news;
      }
      from = last;
    }
  }

  #again(attempt: number): void {
    const wait = WAITS[attempt];
    if (wait !== undefined) this.#port.after(wait, () => this.announced(attempt + 1));
  }

  #isNews(payment: InterestEvent): boolean {
    if (this.#known.has(payment.paymentId)) return false;
    this.#known.add(payment.paymentId);
    if (this.#known.size > MOST_KNOWN) {
      const [oldest] = this.#known;
      this.#known.delete(oldest as string);
    }
    this.#port.say(payment);
    return true;
  }
}

function paymentOf(row: unknown, venue: string): InterestEvent {
  const fields = objectField(row, 'income');
  return {
    kind: 'interest',
    venue,
    venueTime: venueMillis(fields['time'], 'time'),
    paymentId: `funding ${String(fields['symbol'])} ${String(fields['tranId'])}`,
    currency: textField(fields['asset'], 'asset'),
    amount: formatDecimal(decimal(textField(fields['income'], 'income'))),
  };
}
