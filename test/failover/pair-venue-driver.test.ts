import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { of, Subject } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import type { Driver, LoggedEvent } from '../../src/core/driver.js';
import type { Plain } from '../../src/domain/plain.js';
import { describeBuilt } from '../desk/built.js';

interface Module {
  venueDriver(options: { venue: string; node: string; port: number }): Driver;
}

describeBuilt('the venue driver of the pair', '.examples/mirrored-pair/venue/venue-driver.js', ({ path }) => {
  /** What a leader asks the venue for when it begins, from when on, and what it would save then. */
  const begun = async (restored: Plain | undefined, ...logged: readonly object[]) => {
    const { venueDriver } = (await import(path)) as Module;
    const asked: { readonly op: string; readonly since?: number }[] = [];
    const server = createServer((socket) => {
      createInterface(socket).on('line', (line) => asked.push(JSON.parse(line)));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const driver = venueDriver({ venue: 'harsh', node: 'a', port });
    const events$ = new Subject<LoggedEvent>();
    const connected = driver.connect({
      commands$: new Subject(),
      events$,
      clock: { now: () => 0 },
      leading$: of(true),
      restored,
    } as never);
    const connection = connected.subscribe();
    onTestFinished(() => connection.unsubscribe());
    for (const event of logged) events$.next({ event } as LoggedEvent);
    while (!asked.some(({ op }) => op === 'reconcile'))
      await new Promise((resolve) => setTimeout(resolve, 1));
    return { since: asked.find(({ op }) => op === 'reconcile')?.since, saved: driver.save?.() };
  };

  it('asks for what came since the venue was last heard, as the snapshot and the log behind it say', async () => {
    expect(await begun({ heardTo: 50_000 })).toEqual({ since: 40_000, saved: { heardTo: 50_000 } });
    const late = { kind: 'report', venueTime: 70_000 };
    expect(await begun({ heardTo: 50_000 }, late, { kind: 'truth', venueTime: 60_000 })).toEqual({
      since: 60_000,
      saved: { heardTo: 70_000 },
    });
    expect(await begun(undefined, { kind: 'truth', venueTime: 30_000 })).toMatchObject({ since: 20_000 });
  });
});
