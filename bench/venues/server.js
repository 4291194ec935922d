// @ts-check
// A venue in a process of its own, so that its work is in nobody's figures: speaks as much of Binance spot as a client
// needs to follow a book and trades and to send orders, and checks nothing.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const LEVELS = 20;
const SYMBOL = {
  symbol: 'BTCUSDT',
  status: 'TRADING',
  baseAsset: 'BTC',
  baseAssetPrecision: 8,
  quoteAsset: 'USDT',
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  orderTypes: ['LIMIT', 'MARKET'],
  isSpotTradingAllowed: true,
  permissions: [],
  permissionSets: [['SPOT']],
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000.00', tickSize: '0.01' },
    { filterType: 'LOT_SIZE', minQty: '0.00001', maxQty: '9000.00000', stepSize: '0.00001' },
    { filterType: 'NOTIONAL', minNotional: '5', applyMinToMarket: true },
  ],
};

const price = (/** @type {number} */ cents) => `${(cents / 100).toFixed(2)}000000`;
const quantity = (/** @type {number} */ lots) => (lots / 1e5).toFixed(8);
const side = (/** @type {number} */ sign, /** @type {number} */ seed) =>
  Array.from({ length: LEVELS }, (_, level) => [
    price(4_000_000 + sign * (1 + level)),
    quantity(1 + ((seed * 7 + level * 13) % 5_000)),
  ]);

/** @type {Record<string, () => unknown>} */
const REST = {
  '/api/v3/time': () => ({ serverTime: Date.now() }),
  '/api/v3/exchangeInfo': () => ({
    timezone: 'UTC',
    serverTime: Date.now(),
    rateLimits: [],
    symbols: [SYMBOL],
  }),
  '/api/v3/depth': () => ({ lastUpdateId: 1_000, bids: side(-1, 0), asks: side(1, 0) }),
  '/api/v3/account': () => ({ balances: [] }),
  '/api/v3/openOrders': () => [],
  '/api/v3/myTrades': () => [],
};

const server = createServer((request, response) => {
  const answer = REST[new URL(request.url ?? '/', 'http://x').pathname];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer?.() ?? { code: -1, msg: `no ${request.url}` }));
});
const sockets = new WebSocketServer({ server });
/** Streams by connection: `depth`, `trade`. @type {Map<import('ws').WebSocket, Set<string>>} */
const streams = new Map();
let update = 1_000;

sockets.on('connection', (socket, request) => {
  const requests = request.url?.startsWith('/ws-api') === true;
  if (!requests) {
    streams.set(socket, new Set());
    socket.on('close', () => streams.delete(socket));
  }
  socket.on('message', (data) => {
    const { id, method, params } = JSON.parse(String(data));
    if (!requests) {
      for (const name of params) streams.get(socket)?.add(name.split('@')[1]);
      socket.send(JSON.stringify({ result: null, id }));
    }
    if (requests && method === 'userDataStream.subscribe.signature')
      socket.send(JSON.stringify({ id, status: 200, result: { subscriptionId: 0 } }));
    else if (requests)
      socket.send(
        JSON.stringify({
          id,
          status: 200,
          result: {
            symbol: 'BTCUSDT',
            orderId: 1,
            clientOrderId: params.newClientOrderId,
            transactTime: Date.now(),
          },
        }),
      );
  });
});

/** So many frames to every stream: a change of 20 levels a side, then a trade, by turns. */
function play(/** @type {number} */ count) {
  for (let frame = 0; frame < count; frame++) {
    const now = Date.now();
    const text =
      frame % 2 === 0
        ? JSON.stringify({
            e: 'depthUpdate',
            E: now,
            s: 'BTCUSDT',
            U: ++update,
            u: update,
            b: side(-1, update).slice(0, LEVELS / 2),
            a: side(1, update).slice(0, LEVELS / 2),
          })
        : JSON.stringify({
            e: 'trade',
            E: now,
            s: 'BTCUSDT',
            t: frame + 1,
            p: price(4_000_000),
            q: quantity(5),
            T: now,
            m: true,
            M: true,
          });
    const name = frame % 2 === 0 ? 'depth' : 'trade';
    for (const [socket, names] of streams) if (names.has(name)) socket.send(text);
  }
}

server.listen(0, '127.0.0.1', () => process.send?.(/** @type {any} */ (server.address()).port));
process.on('message', (count) => play(Number(count)));
process.on('disconnect', () => process.exit(0));
