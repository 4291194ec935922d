import { connect, type Socket } from 'node:net';
import type { Command, Driver, OutsideEvent } from 'millrace';
import { checkEvent } from 'millrace';
import { Observable } from 'rxjs';
import type { VenueRequest } from './harsh-venue.js';
import { readLines, writeLine } from './lines.js';

/** Where the venue is, and who speaks. */
export interface VenueDriverOptions {
  readonly venue: string;
  readonly node: string;
  readonly port: number;
  readonly host?: string;
}

/**
 * How far a reconciliation looks back behind the last word of the venue: what was under way when it went silent, at most
 * ten times the longest `--delay`. All fills of that time are in every truth, and the venue sums them up before it takes an order.
 */
const OVERLAP = 2_000;
const RETRY = 50;

/**
 * Speaks to a venue process over TCP.
 *
 * It stays connected in a follower, whose pipeline does not hear it. When its member leads, and whenever it connects
 * while leading, it says that the link is up, asks for the price and for the venue's truth, and goes on from there.
 *
 * The truth is asked for once at a time: a takeover makes the driver, the new reign and the link ask in the same turn, and
 * they get one answer. Who asks while one is under way gets the next.
 */
export function venueDriver({ venue, node, port, host = '127.0.0.1' }: VenueDriverOptions): Driver {
  // Time of the venue's newest word that is in the log. It is in snapshots, so that whoever goes on from one does not ask for
  // everything that was ever filled: the ledger has forgotten most of it.
  let heardTo = 0;
  return {
    name: `venue:${venue}`,
    save: () => ({ heardTo }),
    connect: ({ commands$, leading$, events$, clock, restored }) =>
      new Observable<OutsideEvent>((output) => {
        let socket: Socket | undefined;
        let leading = false;
        let closed = false;
        heardTo = (restored as { readonly heardTo: number } | undefined)?.heardTo ?? 0;
        /** Orders that were written to a socket and not answered yet. */
        const unanswered = new Map<string, string>();
        /** Whether the truth was asked for and has not come, and whether it was asked for again since. */
        let reconciling = false;
        let again = false;

        const say = (state: 'up' | 'down', reason: string): void => {
          if (!leading) return;
          for (const channel of ['market', 'orders'] as const)
            output.next({ kind: 'link', venueTime: 0, venue, channel, state, reason } as OutsideEvent);
        };
        const ask = (request: VenueRequest): void => {
          if (socket !== undefined) writeLine(socket, request);
        };
        const reconcile = (): void => {
          if (socket === undefined) return;
          if (reconciling) {
            again = true;
            return;
          }
          reconciling = true;
          const asked = socket;
          // Behind all that is asked in this turn.
          queueMicrotask(() => {
            again = false;
            if (socket === asked) ask({ op: 'reconcile', since: heardTo - OVERLAP });
          });
        };
        const begin = (reason: string): void => {
          say('up', reason);
          ask({ op: 'quote' });
          reconcile();
        };
        const dial = (): void => {
          const dialled = connect(port, host);
          dialled.setNoDelay(true);
          dialled.on('connect', () => {
            socket = dialled;
            if (leading) begin('connected');
          });
          dialled.on('error', () => undefined);
          dialled.on('close', () => {
            if (socket === dialled) {
              socket = undefined;
              reconciling = false;
              again = false;
              for (const [id, instrument] of unanswered)
                report(id, instrument, 'unknown', 'the connection broke');
              unanswered.clear();
              say('down', 'the connection broke');
            }
            if (!closed) setTimeout(dial, RETRY);
          });
          readLines(dialled, (value) => {
            const event = checkEvent(value);
            if (event.kind === 'report') unanswered.delete(event.clientOrderId);
            output.next(event);
            if (event.kind !== 'truth') return;
            reconciling = false;
            if (again) reconcile();
          });
        };
        const report = (
          id: string,
          instrument: string,
          type: 'unknown' | 'rejected',
          reason: string,
        ): void => {
          output.next({
            kind: 'report',
            type,
            venue,
            instrument: instrument as never,
            clientOrderId: id as never,
            venueTime: 0,
            reason,
          });
        };
        const send = (command: Command): void => {
          if (!('venue' in command) && command.kind !== 'submit') return;
          if (command.kind === 'submit') {
            const { order } = command;
            if (order.venue !== venue) return;
            const { clientOrderId: id, instrument, side, price, quantity, requestTime, timeInForce } = order;
            if (socket === undefined) {
              report(id, instrument, 'rejected', 'not sent: the link is down');
              return;
            }
            unanswered.set(id, instrument);
            const rests = timeInForce === 'GTC';
            ask({ op: 'submit', id, instrument, side, price, quantity, rests, requestTime, node });
          } else if (command.venue !== venue) return;
          else if (command.kind === 'cancel') ask({ op: 'cancel', id: command.clientOrderId, node });
          else if (command.kind === 'ask') {
            const { clientOrderId: id, instrument, requestTime = clock.now() } = command;
            if (command.what === 'book') ask({ op: 'quote' });
            else if (id !== undefined) ask({ op: 'lookUp', id, instrument, requestTime });
          } else if (command.kind === 'reconcile') reconcile();
        };

        const subscriptions = [
          commands$.subscribe(send),
          events$.subscribe(({ event }) => {
            if ((event.kind === 'report' || event.kind === 'truth') && event.venueTime > heardTo)
              heardTo = event.venueTime;
          }),
          leading$.subscribe((leads) => {
            leading = leads;
            if (leads && socket !== undefined) begin('leading');
          }),
        ];
        dial();
        return () => {
          closed = true;
          for (const subscription of subscriptions) subscription.unsubscribe();
          socket?.destroy();
        };
      }),
  };
}
