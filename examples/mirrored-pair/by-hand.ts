import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSignal } from 'millrace/queues';
import { audit } from './audit.js';
import { BTC, VENUE } from './desk.js';
import type { MemberProcessOptions, MemberWord } from './member-process.js';
import { verdict } from './report.js';
import { SignalFeed } from './venue/signal-feed.js';
import type { VenueProcessOptions } from './venue/venue-process.js';
import { ask, nextWord, start } from './world/child.js';
import { type Node, other, type VenueAccount } from './world/world.js';

const HELP = `node .examples/mirrored-pair/by-hand.js venue|a|b: the pair in three terminals

  venue   the simulated venue and its signals, ten a second; begins from nothing. Ctrl-C checks all books
  a, b    one member; prints its process id for "kill -9", and starts it again one second after it died
`;
const FOLDER = join(tmpdir(), 'millrace-pair-by-hand');
const PORTS = { venue: 7801, feed: 7802, a: 7803, b: 7804 } as const;
const NODES: readonly Node[] = ['a', 'b'];
const WINDOW = 300;

const say = (text: string): void => {
  process.stdout.write(`${new Date().toISOString().slice(11, 23)}  ${text}\n`);
};
const wait = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));

/** Runs the venue until Ctrl-C, then holds all books against each other. */
async function venue(): Promise<void> {
  const feed = new SignalFeed();
  await feed.listen(PORTS.feed).catch((error: Error) => {
    throw new Error(`another venue runs here already: ${error.message}`);
  });
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const child = start('venue/venue-process.js', {
    port: PORTS.venue,
    venue: VENUE,
    instrument: BTC.id,
    seed: 1,
    window: WINDOW,
    fillsAtOnce: 0.5,
    lostReplies: 0.02,
    delay: 8,
    quoteEvery: 100,
  } satisfies VenueProcessOptions);
  let number = 0;
  const signals = setInterval(() => {
    const now = Date.now();
    const direction = ++number % 2 === 0 ? 1 : -1;
    const text = encodeSignal({
      name: `signal-${number}`,
      instrument: BTC.id,
      direction,
      strength: 1,
      confidence: 1,
      horizon: 60_000,
      eventTime: now,
      validUntil: now + 3_600_000,
    });
    feed.put(`signal-${number}`, Buffer.from(text).toString());
  }, 100);
  const account = async (): Promise<VenueAccount> => {
    const is = (word: unknown): word is VenueAccount => (word as { kind?: string }).kind === 'orders';
    const answer = nextWord(child, is, 10_000);
    ask(child, 'orders');
    return (await answer) ?? { position: 0, orders: [] };
  };
  const watch = setInterval(async () => {
    const { orders, position } = await account();
    const from = (node: Node): number => orders.filter((order) => order.node === node).length;
    say(`${number} signals; orders taken: ${from('a')} from a, ${from('b')} from b; position ${position}`);
  }, 1_000);
  const close = async (): Promise<number> => {
    clearInterval(signals);
    clearInterval(watch);
    const absent = NODES.filter((node) => !existsSync(join(FOLDER, node)));
    if (absent.length > 0) {
      say(`nothing to check: ${absent.join(' and ')} never ran`);
      return 1;
    }
    say('no more signals; in three seconds all books are checked');
    await wait(3_000);
    const found = await audit([join(FOLDER, 'a'), join(FOLDER, 'b')], await account(), number, WINDOW);
    const last = verdict({
      rounds: 0,
      takeovers: [],
      unacked: [],
      unhealed: [],
      audit: found,
      happenings: [],
      folder: FOLDER,
    });
    say(last);
    return last.startsWith('SOUND') ? 0 : 1;
  };
  let closing = false;
  process.on('SIGINT', () => {
    if (closing) process.exit(130);
    closing = true;
    close().then(
      (code) => process.exit(code),
      (error: Error) => {
        say(error.message);
        process.exit(1);
      },
    );
  });
  say('the venue is open: start the members, "by-hand.js a" and "by-hand.js b"');
}

/** Runs one member, again and again. */
function member(node: Node): void {
  let ending = false;
  const child = start('member-process.js', {
    node,
    peer: other(node),
    bridgePort: PORTS[node],
    peerPort: PORTS[other(node)],
    venuePort: PORTS.venue,
    feedPort: PORTS.feed,
    folder: join(FOLDER, node),
    register: join(FOLDER, 'register'),
    policy: 'written',
    heartbeat: 50,
    losses: 3,
    window: WINDOW,
    barrierEvery: 2_000,
  } satisfies MemberProcessOptions);
  say(`member ${node} is process ${child.pid}: kill -9 ${child.pid}`);
  let before = '';
  child.on('message', (word: MemberWord) => {
    if (word.kind !== 'report') return;
    const text = `${word.role}, epoch ${word.epoch}: ${word.why}`;
    if (text !== before) say(text);
    before = text;
  });
  const stop = (): void => {
    if (ending) process.exit(130);
    ending = true;
    ask(child, 'stop');
  };
  process.on('SIGINT', stop);
  child.on('exit', (code, signal) => {
    process.off('SIGINT', stop);
    say(signal === null ? `ended with code ${code}` : `was ended by ${signal}`);
    if (ending) process.exit(0);
    setTimeout(() => member(node), 1_000);
  });
}

const what = process.argv[2];
if (what === 'venue') {
  venue().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
} else if (what === 'a' || what === 'b') member(what);
else {
  process.stderr.write(HELP);
  process.exit(what === '--help' ? 0 : 2);
}
