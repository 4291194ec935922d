import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { BehaviorSubject, type Observable, of, Subject } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import type { Driver, LoggedEvent } from '../../src/core/driver.js';
import type { Command } from '../../src/domain/command.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Plain } from '../../src/domain/plain.js';
import { describeBuilt } from '../desk/built.js';

interface Module {
  venueDriver(options: { venue: string; node: string; port: number }): Driver;
}

describeBuilt('the venue driver of the pair', '.examples/mirrored-pair/venue/venue-driver.js', ({ path }) => {
  interface Asked {
    readonly op: string;
    readonly since?: number;
  }

  /** A driver of a member at a venue that answers only what the test says. */
  const connected = async (leading$: Observable<boolean>, restored?: Plain) => {
    const { venueDriver } = (await import(path)) as Module;
    const asked: Asked[] = [];
    let venue: Socket | undefined;
    const server = createServer((socket) => {
      venue = socket;
      createInterface(socket).on('line', (line) => asked.push(JSON.parse(line)));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const driver = venueDriver({ venue: 'harsh', node: 'a', port });
    const events$ = new Subject<LoggedEvent>();
    const commands$ = new Subject<Command>();
    const said: OutsideEvent[] = [];
    const connection = driver
      .connect({ commands$, events$, clock: { now: () => 0 }, leading$, restored } as never)
      .subscribe((event) => said.push(event));
    onTestFinished(() => connection.unsubscribe());
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    const reconcile = (): void =>
      commands$.next({ kind: 'reconcile', venue: 'harsh', requestTime: 0 } as Command);
    const answer = (event: object): void => void venue?.write(`${JSON.stringify(event)}\n`);
    return { driver, events$, asked, said, until, reconcile, answer, there: () => venue !== undefined };
  };

  /** What a leader asks the venue for when it begins, from when on, and what it would save then. */
  const begun = async (restored: Plain | undefined, ...logged: readonly object[]) => {
    const { driver, events$, asked, until } = await connected(of(true), restored);
    for (const event of logged) events$.next({ event } as LoggedEvent);
    await until(() => asked.some(({ op }) => op === 'reconcile'));
    return { since: asked.find(({ op }) => op === 'reconcile')?.since, saved: driver.save?.() };
  };

  it('asks for what came since the venue was last heard, as the snapshot and the log behind it say', async () => {
    expect(await begun({ heardTo: 50_000 })).toEqual({ since: 48_000, saved: { heardTo: 50_000 } });
    const late = { kind: 'report', venueTime: 70_000 };
    expect(await begun({ heardTo: 50_000 }, late, { kind: 'truth', venueTime: 60_000 })).toEqual({
      since: 68_000,
      saved: { heardTo: 70_000 },
    });
    expect(await begun(undefined, { kind: 'truth', venueTime: 30_000 })).toMatchObject({ since: 28_000 });
  });

  it('asks for the truth once in the turn of a takeover, and for the next when that has come', async () => {
    const leading$ = new BehaviorSubject(false);
    const { asked, said, until, reconcile, answer, there } = await connected(leading$);
    const truths = () => asked.filter(({ op }) => op === 'reconcile').length;
    const barrier = async (): Promise<void> => {
      const before = said.length;
      answer(quote);
      await until(() => said.length > before);
    };
    await until(there);
    await barrier();
    // It follows: nobody would hear an answer.
    expect(asked).toEqual([]);

    leading$.next(true);
    reconcile();
    reconcile();
    await until(() => truths() === 1);
    reconcile();
    reconcile();
    await barrier();
    expect(truths()).toBe(1);

    answer(truth);
    await until(() => truths() === 2);
    answer(truth);
    await until(() => said.filter(({ kind }) => kind === 'truth').length === 2);
    reconcile();
    await until(() => truths() === 3);
    expect(asked.map(({ op }) => op)).toEqual(['quote', 'reconcile', 'reconcile', 'reconcile']);
  });
});

const quote = {
  kind: 'quote',
  instrument: 'BTC-USDT.PERP@harsh',
  venueTime: 1,
  bidPrice: 1,
  bidQuantity: 1,
  askPrice: 2,
  askQuantity: 1,
  updateId: 1,
};
const truth = {
  kind: 'truth',
  venue: 'harsh',
  venueTime: 1,
  coversClosed: false,
  orders: [],
  fills: [],
  positions: [],
  balances: [],
};
