import { Subject } from 'rxjs';
import type { Network } from '../../src/failover/ports.js';
import type { Message } from '../../src/failover/protocol/message.js';
import type { Chance } from './chance.js';
import type { HeapClock } from './heap-clock.js';
import type { Process } from './process.js';

interface Endpoint {
  readonly process: Process;
  readonly messages: Subject<Message>;
  readonly links: Subject<'up' | 'down'>;
}

/** The way between two members: cut, slow, lossy, doubling, out of order. */
export class SimNetwork {
  /** Senders whose messages do not arrive. */
  readonly cut: Set<string> = new Set();
  drop = 0;
  double = 0;
  reorder = 0;
  slow = 0;
  /** How often a block arrives damaged. */
  damage = 0;
  readonly #clock: HeapClock;
  readonly #chance: Chance;
  readonly #ends = new Map<string, Endpoint>();
  readonly #last = new Map<string, number>();

  constructor(clock: HeapClock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  /** Connects a process that just started. */
  open(process: Process): Network {
    const end: Endpoint = { process, messages: new Subject(), links: new Subject() };
    this.#ends.set(process.name, end);
    return {
      messages$: end.messages,
      links$: end.links,
      send: (message) => {
        this.#send(process, message);
        return true;
      },
      reconnect: () => {},
      close: () => Promise.resolve(),
    };
  }

  /** The other member's kernel sees that the connection of `name` broke. */
  hint(name: string): void {
    for (const [other, { process, links }] of this.#ends)
      if (other !== name) process.after(this.#chance.between(0.1, 1), () => links.next('down'));
  }

  #send(from: Process, message: Message): void {
    const chance = this.#chance;
    if (this.cut.has(from.name) || chance.happens(this.drop)) return;
    const copies = chance.happens(this.double) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      let at =
        this.#clock.now + chance.between(0.1, 1) + (chance.happens(this.slow) ? chance.between(0, 80) : 0);
      if (!chance.happens(this.reorder)) {
        at = Math.max(at, this.#last.get(from.name) ?? 0);
        this.#last.set(from.name, at);
      }
      const damaged = message.type === 'append' && chance.happens(this.damage);
      const arrives = damaged ? { ...message, block: new Uint8Array(1) } : message;
      this.#clock.at(at, () => {
        for (const [name, { process, messages }] of this.#ends)
          if (name !== from.name) process.run(() => messages.next(arrives));
      });
    }
  }
}
