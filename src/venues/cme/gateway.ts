import type { Instrument } from '../../domain/instrument.js';
import { cqg, type Field, type SessionDialect, standard, TAG, tt } from '../fix/index.js';

/** How a broker's gateway speaks FIX: its session, and what of the application messages is its own. */
export interface Gateway {
  readonly session: SessionDialect;
  /** The fields that name an instrument; what comes in is known by the same. */
  readonly identify: (instrument: Instrument) => readonly Field[];
  /** Further fields of every new order and replacement, such as the account type. */
  readonly orderFields: readonly Field[];
  /** What the logon says so that orders are canceled when the connection ends; empty: the broker sets it. */
  readonly cancelOnDisconnect: readonly Field[];
  /** It tells of all open orders at once (message AF of FIX 4.4); else each is asked for. */
  readonly massStatus: boolean;
  /**
   * It tells positions (messages AN and AP of FIX 4.4): of the quantities of its reports, the type that is the position
   * (tag 703), such as `TQ`. Else positions are not known by FIX.
   */
  readonly positions?: string;
  /**
   * It tells executions again (messages AD and AE of FIX 4.4), with the ids of their execution reports: the type of the
   * request (tag 569), `0` for all trades or `1` for those that match. Else executions that nobody heard are missing.
   */
  readonly trades?: string;
}

/** `202603` of a contract, by its expiry. */
function contractMonth({ expiry }: Instrument): string {
  const date = new Date(expiry as number);
  return `${date.getUTCFullYear()}${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

/**
 * A gateway that keeps to the standard: the symbol names the instrument.
 *
 * @example
 * standardGateway('FIX.4.4', { massStatus: true, positions: 'TQ', trades: '1' })
 */
export function standardGateway(version: SessionDialect['version'], more: Partial<Gateway> = {}): Gateway {
  return {
    session: standard(version),
    identify: ({ symbol }) => [[TAG.Symbol, symbol]],
    orderFields: [],
    cancelOnDisconnect: [],
    massStatus: false,
    ...more,
  };
}

/**
 * Trading Technologies: product, exchange, type and contract month name an instrument; the account is of type 1.
 *
 * @example
 * const gateway = ttGateway();
 */
export function ttGateway(more: Partial<Gateway> = {}): Gateway {
  return {
    session: tt(),
    identify: (instrument) => [
      [TAG.Symbol, instrument.base],
      [TAG.SecurityType, instrument.kind === 'spread' ? 'MLEG' : 'FUT'],
      ...(instrument.expiry === undefined
        ? []
        : [[TAG.MaturityMonthYear, contractMonth(instrument)] as const]),
      [TAG.SecurityExchange, 'CME'],
    ],
    orderFields: [],
    cancelOnDisconnect: [],
    massStatus: false,
    ...more,
  };
}

/**
 * CQG: its symbol names the instrument, fields that it does not list are left out.
 *
 * @example
 * const gateway = cqgGateway();
 */
export function cqgGateway(more: Partial<Gateway> = {}): Gateway {
  return {
    session: cqg(),
    identify: ({ symbol }) => [[TAG.Symbol, symbol]],
    orderFields: [],
    cancelOnDisconnect: [],
    massStatus: false,
    ...more,
  };
}

/** Finds the instrument that a message is about, by the fields that the gateway names it with. */
export class InstrumentNames<Listed extends { readonly definition: Instrument }> {
  readonly #tags: readonly number[];
  readonly #byName = new Map<string, Listed>();
  readonly #fields = new Map<Listed, readonly Field[]>();

  constructor(gateway: Gateway, listed: readonly Listed[]) {
    const tags = new Set<number>();
    for (const each of listed) {
      const fields = gateway.identify(each.definition);
      this.#fields.set(each, fields);
      for (const [tag] of fields) tags.add(tag);
    }
    this.#tags = [...tags];
    for (const [each, fields] of this.#fields) {
      const values = new Map(fields.map(([tag, value]) => [tag, String(value)]));
      this.#byName.set(
        this.#name((tag) => values.get(tag)),
        each,
      );
    }
  }

  /** The fields that name an instrument. */
  fieldsOf(listed: Listed): readonly Field[] {
    return this.#fields.get(listed) ?? [];
  }

  /** The tags among which a group of a message names its instrument. */
  get tags(): readonly number[] {
    return this.#tags;
  }

  find(get: (tag: number) => string | undefined): Listed | undefined {
    return this.#byName.get(this.#name(get));
  }

  #name(get: (tag: number) => string | undefined): string {
    return this.#tags.map((tag) => get(tag) ?? '').join('\x01');
  }
}
