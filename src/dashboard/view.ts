/** A number, or `null` where it is unknown: JSON has no `NaN`. */
export type Known = number | null;

/** One market. Prices in the quote currency, quantities in base units (contracts of a derivative). */
export interface MarketPart {
  readonly id: string;
  readonly venue: string;
  readonly symbol: string;
  readonly quote: string;
  /** What quantities are counted in: `BTC`, or `contracts`. */
  readonly unit: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  readonly bid: Known;
  readonly ask: Known;
  readonly bidQuantity: Known;
  readonly askQuantity: Known;
  readonly last: Known;
  /** Share of the mid, in basis points. */
  readonly spread: Known;
  readonly synced: boolean;
  /** When it was last heard of (Unix milliseconds of the log); `null`: never. */
  readonly heardAt: Known;
  /** Levels, the best first: price, quantity, and so on; empty where no book is kept. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  /** The bar that is not closed yet. */
  readonly candle: Candle | null;
}

/** Start (Unix milliseconds), open, high, low, close of the mid. */
export type Candle = readonly [start: number, open: number, high: number, low: number, close: number];

/** The last valid opinion of a signal about an instrument. Strength and confidence from 0 to 1. */
export interface SignalPart {
  readonly name: string;
  readonly instrument: string;
  readonly direction: 1 | 0 | -1;
  readonly strength: number;
  readonly confidence: number;
  /** Unix milliseconds of the log. */
  readonly at: number;
  readonly validUntil: number;
}

/** An agent with its standing votes. */
export interface AgentPart {
  readonly agent: string;
  /** In the reporting currency, less fees; `null` before it traded. */
  readonly profit: Known;
  /** Standing votes, one for each asset or instrument. */
  readonly votes: readonly {
    readonly of: string;
    /** From -1 to 1: a share of its budget. */
    readonly exposure: number;
    readonly confidence: number;
    readonly at: number;
    readonly validUntil: number;
    /** Its part of the ensemble's target; `null`: it has none. */
    readonly part: Known;
    /** The weight that this part comes from, as a share; `null` where it cannot be told. */
    readonly weight: Known;
  }[];
}

/** An order that may still trade. Price in the quote currency, quantities in base units (contracts of a derivative). */
export interface OrderPart {
  readonly id: string;
  readonly instrument: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  /** `null` for orders without a limit. */
  readonly price: Known;
  readonly quantity: number;
  readonly filled: number;
  readonly status: string;
  readonly at: number;
  readonly agents: readonly string[];
}

/** An execution, told once. Price in the quote currency, quantity in base units (contracts of a derivative). */
export interface FillPart {
  readonly at: number;
  readonly instrument: string;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly quantity: number;
  readonly liquidity: string;
}

/** What is held of an instrument, or was. Signed base units (contracts of a derivative), prices in the quote currency, money in the reporting currency. */
export interface PositionPart {
  readonly instrument: string;
  readonly position: number;
  readonly averagePrice: Known;
  readonly markPrice: Known;
  readonly unrealised: Known;
  readonly profit: Known;
}

/** Something that a person should know. */
export interface NoticePart {
  /** Counts up; two notices never share one. */
  readonly number: number;
  readonly at: number;
  readonly severity: 'good' | 'notice' | 'bad';
  readonly text: string;
}

/** A histogram. Upper bounds in seconds; the last count is of what is above them all. */
export interface LatencyPart {
  readonly name: string;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly count: number;
  /** Upper bounds of the buckets in which these quantiles lie, in seconds; `null`: above the last bound, or nothing measured. */
  readonly p50: Known;
  readonly p99: Known;
}

/** What the page shows at one moment: plain data, `null` where unknown. Times in Unix milliseconds, money in the reporting currency. */
export interface DashboardView {
  readonly title: string;
  /** Said below the title: such as that the market is simulated. */
  readonly note: string;
  /** When this was drawn up, on the server's clock. */
  readonly drawnUpAt: number;
  /** Which start of the server this is. */
  readonly server: string;
  readonly log: {
    readonly seq: number;
    readonly ts: Known;
    readonly events: number;
    readonly waiting: number;
    readonly merged: number;
    readonly refused: number;
    /** Milliseconds for which nothing new has come, at least. */
    readonly silentFor: number;
  };
  readonly state: {
    readonly trading: 'active' | 'reducing' | 'halted' | 'unknown';
    readonly reason: string;
    readonly since: Known;
    /** Why the pipeline itself lets out no new order; empty: it does. */
    readonly broken: string;
    /** The run is over: nothing changes any more. */
    readonly ended: boolean;
  };
  readonly money: {
    readonly currency: string;
    readonly profit: Known;
    readonly equity: Known;
    readonly dayProfit: Known;
    readonly drawdown: Known;
    /** As a share of the peak of the equity. */
    readonly drawdownShare: Known;
    readonly exposure: Known;
    readonly fees: Known;
  };
  readonly counts: {
    readonly orders: number;
    readonly fills: number;
    readonly denied: number;
    readonly rejected: number;
  };
  readonly markets: readonly MarketPart[];
  readonly signals: readonly SignalPart[];
  readonly agents: readonly AgentPart[];
  readonly targets: readonly { readonly of: string; readonly exposure: number; readonly at: number }[];
  readonly openOrders: number;
  readonly orders: readonly OrderPart[];
  readonly fills: readonly FillPart[];
  readonly positions: readonly PositionPart[];
  readonly limits: readonly {
    readonly name: string;
    readonly used: Known;
    readonly limit: Known;
    readonly unit: string;
    readonly ratio: Known;
  }[];
  readonly latency: readonly LatencyPart[];
  readonly venues: readonly {
    readonly venue: string;
    readonly exposure: Known;
    readonly channels: readonly {
      readonly channel: string;
      readonly state: 'up' | 'down';
      readonly reason: string;
      readonly since: number;
    }[];
  }[];
  /** `null`: not a member of a pair. */
  readonly pair: {
    readonly role: string;
    readonly epoch: number;
    readonly lag: number;
    readonly inSync: boolean;
    readonly open: boolean;
    readonly why: string;
  } | null;
  readonly notices: readonly NoticePart[];
}

/** What charts show of the time before: sent at the start and once in a while. */
export interface DashboardHistory {
  /** Milliseconds of one candle. */
  readonly candleEvery: number;
  readonly candles: Readonly<Record<string, readonly Candle[]>>;
  /** Time (Unix milliseconds), profit, drawdown. */
  readonly profit: readonly (readonly [ts: number, profit: number, drawdown: number])[];
}
