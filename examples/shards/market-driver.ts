import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { checkEvent, type Driver, type OutsideEvent } from 'millrace';
import { Observable } from 'rxjs';

/** A partition is read again from so many milliseconds before a takeover: books know what they have had. */
const OVERLAP = 5_000;

/**
 * The partition of a shard, as its leader hears it: from its beginning while the log is empty, since books need their first
 * snapshot, and from shortly before when another has led until now.
 */
export const marketDriver = (connection: NatsConnection, shard: string): Driver => ({
  name: 'market',
  connect: ({ events$, leading$ }) =>
    new Observable<OutsideEvent>((output) => {
      let begun = false;
      let stop = (): void => undefined;
      const read = async (): Promise<void> => {
        const consumer = await jetstream(connection).consumers.get('market', {
          filter_subjects: `market.${shard}`,
          ...(begun && {
            deliver_policy: DeliverPolicy.StartTime,
            opt_start_time: new Date(Date.now() - OVERLAP).toISOString(),
          }),
        });
        const messages = await consumer.consume();
        stop = () => void messages.close();
        for await (const message of messages) output.next(checkEvent(message.json()) as OutsideEvent);
      };
      const subscriptions = [
        events$.subscribe(({ event }) => {
          if (event.kind === 'quote' || event.kind === 'book') begun = true;
        }),
        leading$.subscribe((leading) => {
          stop();
          if (leading) read().catch((error: unknown) => output.error(error));
        }),
      ];
      return () => {
        stop();
        for (const each of subscriptions) each.unsubscribe();
      };
    }),
});
