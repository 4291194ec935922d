import { createServer, type Socket } from 'node:net';
import type { Event } from 'millrace';
import { seededRandom } from '../seeded-random.js';
import { type Asker, HarshVenue, type VenueRequest } from './harsh-venue.js';
import { lineOf, readLines, writeText } from './lines.js';

/** How a venue process is set up: one JSON object as its first argument. */
export interface VenueProcessOptions {
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly host?: string;
  readonly venue: string;
  readonly instrument: string;
  readonly seed: number;
  /** Left out: requests never expire. */
  readonly window?: number;
  readonly fillsAtOnce: number;
  readonly lostReplies: number;
  /** Most milliseconds that a message takes, each way; one in fifty takes ten times as long. */
  readonly delay: number;
  /** Milliseconds between two quotes. */
  readonly quoteEvery: number;
}

/** What the process that started it may ask. */
export type VenueQuestion = 'statistics' | 'orders' | 'arrivals' | 'quiet';

/** A request as it came in, before anything was done about it. */
export interface Arrival {
  readonly op: 'submit' | 'cancel';
  readonly id: string;
  readonly node: string;
  readonly at: number;
}

/** So many newest arrivals are remembered. */
const REMEMBERED = 5_000;

/** Whoever started it may be gone already. */
const tell = (word: object): void => {
  if (process.connected) process.send?.(word, undefined, undefined, () => undefined);
};

const options = JSON.parse(process.argv[2] ?? '{}') as VenueProcessOptions;
const chance = seededRandom(options.seed);
const sessions = new Set<Socket>();
const arrivals: Arrival[] = [];
const late = (): number => (chance() < 0.02 ? 10 : 1) * options.delay * chance();
const later = (delay: number, action: () => void): void => {
  setTimeout(action, delay);
};

const venue = new HarshVenue({
  ...options,
  window: options.window,
  chance,
  now: Date.now,
  later,
  tell: (event: Event, asker?: Asker) => {
    // Market data are told at once; what is said of orders takes its time and may overtake itself.
    const wait = event.kind === 'quote' ? 0 : late();
    later(wait, () => {
      const line = lineOf(event);
      for (const session of sessions) if (asker === undefined || asker === session) writeText(session, line);
    });
  },
});

const server = createServer((socket) => {
  socket.setNoDelay(true);
  sessions.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sessions.delete(socket));
  // A request under way arrives, whatever becomes of its sender.
  readLines(socket, (value) => {
    const request = value as VenueRequest;
    if (request.op === 'submit' || request.op === 'cancel') {
      arrivals.push({ op: request.op, id: request.id, node: request.node, at: Date.now() });
      if (arrivals.length > 2 * REMEMBERED) arrivals.splice(0, REMEMBERED);
    }
    later(late(), () => venue.handle(request, socket));
  });
});
server.listen(options.port, options.host ?? '127.0.0.1', () => {
  const address = server.address();
  tell({ kind: 'ready', port: typeof address === 'object' ? address?.port : undefined });
});

const quotes = setInterval(() => venue.quote(Math.round(4 * chance() - 2)), options.quoteEvery);

process.on('message', (question: VenueQuestion) => {
  if (question === 'statistics') {
    tell({ kind: 'statistics', position: venue.position, ...venue.counts });
  } else if (question === 'arrivals') tell({ kind: 'arrivals', arrivals });
  else if (question === 'quiet') clearInterval(quotes);
  else {
    tell({
      kind: 'orders',
      position: venue.position,
      orders: venue.accepted.map(({ fills: _fills, ...order }) => order),
    });
  }
});
process.on('disconnect', () => process.exit(0));
