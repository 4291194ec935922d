import type { Effect } from '../../../src/failover/protocol/effect.js';
import type { Happening, LogFacts } from '../../../src/failover/protocol/input.js';
import type { Ack, Hello, Message, Welcome } from '../../../src/failover/protocol/message.js';
import { type ProtocolOptions, protocol } from '../../../src/failover/protocol/options.js';
import { reduce } from '../../../src/failover/protocol/reduce.js';
import { initialState, type MemberState } from '../../../src/failover/protocol/state.js';

export function options(node: 'a' | 'b', more: Partial<ProtocolOptions> = {}): ProtocolOptions {
  return {
    identity: {
      schemaHash: 's',
      configurationHash: 'c',
      coreHash: 'k',
      node,
      incarnation: `${node}1`,
      holder: node,
    },
    peer: node === 'a' ? 'b' : 'a',
    ...more,
  };
}

/** A member whose inputs are written by hand. */
export class Scripted {
  state: MemberState;
  effects: readonly Effect[] = [];
  at = 0;

  constructor(node: 'a' | 'b', more: Partial<ProtocolOptions> = {}) {
    this.state = initialState(protocol(options(node, more)));
  }

  /** Takes inputs at the present time; gives the effects of all of them. */
  take(...happenings: readonly Happening[]): readonly Effect[] {
    const effects: Effect[] = [];
    for (const happening of happenings) {
      const turn = reduce(this.state, { ...happening, at: this.at } as Parameters<typeof reduce>[1]);
      this.state = turn.state;
      effects.push(...turn.effects);
    }
    this.effects = effects;
    return effects;
  }

  hears(message: Message): readonly Effect[] {
    return this.take({ type: 'message', message });
  }

  /** Lets time pass in steps of ten milliseconds; gives the effects of all of them. */
  passes(milliseconds: number): readonly Effect[] {
    const effects: Effect[] = [];
    for (const end = this.at + milliseconds; this.at < end; ) {
      this.at = Math.min(end, this.at + 10);
      effects.push(...this.take({ type: 'tick' }));
    }
    this.effects = effects;
    return effects;
  }

  /** What the register says to what is asked right now. */
  register(
    reply: 'unreachable' | { done: boolean; value: { epoch: number; leader: string; inSync: string[] } },
  ): readonly Effect[] {
    const id = this.state.request?.id ?? -1;
    return this.take({ type: 'register', id, reply });
  }

  sent<T extends Message['type']>(type: T): Extract<Message, { type: T }>[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'send' && effect.message.type === type
        ? [effect.message as Extract<Message, { type: T }>]
        : [],
    );
  }

  did<T extends Effect['type']>(type: T): Extract<Effect, { type: T }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
  }
}

export const EMPTY: LogFacts = { end: 0, first: 1, epochs: [] };

export const hello = (more: Partial<Hello> = {}): Hello => ({
  type: 'hello',
  version: 1,
  schemaHash: 's',
  configurationHash: 'c',
  coreHash: 'k',
  node: 'b',
  incarnation: 'b1',
  holder: 'b',
  attempt: 1,
  epoch: 0,
  last: 0,
  epochs: [],
  ...more,
});

export const ack = (upTo: number, more: Partial<Ack> = {}): Ack => ({
  type: 'ack',
  epoch: 1,
  session: 1,
  upTo,
  credit: 1_000,
  gap: false,
  ...more,
});

export const welcome = (more: Partial<Welcome> = {}): Welcome => ({
  type: 'welcome',
  epoch: 1,
  to: 'b1',
  attempt: 1,
  node: 'a',
  incarnation: 'a1',
  truncateTo: 0,
  snapshotSeq: 0,
  epochs: [{ epoch: 1, firstSeq: 1 }],
  shadow: false,
  session: 1,
  ...more,
});

/** Member a, leading alone in epoch 1 with a journal up to `end`. */
export function solo(end = 10, more: Partial<ProtocolOptions> = {}): Scripted {
  const a = new Scripted('a', more);
  a.take({ type: 'started', log: EMPTY });
  a.passes(610);
  a.register({ done: false, value: { epoch: 0, leader: '', inSync: [] } });
  a.register({ done: true, value: { epoch: 1, leader: 'a/a1', inSync: ['a'] } });
  a.take({ type: 'appended', end }, { type: 'journaled', upTo: end });
  return a;
}

/** Member a, leading in epoch 1 with b in sync. */
export function paired(end = 10, more: Partial<ProtocolOptions> = {}): Scripted {
  const a = solo(end, more);
  a.hears(hello());
  a.hears(ack(0));
  a.hears(ack(end));
  a.register({ done: true, value: { epoch: 1, leader: 'a/a1', inSync: ['a', 'b'] } });
  return a;
}

/** Member b, in sync with leader a in epoch 1. */
export function mirror(end = 10, more: Partial<ProtocolOptions> = {}): Scripted {
  const b = new Scripted('b', more);
  b.take({ type: 'started', log: EMPTY });
  b.hears(welcome());
  b.hears({ type: 'append', epoch: 1, session: 1, from: 1, to: end, end, block: new Uint8Array(1) });
  b.take({ type: 'stored', end, marks: [{ epoch: 1, firstSeq: 1 }] }, { type: 'journaled', upTo: end });
  b.hears({ type: 'heartbeat', epoch: 1, session: 1, end, paired: true });
  b.register({ done: false, value: { epoch: 1, leader: 'a/a1', inSync: ['a', 'b'] } });
  return b;
}
