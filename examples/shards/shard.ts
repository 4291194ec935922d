// One shard: a desk for its instruments, fed by its partition of the market data, with a limit that is lent to it.
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { checkEvent, compose, type Driver, type Frame, type OutsideEvent, run } from 'millrace';
import { type FigureFields, figures } from 'millrace/monitoring';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  grossExposure,
  ledger,
  type MarketFields,
  risk,
  sizing,
} from 'millrace/operators';
import { borrowedBudget, natsBudgetBoard, shardOf } from 'millrace/scaling';
import { liveClock } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { Observable } from 'rxjs';
import { INSTRUMENTS, LEAST, SHARDS } from './instruments.js';

const [shard = '0', server = 'nats://127.0.0.1:4222'] = process.argv.slice(2);
const instruments = INSTRUMENTS.filter(({ base }) => shardOf(base, SHARDS.length) === Number(shard));
/** Money that its agents want held; whoever started it may say otherwise. */
let wanted = 60_000;
process.on('message', (word) => {
  wanted = Number(word);
});
process.on('disconnect', () => process.exit(0));

const connection = await connect({ servers: new URL(server).host });
const partition = await jetstream(connection).consumers.get('market', { filter_subjects: `market.${shard}` });
/** The partition of this shard, from its beginning: books need their first snapshot. */
const market: Driver = {
  name: 'market',
  connect: () =>
    new Observable((output) => {
      const reading = partition.consume().then(async (messages) => {
        for await (const message of messages) output.next(checkEvent(message.json()) as OutsideEvent);
      });
      reading.catch((error: unknown) => output.error(error));
    }),
};

const hold = agent({
  name: 'hold',
  decide: ({ event }: Frame & MarketFields) => {
    const own = instruments.find(({ id }) => 'instrument' in event && id === event.instrument);
    if (own === undefined) return undefined;
    const share = Math.min(1, wanted / instruments.length / 100_000);
    return { of: { asset: own.base }, exposure: share, confidence: 1 };
  },
});

const desk = compose(
  { name: `shard-${shard}`, instruments },
  books(),
  ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
  agents([hold]),
  confidenceWeighted(),
  sizing({ budget: 100_000, minimumTrade: 0.01 }),
  bestNetPrice(),
  // It begins with the least; more is lent.
  risk([grossExposure({ limit: LEAST, action: 'clip' })]),
  dispatch({ desk: `shard${shard}` }),
  figures(),
);
const budget = borrowedBudget({
  board: natsBudgetBoard({ servers: [server], bucket: 'gross-exposure' }),
  shard,
  rule: 'grossExposure',
  least: LEAST,
  used: ({ exposure }: Frame & FigureFields) => exposure,
  wants: () => wanted,
  // In a pair: acknowledgements: [held$], so that no takeover undoes a lower limit.
});
let last = 0;
run(desk, {
  clock: liveClock(),
  drivers: [market, simulatedVenue({ venue: 'sim', latency: { submit: 2, report: 2 } }), budget.driver],
}).subscribe((frame) => {
  budget.watch(frame);
  if (frame.ts - last < 100) return;
  last = frame.ts;
  if (process.connected) process.send?.({ shard, exposure: frame.exposure });
});
