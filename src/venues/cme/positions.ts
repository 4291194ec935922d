import type { TruePosition } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Field, type FixMessage, formatTimestamp, type Group, TAG } from '../fix/index.js';
import type { InstrumentNames } from './gateway.js';

/** Message AN: the positions of the account, as they are now. */
export function positionRequest(id: string, account: string, now: number): readonly Field[] {
  const time = formatTimestamp(now);
  return [
    [TAG.MsgType, 'AN'],
    [TAG.PosReqID, id],
    // 0: positions.
    [TAG.PosReqType, 0],
    [TAG.SubscriptionRequestType, 0],
    [TAG.NoPartyIDs, 1],
    [TAG.PartyID, account],
    // D: an id of the broker's own; 24: the customer's account.
    [TAG.PartyIDSource, 'D'],
    [TAG.PartyRole, 24],
    [TAG.Account, account],
    [TAG.AccountType, 1],
    [TAG.ClearingBusinessDate, time.slice(0, 8)],
    [TAG.TransactTime, time],
  ];
}

const MEMBERS: ReadonlySet<number> = new Set([TAG.PosType, TAG.LongQty, TAG.ShortQty]);
/** Results (tag 728) of a request that is answered: valid, and that there are none. */
const VALID = '0';
const NONE = '2';

/** Gathers the reports (messages AO and AP) that answer one request for positions. */
export class PositionSnapshot {
  readonly id: string;
  readonly #kind: string;
  readonly #names: InstrumentNames<ListedInstrument>;
  readonly #listed: readonly ListedInstrument[];
  readonly #done: (told: readonly TruePosition[] | string) => void;
  readonly #lots = new Map<ListedInstrument, number>();
  #reports = 0;
  #total = Number.NaN;

  /**
   * @param kind of the quantities of a report, the one that is the position (tag 703), such as `TQ`
   * @param done is called once: with a position for each instrument, those that are flat with 0, or why there are none
   */
  constructor(
    id: string,
    kind: string,
    names: InstrumentNames<ListedInstrument>,
    listed: readonly ListedInstrument[],
    done: (told: readonly TruePosition[] | string) => void,
  ) {
    this.id = id;
    this.#kind = kind;
    this.#names = names;
    this.#listed = listed;
    let over = false;
    this.#done = (told) => {
      if (!over) done(told);
      over = true;
    };
  }

  take(message: FixMessage): void {
    const result = message.get(TAG.PosReqResult) ?? VALID;
    const total = message.integer(TAG.TotalNumPosReports);
    if (!Number.isNaN(total)) this.#total = total;
    if (result !== VALID && result !== NONE) {
      this.#done(message.get(TAG.Text) ?? `result ${result}`);
      return;
    }
    if (message.type === 'AP' && result === VALID) {
      this.#reports++;
      const fault = this.#report(message);
      if (fault !== undefined) {
        this.#done(fault);
        return;
      }
    }
    if (result === NONE || this.#reports >= this.#total) this.#done(this.#positions());
  }

  /** There will be no answer, or no more of it. */
  giveUp(): void {
    this.#done('no answer, or not the whole of it');
  }

  /** @returns why it cannot be read: half of a truth is none */
  #report(message: FixMessage): string | undefined {
    const listed = this.#names.find((tag) => message.get(tag));
    // Of an instrument that is not traded here nothing is to be known.
    if (listed === undefined) return undefined;
    for (const group of message.groups(TAG.NoPositions, MEMBERS)) {
      if (group.get(TAG.PosType) !== this.#kind) continue;
      const lots = lotsIn(group, TAG.LongQty, listed) - lotsIn(group, TAG.ShortQty, listed);
      if (Number.isNaN(lots)) return `a quantity of ${listed.id} is no number of lots`;
      this.#lots.set(listed, (this.#lots.get(listed) ?? 0) + lots);
    }
    return undefined;
  }

  #positions(): readonly TruePosition[] {
    // FIX tells the price of the settlement, not that of the entry: none is known.
    return this.#listed.map((listed) => ({
      instrument: listed.id,
      quantity: this.#lots.get(listed) ?? 0,
      averagePrice: '0',
    }));
  }
}

const lotsIn = (group: Group, tag: number, { quantities }: ListedInstrument): number => {
  const text = group.get(tag);
  return text === undefined ? 0 : quantities.tryParse(text);
};
