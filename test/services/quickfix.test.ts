import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { liveClock } from '../../src/streams/index.js';
import { cmeVenue } from '../../src/venues/cme/index.js';
import {
  type Field,
  type FixMessage,
  FixSession,
  FixStore,
  sessionSettings,
  standard,
  TAG,
  tcp,
} from '../../src/venues/fix/index.js';
import { ES, nodeOptions } from '../venues/cme/under-test.js';
import { Wire } from '../venues/conformance/wire.js';
import { freePort } from './fix/free-port.js';
import { describeWithQuickFix, QuickFix } from './fix/quickfix.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'millrace-fix-'));
  cleanUps.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

async function quickFix(version: 'FIX.4.2' | 'FIX.4.4'): Promise<QuickFix> {
  const broker = new QuickFix(version, await freePort());
  cleanUps.push(() => broker.dispose());
  await broker.start();
  return broker;
}

/** A session of ours over the wall clock, and what it was told. */
class Desk {
  readonly session: FixSession;
  readonly store: FixStore;
  readonly messages: FixMessage[] = [];
  readonly alerts: string[] = [];
  readonly lost: string[] = [];
  ups = 0;
  readonly #stopClock: () => void;

  private constructor(
    broker: QuickFix,
    store: FixStore,
    more: { resendChunk?: number; mayResend?: (message: FixMessage) => boolean },
  ) {
    const clock = liveClock();
    this.#stopClock = clock.start({ startAt: 0, skip: 0, offerRecorded() {}, ended() {}, failed() {} });
    this.store = store;
    this.session = new FixSession({
      settings: sessionSettings({
        dialect: standard(broker.version, { resendChunk: more.resendChunk ?? 0 }),
        senderCompID: 'DESK',
        targetCompID: 'BROKER',
        heartbeat: 2,
        reconnect: { first: 50, longest: 200 },
      }),
      store,
      transport: tcp({ host: '127.0.0.1', port: broker.port }),
      clock,
      mayResend: more.mayResend ?? (() => true),
      application: {
        caughtUp: () => {
          this.ups++;
        },
        down: () => {},
        message: (message) => {
          this.messages.push(message);
          this.session.recorded(message.sequence);
        },
        lost: (from, to) => this.lost.push(`${from} to ${to}`),
        alert: (code, text) => this.alerts.push(`${code}: ${text}`),
      },
    });
    this.session.start();
  }

  static async open(
    broker: QuickFix,
    where: string,
    more: { resendChunk?: number; mayResend?: (message: FixMessage) => boolean } = {},
  ): Promise<Desk> {
    const store = await FixStore.open({ folder: where, key: `${broker.version}:DESK->BROKER` });
    const desk = new Desk(broker, store, more);
    cleanUps.push(() => desk.close());
    await desk.until('the logon', () => desk.ups > 0);
    return desk;
  }

  /** Ids of executions that were delivered. */
  get fills(): readonly string[] {
    return this.messages
      .filter((each) => each.get(TAG.OrdStatus) === '2')
      .map((each) => each.get(TAG.ClOrdID) as string);
  }

  /** Sends an order; gives its number. */
  order(id: string, price = '5000'): number {
    const fields: Field[] = [
      [TAG.MsgType, 'D'],
      [TAG.ClOrdID, id],
      [TAG.HandlInst, '1'],
      [TAG.Symbol, 'ESZ6'],
      [TAG.Side, '1'],
      [TAG.TransactTime, '20260105-14:30:00.250'],
      [TAG.OrderQty, '1'],
      [TAG.OrdType, '2'],
      [TAG.Price, price],
    ];
    const sequence = this.session.send(fields) ?? 0;
    expect(sequence).toBeGreaterThan(0);
    return sequence;
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    for (let tries = 0; tries < 2_000; tries++) {
      if (isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const told = this.messages.slice(-5).join(' / ');
    throw new Error(
      `waited in vain for ${what}; alerts: ${this.alerts.join(' / ')}; phase ${this.session.phase}; ${told}`,
    );
  }

  /** As a process that dies: no logout, and nothing more is heard. */
  async die(): Promise<void> {
    this.session.abandon();
    await this.store.close();
    this.#stopClock();
  }

  async close(): Promise<void> {
    await this.die().catch(() => {});
  }
}

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

for (const version of ['FIX.4.2', 'FIX.4.4'] as const)
  describeWithQuickFix(`against QuickFIX, ${version}`, () => {
    test('the driver: logon, orders, fills, rejects, cancels, replacements, look-ups', async () => {
      const broker = await quickFix(version);
      const { dropCopy: _copy, market: _market, orders, ...options } = nodeOptions('', broker.port, version);
      const wire = new Wire(
        cmeVenue({ ...options, orders: { ...orders, heartbeat: 2 }, timeout: 5_000 }),
        ES,
      );
      cleanUps.push(() => wire.close());
      await wire.connected();
      wire.submit('rests', { price: 20_000, quantity: 3 });
      await wire.until('the acceptance', () => wire.said('rests').includes('accepted'));
      wire.submit('trades', { price: 24_000, quantity: 2 });
      await wire.until('the fill', () => wire.said('trades').length === 2);
      expect(wire.said('trades')).toEqual(['accepted', 'fill 2@24000']);
      wire.submit('huge', { price: 20_000, quantity: 5_000 });
      await wire.until('the rejection', () => wire.said('huge').length > 0);
      expect(wire.said('huge')).toEqual(['rejected']);
      wire.submit('better', { price: 20_001, quantity: 2, replaces: 'rests' as never });
      await wire.until('the replacement', () => wire.said('better').includes('replaced'));
      expect(wire.said('rests')).toEqual(['accepted', 'canceled']);
      const asked = wire.ask('better');
      await wire.until('an answer', () =>
        wire.reports.some((each) => 'answers' in each && each.answers === asked),
      );
      expect(wire.reports.at(-1)).toMatchObject({ type: 'accepted', clientOrderId: 'better', filled: 0 });
      wire.log.next({ seq: 0, sub: 1, ts: 0, event: { kind: 'submitted', order: wire.order('never') } });
      wire.ask('never');
      await wire.until('not found', () => wire.said('never').includes('notFound'));
      wire.cancel('better');
      await wire.until('the cancel', () => wire.said('better').includes('canceled'));
      wire.cancel('better');
      await wire.until('the refusal', () => wire.said('better').includes('cancelRejected'));
      // Nothing that we sent was refused by the dictionary.
      expect(broker.lines.filter((line) => line.startsWith('> 3') || line.startsWith('> j'))).toEqual([]);
    });

    test('heartbeats, and a test request of either side', async () => {
      const broker = await quickFix(version);
      const desk = await Desk.open(broker, folder());
      broker.tell('test');
      await broker.until('our answer', (lines) =>
        lines.some((line) => /^< 0 \d+ 112=ARE-YOU-THERE/.test(line)),
      );
      await broker.until('a heartbeat', (lines) => lines.some((line) => /^< 0 \d+$/.test(line)));
      // Whoever is asked and does not answer is gone.
      broker.signal('SIGSTOP');
      await desk.until('the loss', () =>
        desk.alerts.some((alert) => alert.includes('none to a test request')),
      );
      broker.signal('SIGCONT');
      await desk.until('the new logon', () => desk.ups === 2);
    });

    test('what they sent while we were away comes in order, in chunks or whole, and across restarts of both', async () => {
      const broker = await quickFix(version);
      const where = folder();
      let desk = await Desk.open(broker, where);
      broker.tell('flood 3 a');
      await desk.until('three', () => desk.fills.length === 3);
      await desk.die();
      await broker.until('our end', (lines) => lines.includes('logout'));
      const from = broker.lines.length;
      broker.tell('flood 20 b');
      await broker.until('the flood', (lines) => lines.includes('flooded 20'), from);
      await broker.kill();
      await broker.start();
      desk = await Desk.open(broker, where, { resendChunk: 7 });
      expect(desk.fills).toEqual(names('b', 20));
      expect(desk.messages.every((message) => message.flag(TAG.PossDupFlag))).toBe(true);
      await desk.die();
      desk = await Desk.open(broker, where);
      expect(desk.messages, 'what is recorded does not come again').toEqual([]);
      expect(desk.alerts).toEqual([]);
    });

    test('their gap is asked for and filled', async () => {
      const broker = await quickFix(version);
      const desk = await Desk.open(broker, folder());
      const [sender] = await broker.numbers();
      broker.tell(`skip ${sender + 5}`);
      broker.tell('flood 2 c');
      await desk.until('two', () => desk.fills.length === 2);
      await broker.until('our request', (lines) =>
        lines.some((line) => line.startsWith(`< 2`) && line.includes(`7=${sender} `)),
      );
      expect(desk.fills).toEqual(['c0', 'c1']);
      expect(desk.session.state.incoming).toBeGreaterThanOrEqual(sender + 7);
    });

    test('our messages are sent again when they are asked for, and stale ones are gap-filled', async () => {
      const broker = await quickFix(version);
      const where = folder();
      let desk = await Desk.open(broker, where);
      const one = desk.order('one');
      desk.order('two');
      await desk.until('both', () => desk.messages.length === 2);
      broker.tell(`expect ${one}`);
      await broker.until('it', (lines) => lines.includes(`expects ${one}`));
      desk.order('three');
      await broker.until(
        'both again',
        (lines) => lines.filter((line) => /^< D \d+ dup=Y/.test(line)).length >= 2,
      );
      await desk.until('all', () => desk.messages.length >= 5);
      await desk.die();
      // After a restart they come off the store; those that are not meant any more do not come.
      desk = await Desk.open(broker, where);
      const [, later] = await broker.numbers();
      broker.tell(`expect ${later - 2}`);
      let from = broker.lines.length;
      desk.order('four');
      await broker.until('the resend', (lines) => lines.some((line) => line.startsWith('< D ')), from);
      await desk.die();
      desk = await Desk.open(broker, where, {
        mayResend: (message) => message.get(TAG.ClOrdID) === 'five',
      });
      const [, last] = await broker.numbers();
      from = broker.lines.length;
      broker.tell(`expect ${last - 3}`);
      desk.order('five');
      await broker.until(
        'a gap fill',
        (lines) => lines.some((line) => /^< 4 \d+ dup=Y 36=\d+ 123=Y/.test(line)),
        from,
      );
      await broker.until('the order', (lines) => lines.some((line) => /^< D \d+/.test(line)), from);
      expect(broker.lines.slice(from).filter((line) => /^< D /.test(line)).length).toBeLessThanOrEqual(2);
      // Heartbeats may be under way.
      expect((await broker.numbers())[1]).toBeGreaterThan(desk.session.state.outgoing - 3);
    });

    test('a reset of their numbers is taken and told, a reset of both sides agreed on', async () => {
      const broker = await quickFix(version);
      const desk = await Desk.open(broker, folder());
      const next = desk.session.state.incoming;
      broker.tell(`reset ${next + 10}`);
      await desk.until('the reset', () => desk.lost.length > 0);
      expect(desk.lost[0]).toMatch(new RegExp(`to ${next + 9}$`));
      broker.tell('flood 1 d');
      await desk.until('one', () => desk.fills.length === 1);
      desk.session.reset();
      await desk.until('the new logon', () => desk.ups === 2);
      expect([desk.session.state.incoming, desk.session.state.outgoing]).toEqual([2, 2]);
      broker.tell('flood 1 e');
      await desk.until('one more', () => desk.fills.length === 2);
      expect(await broker.numbers()).toEqual([3, 2]);
    });

    test('a reset of our numbers is sent, taken, and outlives a restart', async () => {
      const broker = await quickFix(version);
      const where = folder();
      let desk = await Desk.open(broker, where);
      const next = desk.session.state.outgoing + 500;
      expect(() => desk.session.resetTo(1)).toThrow(/fix.resetTo must be an integer of at least/);
      desk.session.resetTo(next);
      await broker.until('the reset', (lines) =>
        lines.some((line) => line.startsWith('< 4') && line.includes(`36=${next}`)),
      );
      expect(desk.order('one')).toBe(next);
      await desk.until('the answer', () => desk.messages.length === 1);
      await desk.die();
      desk = await Desk.open(broker, where);
      expect(desk.order('two')).toBeGreaterThan(next + 1);
      await desk.until('the answer', () => desk.messages.length === 1);
      expect((await broker.numbers())[1]).toBe(desk.session.state.outgoing);
      expect(desk.alerts).toEqual([]);
    });

    test('a number below what they expect ends the session, is told, and is not tried again', async () => {
      const broker = await quickFix(version);
      const desk = await Desk.open(broker, folder());
      broker.tell('expect 1000');
      await broker.until('it', (lines) => lines.includes('expects 1000'));
      desk.order('one');
      await desk.until('the end', () => desk.session.phase === 'refused');
      expect(desk.alerts.join()).toMatch(/MsgSeqNum too low/);
      // The number that was agreed on with them is taken, and the session goes on.
      desk.session.resetTo(1_500);
      await desk.until('the new logon', () => desk.ups === 2);
      desk.order('two');
      await desk.until('the answer', () => desk.messages.length === 1);
    });
  });
