import { type Field, type FixMessage, formatTimestamp, TAG } from '../fix/index.js';

/** Reports beyond which an answer without an end is given up. */
const MOST = 100_000;
const SUCCESSFUL = '0';

/**
 * Message AD: the executions of the account from a time on.
 *
 * @param type of the request (tag 569), as the gateway wants it
 * @param since Unix milliseconds
 */
export function tradeRequest(
  id: string,
  type: string,
  account: string,
  since: number,
  now: number,
): readonly Field[] {
  const dated = (time: number): readonly Field[] => {
    const text = formatTimestamp(time);
    return [
      [TAG.TradeDate, text.slice(0, 8)],
      [TAG.TransactTime, text],
    ];
  };
  return [
    [TAG.MsgType, 'AD'],
    [TAG.TradeRequestID, id],
    [TAG.TradeRequestType, type],
    [TAG.SubscriptionRequestType, 0],
    [TAG.NoPartyIDs, 1],
    [TAG.PartyID, account],
    // D: an id of the broker's own; 24: the customer's account.
    [TAG.PartyIDSource, 'D'],
    [TAG.PartyRole, 24],
    [TAG.NoDates, 2],
    ...dated(Math.min(since, now)),
    ...dated(now),
  ];
}

/** Counts the reports (messages AQ and AE) that answer one request for executions, until they are whole. */
export class TradeAnswer {
  readonly id: string;
  /** From when on executions were asked for: Unix milliseconds. */
  readonly since: number;
  readonly #done: (missing: string | undefined) => void;
  readonly #seen = new Set<string>();
  #reports = 0;
  #total = Number.NaN;

  /** @param done is called once: with nothing when the answer was whole, else with what was wrong */
  constructor(id: string, since: number, done: (missing: string | undefined) => void) {
    this.id = id;
    this.since = since;
    let over = false;
    this.#done = (missing) => {
      if (!over) done(missing);
      over = true;
    };
  }

  take(message: FixMessage): void {
    const total = message.integer(TAG.TotNumTradeReports);
    if (!Number.isNaN(total)) this.#total = total;
    if (message.type === 'AQ') {
      const result = message.get(TAG.TradeRequestResult) ?? SUCCESSFUL;
      const refused = result !== SUCCESSFUL || message.get(TAG.TradeRequestStatus) === '2';
      if (refused) this.#done(message.get(TAG.Text) ?? `result ${result}`);
      else if (this.#total === 0) this.#done(undefined);
      return;
    }
    // One that comes twice does not stand for another.
    const report = message.get(TAG.TradeReportID) ?? `${message.sequence}`;
    if (!this.#seen.has(report)) this.#reports++;
    this.#seen.add(report);
    if (this.#reports >= MOST) this.#done(`more than ${MOST} reports`);
    else if (this.#reports >= this.#total) this.#done(undefined);
    else if (message.flag(TAG.LastRptRequested))
      this.#done(Number.isNaN(this.#total) ? undefined : `${this.#reports} reports of ${this.#total}`);
  }

  /** There will be no answer, or no more of it. */
  giveUp(): void {
    this.#done('no answer, or not the whole of it');
  }
}
