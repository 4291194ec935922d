// One member of a shard's pair: fed by the shard's partition of the market data, with a limit that is lent to the shard.
import { connect } from '@nats-io/transport-node';
import { mirrored, natsRegister } from 'millrace/failover';
import { openJournal } from 'millrace/journal';
import { borrowedBudget, natsBudgetBoard } from 'millrace/scaling';
import { liveClock } from 'millrace/streams';
import { venueDriver } from '../mirrored-pair/venue/venue-driver.js';
import { FIRST_WANTED, instrumentsOf, type ShardFrame, shardDesk, WANTED } from './desk.js';
import { LEAST, LIMIT, VENUE } from './instruments.js';
import { marketDriver } from './market-driver.js';

/** How a member is started: one JSON object as its first argument. */
export interface ShardOptions {
  readonly shard: string;
  readonly node: 'a' | 'b';
  readonly nats: string;
  readonly venuePort: number;
  /** Ports of this member's bridge and of the other's. */
  readonly bridgePort: number;
  readonly peerPort: number;
  readonly folder: string;
}

/** What a member says, some ten times a second. */
export interface ShardWord {
  readonly leads: boolean;
  /** It has a mirror that may take over. */
  readonly paired: boolean;
  readonly exposure: number;
  /** Lots by instrument, by its ledger. */
  readonly positions: Readonly<Record<string, number>>;
}

const { shard, node, nats, venuePort, bridgePort, peerPort, folder } = JSON.parse(
  process.argv[2] ?? '{}',
) as ShardOptions;
const connection = await connect({ servers: new URL(nats).host });
let wanted = FIRST_WANTED;
// Made with the member, since it waits for what the pair holds: no takeover undoes a lower limit.
let budget: ReturnType<typeof borrowedBudget<ShardFrame>> | undefined;

const member = await mirrored(shardDesk(shard), {
  node,
  peer: node === 'a' ? 'b' : 'a',
  journal: await openJournal({ folder }),
  bridge: { bind: `tcp://127.0.0.1:${bridgePort}`, connect: `tcp://127.0.0.1:${peerPort}` },
  register: natsRegister({ servers: [nats], key: `shard-${shard}` }),
  clock: liveClock,
  drivers: ({ held$ }) => {
    budget = borrowedBudget<ShardFrame>({
      board: natsBudgetBoard({ servers: [nats], bucket: 'gross-exposure' }),
      shard,
      rule: 'grossExposure',
      least: LEAST,
      used: ({ exposure }) => exposure,
      wants: () => wanted * LIMIT,
      acknowledgements: [held$],
    });
    return [
      marketDriver(connection, shard),
      venueDriver({ venue: VENUE, node, port: venuePort }),
      budget.driver,
    ];
  },
  policy: 'written',
  heartbeat: 100,
  losses: 5,
  barrierEvery: 2_000,
  development: false,
});

const own = instrumentsOf(shard);
let last = 0;
member.frames$.subscribe((frame) => {
  if (frame.event.kind === 'signal' && frame.event.signal.name === WANTED)
    wanted = frame.event.signal.strength;
  budget?.watch(frame);
  if (Date.now() - last < 100 || !process.connected) return;
  last = Date.now();
  const { role } = member.report;
  process.send?.({
    leads: role === 'solo' || role === 'admitting' || role === 'paired',
    paired: role === 'paired',
    exposure: frame.exposure,
    positions: Object.fromEntries(own.map(({ id }, index) => [id, frame.ledger.position(index)])),
  } satisfies ShardWord);
});
member.exit$.subscribe(({ code }) => setTimeout(() => process.exit(code), 10));
process.on('disconnect', () => process.exit(0));
