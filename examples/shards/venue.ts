// The venue of one shard, in a process of its own, so that it outlives the members: every order fills whole at its limit.
import { createServer, type Socket } from 'node:net';
import type { Event, FillReport } from 'millrace';
import type { VenueRequest } from '../mirrored-pair/venue/harsh-venue.js';
import { readLines, writeLine } from '../mirrored-pair/venue/lines.js';
import { EXPIRY, VENUE } from './instruments.js';

type Submit = Extract<VenueRequest, { readonly op: 'submit' }>;

/** What it tells the process that started it, when that asks at the end. */
export interface VenueAccount {
  readonly orders: number;
  /** Orders that were sent twice: they were refused. */
  readonly doubled: number;
  readonly positions: Readonly<Record<string, number>>;
}

const fills = new Map<string, FillReport>();
const positions: Record<string, number> = {};
let doubled = 0;
const sessions = new Set<Socket>();

const tell = (event: Event): void => {
  for (const session of sessions) writeLine(session, event);
};
const base = (id: string, instrument: string) => ({
  kind: 'report' as const,
  venue: VENUE,
  instrument: instrument as never,
  clientOrderId: id as never,
  venueTime: Date.now(),
});
const said = (
  id: string,
  instrument: string,
  type: 'accepted' | 'rejected' | 'notFound',
  reason: string,
) => ({
  ...base(id, instrument),
  type,
  reason,
});

function submit({ id, instrument, side, price, quantity, requestTime }: Submit): void {
  if (fills.has(id)) {
    doubled++;
    tell(said(id, instrument, 'rejected', 'duplicate client order id'));
    return;
  }
  if (Date.now() - requestTime > EXPIRY) {
    tell(said(id, instrument, 'rejected', `the request is older than ${EXPIRY} ms`));
    return;
  }
  const fill: FillReport = {
    ...base(id, instrument),
    type: 'fill',
    executionId: `x${fills.size + 1}`,
    side,
    price,
    quantity,
    liquidity: 'taker',
    fee: '0',
    feeCurrency: 'USD',
  };
  fills.set(id, fill);
  positions[instrument] = (positions[instrument] ?? 0) + (side === 'buy' ? quantity : -quantity);
  tell(said(id, instrument, 'accepted', 'taken'));
  tell(fill);
}

function handle(request: VenueRequest): void {
  if (request.op === 'submit') submit(request);
  else if (request.op === 'lookUp') {
    const { id, instrument, requestTime: answers } = request;
    const fill = fills.get(id);
    if (fill === undefined) tell({ ...said(id, instrument, 'notFound', 'not found'), answers });
    else {
      tell(fill);
      tell({ ...said(id, instrument, 'accepted', 'filled'), filled: fill.quantity, answers });
    }
  } else if (request.op === 'reconcile')
    tell({
      kind: 'truth',
      venue: VENUE,
      venueTime: Date.now(),
      coversClosed: false,
      orders: [],
      fills: [...fills.values()].filter(({ venueTime }) => venueTime >= request.since),
      positions: Object.entries(positions).map(([instrument, quantity]) => ({
        instrument: instrument as never,
        quantity,
        averagePrice: '0',
      })),
      balances: [],
    });
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  sessions.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sessions.delete(socket));
  readLines(socket, (value) => handle(value as VenueRequest));
});
server.listen(Number(process.argv[2]), '127.0.0.1');
process.on('message', () => {
  process.send?.({ orders: fills.size, doubled, positions } satisfies VenueAccount);
});
process.on('disconnect', () => process.exit(0));
