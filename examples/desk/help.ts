/** What `--help` prints. */
export const HELP = `An example desk: three agents on several venues, from market data to orders and a report.

  npm start -- [options]

The market
  --seed N                 seed of the SIMULATED market (default 1)
  --duration D             how long it lasts: 90s, 10m, 3h (default 3h)
  --data PATH              play recordings instead: a file, or a folder of them; may be repeated
  --rate FROM/TO=RATE      a conversion rate that recordings lack (default USDT/USD=1, likewise USDC and BUSD)
  --speed X                seconds of the market in one second (default: as fast as it goes)

Live
  --live LIST              trade as it happens: binance, coinbase, or both (binance,coinbase)
  --doubles                against doubles of the venues on this machine, with a market that moves
  --for D                  how long: 30s, 10m (default: until Ctrl-C)
  --testnet                at the venues' own test environments
  --real-money             at the venues, with real money
  Keys are taken from BINANCE_API_KEY and BINANCE_SECRET, COINBASE_API_KEY and COINBASE_SECRET. Addresses
  of doubles that run already go into the environment too: npm run doubles says which.

The desk (money in dollars)
  --asset NAME             what it trades (default: what most instruments are of)
  --sample D               time between two samples of a price (default: as fits the length of the data)
  --capital N              what it begins with (default 250000)
  --budget N               notional of one agent's whole conviction (default 25000)
  --max-position N         base units in one instrument, long or short (default: two budgets' worth)
  --max-venue-exposure N   gross notional at one venue (default 32000)
  --max-daily-loss N       the loss at which everything stops (default 2500)

The live page
  --serve [PORT]           serves a page of the desk at work at 127.0.0.1 (default port 8080; 0: a free one); what is played
                           goes at 60 times the market's pace unless --speed says otherwise, and the page stays until Ctrl-C,
                           after which the report is written.
                           Its address is printed with the token that kill and resume ask for (DESK_TOKEN, or a new one)

What is written
  --json                   one JSON object on stdout instead of the report
  --report FILE            a tear sheet as one page of HTML: profit, drawdown, trades on price, agents, costs
  --journal FILE           the run's log, to be re-enacted
  --record FILE            the market's events as a recording
  --development            guard against misuse of frames (slower, the same results)
  -h, --help               this text

Progress goes to stderr. Ctrl-C ends the run in good order, with the report so far.
`;
