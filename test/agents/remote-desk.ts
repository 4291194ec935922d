import { encode } from '@msgpack/msgpack';
import { Subject } from 'rxjs';
import { onTestFinished } from 'vitest';
import * as zeromq from 'zeromq';
import {
  openRemoteAgents,
  type RemoteAgents,
  type RemoteAgentsOptions,
  type RemoteSettings,
  remote,
} from '../../src/agents/index.js';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { run } from '../../src/core/run.js';
import type { Decision } from '../../src/domain/decision.js';
import type { FaultEvent, OutsideEvent } from '../../src/domain/event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { agents, books, type MarketFields } from '../../src/operators/index.js';
import { events, liveClock, MemoryJournal } from '../../src/streams/index.js';
import { quote, spot } from '../../src/testing/index.js';

export const BTC: Instrument = spot();
type Settings = Partial<RemoteSettings<Frame & MarketFields>>;

/** Waits, a turn of the loop after another, until something holds. It fails when the test's time is over. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

export interface RemoteDesk {
  readonly hub: RemoteAgents;
  /** A quote at this price. */
  readonly tell: (price: number) => void;
  readonly decisions: readonly Decision[];
  readonly faults: readonly FaultEvent[];
  readonly codes: () => readonly string[];
  readonly journal: MemoryJournal;
  readonly close: () => void;
}

/** A desk that remote agents can connect to, of which the test makes the market. */
export async function openDesk(
  team: Readonly<Record<string, Settings>>,
  options: Partial<RemoteAgentsOptions> = {},
): Promise<RemoteDesk> {
  const declared = Object.entries(team).map(([name, settings]) =>
    remote<Frame & MarketFields>({ name, every: 1, observe: ({ mid }) => ({ mid }), ...settings }),
  );
  const hub = await openRemoteAgents(declared, { bind: 'tcp://127.0.0.1:*', ...options });
  const market = new Subject<OutsideEvent>();
  const core = compose({ name: 'desk', instruments: [BTC] }, books(), agents(declared));
  const journal = new MemoryJournal();
  const decisions: Decision[] = [];
  const faults: FaultEvent[] = [];
  const running = run(core, { clock: liveClock(), drivers: [hub, events('market', market)], journal });
  const subscription = running.subscribe((frame) => {
    decisions.push(...frame.decisions);
    if (frame.event.kind === 'fault') faults.push(frame.event);
  });
  const close = (): void => {
    subscription.unsubscribe();
    hub.close();
  };
  onTestFinished(close);
  const tell = (price: number): void => market.next(quote(BTC, price));
  const codes = (): readonly string[] => faults.map(({ component, code }) => `${component} ${code}`);
  return { hub, tell, decisions, faults, codes, journal, close };
}

export interface RawPeer {
  readonly socket: zeromq.Dealer;
  readonly say: (type: string, fields?: object) => Promise<void>;
  readonly raw: (...frames: (Uint8Array | string)[]) => Promise<void>;
}

/** A raw peer: it says whatever the test wants. */
export function openPeer(address: string, options: zeromq.SocketOptions<zeromq.Dealer> = {}): RawPeer {
  const socket = new zeromq.Dealer({ linger: 0, ...options });
  socket.connect(address);
  onTestFinished(() => socket.close());
  return {
    socket,
    say: (type, fields = {}) => socket.send(encode({ version: 1, type, ...fields })),
    raw: (...frames) => socket.send(frames),
  };
}
