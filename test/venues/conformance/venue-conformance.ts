import { afterEach, describe, expect, test } from 'vitest';
import { L2Book } from '../../../src/books/index.js';
import type { FillReport, OutsideEvent, TruthEvent } from '../../../src/domain/event.js';
import type { Part, RequestFault, VenueUnderTest } from './venue-under-test.js';
import { Wire } from './wire.js';

/** Faults after which nobody can say whether the venue has the order. */
const DOUBTS: readonly RequestFault[] = ['acceptThenDrop', 'acceptThenHang', 'noReply', 'http500', 'http504'];
/** Faults after which it is certain that it has not. */
const REFUSALS: readonly RequestFault[] = ['reject', 'throttle', 'clockSkew', 'deadKey'];

/** Executions of an order, each once, by reports and by the truths that the ledger is held against. */
const executionsOf = (events: readonly OutsideEvent[], id: string): readonly FillReport[] => {
  const told = events.flatMap((event): readonly OutsideEvent[] =>
    event.kind === 'truth' ? event.fills : [event],
  );
  return [...new Map(fillsOf(told, id).map((fill) => [fill.executionId, fill])).values()];
};

const fillsOf = (events: readonly OutsideEvent[], id: string): readonly FillReport[] =>
  events.filter(
    (event): event is FillReport =>
      event.kind === 'report' && event.type === 'fill' && event.clientOrderId === id,
  );

/**
 * What every venue's driver owes the core, tried against a double of the venue.
 *
 * @example
 * venueConformance('binance spot', () => startBinanceUnderTest());
 */
export function venueConformance(name: string, make: () => Promise<VenueUnderTest>): void {
  describe(`${name} conforms`, () => {
    /** Parts without a meaning on this venue, and why. */
    const left = new Map<Part, string>();
    const open: { readonly venue: VenueUnderTest; readonly wires: Wire[] }[] = [];

    afterEach(async () => {
      for (const { venue, wires } of open.splice(0)) {
        await Promise.all(wires.map((wire) => wire.close()));
        await venue.double.stop();
      }
    });

    async function start(): Promise<{ readonly venue: VenueUnderTest; readonly wire: Wire }> {
      const venue = await make();
      const wire = new Wire(venue.driver(), venue.instrument);
      open.push({ venue, wires: [wire] });
      await wire.connected();
      return { venue, wire };
    }

    /** Why a part has no meaning here, or `undefined`. */
    function without(
      { without: reasons }: VenueUnderTest,
      part: Part,
      otherwise?: string,
    ): string | undefined {
      const reason = reasons?.[part] ?? otherwise;
      if (reason !== undefined) left.set(part, reason);
      return reason;
    }

    const rests = ({ restingPrice, lots }: VenueUnderTest) => ({ price: restingPrice, quantity: lots });
    const requestsOf = ({ double }: VenueUnderTest, id: string) =>
      double.orders().find(({ clientOrderId }) => clientOrderId === id)?.requests ?? 0;

    test('an order rests and is canceled: one word each', async () => {
      const { venue, wire } = await start();
      wire.submit('a1', rests(venue));
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      wire.cancel('a1');
      await wire.until('the cancel', () => wire.said('a1').includes('canceled'));
      await wire.until('the end at the venue', () => venue.double.orders()[0]?.status === 'canceled');
      expect(wire.said('a1')).toEqual(['accepted', 'canceled']);
    });

    test('an acknowledgement and three fills in one piece are four reports in order, to the lot', async () => {
      const { venue, wire } = await start();
      const { lots } = venue;
      const parts = [1, 2, lots - 3];
      venue.double.fillNextInBurst(...parts);
      wire.submit('a1', rests(venue));
      await wire.until('three fills', () => fillsOf(wire.events, 'a1').length === 3);
      expect(wire.said('a1')).toEqual([
        'accepted',
        ...parts.map((part) => `fill ${part}@${venue.restingPrice}`),
      ]);
      const fills = fillsOf(wire.events, 'a1');
      expect(new Set(fills.map(({ executionId }) => executionId)).size).toBe(3);
      for (const { fee, side, quantity } of fills) {
        expect(fee).toMatch(/^-?\d+(\.\d+)?$/);
        expect([side, Number.isSafeInteger(quantity)]).toEqual(['buy', true]);
      }
    });

    test('fills that happen while the connection is down are recovered, each once', async () => {
      const { venue, wire } = await start();
      wire.submit('a1', rests(venue));
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      venue.double.fill('a1', 1);
      await wire.until('the first fill', () => fillsOf(wire.events, 'a1').length === 1);
      const truths = wire.events.filter(({ kind }) => kind === 'truth').length;
      venue.double.disconnect();
      venue.double.fill('a1', 2, 1);
      await wire.until('a truth behind the new connection', () => {
        const down = wire.events.findLastIndex((event) => event.kind === 'link' && event.state === 'down');
        return down >= 0 && wire.events.slice(down).filter(({ kind }) => kind === 'truth').length > 0;
      });
      await wire.until('the missed fills', () => executionsOf(wire.events, 'a1').length >= 3);
      wire.reconcile();
      await wire.until(
        'one more truth',
        () => wire.events.filter(({ kind }) => kind === 'truth').length >= truths + 2,
      );
      expect(executionsOf(wire.events, 'a1').map(({ quantity }) => quantity)).toEqual([1, 2, 1]);
      const reported = fillsOf(wire.events, 'a1').map(({ executionId }) => executionId);
      expect(new Set(reported).size).toBe(reported.length);
      const truth = wire.events.findLast((event): event is TruthEvent => event.kind === 'truth');
      expect(truth?.orders.find(({ clientOrderId }) => clientOrderId === 'a1')).toMatchObject({
        status: 'partiallyFilled',
        filled: 4,
      });
    });

    for (const fault of DOUBTS) {
      test(`${fault}: the order is unknown, looked up, and never sent twice`, async (context) => {
        const { venue, wire } = await start();
        const none = without(venue, fault);
        if (none !== undefined) return context.skip(none);
        venue.double.failNext(fault);
        const order = wire.submit('a1', rests(venue));
        await wire.until('the doubt', () => wire.said('a1').includes('unknown'));
        const had = fault !== 'noReply';
        await wire.until('the link again', () => {
          const last = wire.events.findLast((event) => event.kind === 'link' && event.channel === 'orders');
          return last?.kind === 'link' && last.state === 'up';
        });
        const asked = wire.ask('a1');
        await wire.until('an answer', () =>
          wire.reports.some((report) => 'answers' in report && report.answers === asked),
        );
        const answer = wire.reports.find((report) => 'answers' in report && report.answers === asked);
        expect(answer).toMatchObject(
          had ? { type: 'accepted', filled: 0 } : { type: 'notFound', clientOrderId: order.clientOrderId },
        );
        expect(answer?.venueTime).toBeGreaterThan(0);
        expect(requestsOf(venue, 'a1')).toBe(had ? 1 : 0);
        expect(venue.double.orders()).toHaveLength(had ? 1 : 0);
      });
    }

    for (const fault of REFUSALS) {
      test(`${fault}: the order is rejected, and certainly not at the venue`, async (context) => {
        const { venue, wire } = await start();
        const none = without(venue, fault);
        if (none !== undefined) return context.skip(none);
        venue.double.failNext(fault);
        wire.submit('a1', rests(venue));
        await wire.until('the rejection', () => wire.said('a1').length > 0);
        expect(wire.said('a1')).toEqual(['rejected']);
        expect(venue.double.orders()).toEqual([]);
        const codes = wire.events.flatMap((event) =>
          event.kind === 'fault' ? [`${event.code} ${event.severity}`] : [],
        );
        if (fault === 'deadKey') expect(codes).toContain('dead-key halt');
        if (fault === 'throttle') expect(codes).toContain('throttled notice');
        if (fault === 'clockSkew') {
          expect(codes).toContain('clock notice');
          await wire.until('an order taken by the clock that was set', () => {
            if (wire.said('a2').length === 0) wire.submit('a2', rests(venue));
            return wire.said('a2').includes('accepted');
          });
        }
      });
    }

    test('a cancel of an order that the venue does not know is refused', async () => {
      const { wire } = await start();
      wire.cancel('never');
      await wire.until('the refusal', () => wire.said('never').length > 0);
      expect(wire.said('never')).toEqual(['cancelRejected']);
    });

    test('cancel-all ends every order, told once each; with nothing open it does no harm', async (context) => {
      const { venue, wire } = await start();
      const none = without(venue, 'cancelAll');
      if (none !== undefined || wire.driver.cancelAll === undefined) return context.skip(none);
      const ids = ['a1', 'a2', 'a3'];
      for (const id of ids) wire.submit(id, rests(venue));
      await wire.until('all', () => ids.every((id) => wire.said(id).includes('accepted')));
      const truths = wire.events.filter(({ kind }) => kind === 'truth').length;
      expect(await wire.driver.cancelAll()).toMatchObject([
        { instrument: venue.instrument.id, outcome: { kind: 'acknowledged' } },
      ]);
      await wire.until('the ends', () => ids.every((id) => wire.said(id).includes('canceled')));
      for (const id of ids) expect(wire.said(id)).toEqual(['accepted', 'canceled']);
      await wire.until('a truth', () => wire.events.filter(({ kind }) => kind === 'truth').length > truths);
      for (const { status } of venue.double.orders()) expect(status).toBe('canceled');
      expect(await wire.driver.cancelAll()).toMatchObject([{ outcome: { kind: 'acknowledged' } }]);
    });

    test('an order that risk did not approve is not sent, and halts the desk', async () => {
      const { venue, wire } = await start();
      const order = wire.order('a1', rests(venue));
      wire.commands.next({ kind: 'submit', approved: {} as never, order });
      await wire.until('the alarm', () => wire.events.some(({ kind }) => kind === 'fault'));
      expect(wire.events.find(({ kind }) => kind === 'fault')).toMatchObject({
        code: 'unapproved',
        severity: 'halt',
      });
      expect(venue.double.orders()).toEqual([]);
    });

    test('a frozen venue is noticed within two keep-alives and a little', async (context) => {
      const { venue, wire } = await start();
      const none = without(
        venue,
        'freeze',
        venue.keepAlive === 0 ? 'no connection that can freeze' : undefined,
      );
      if (none !== undefined) return context.skip(none);
      const down = () =>
        wire.events.some(
          (event) => event.kind === 'link' && event.channel !== 'market' && event.state === 'down',
        );
      venue.double.freeze();
      const frozen = Date.now();
      await wire.until('the loss of the link', down, 10 * venue.keepAlive);
      // The machine may be busy; a keep-alive's half is what timers and loopback are granted.
      console.log(
        `${name}: a frozen venue was noticed after ${((Date.now() - frozen) / venue.keepAlive).toFixed(2)} keep-alives`,
      );
      venue.double.thaw();
      await wire.until('the link again', () => {
        const last = wire.events.findLast((event) => event.kind === 'link' && event.channel === 'orders');
        return last?.kind === 'link' && last.state === 'up';
      });
    });

    test('market data: a book that follows the venue, a gap that shows, trades', async (context) => {
      const { venue, wire } = await start();
      const { double, restingPrice: price } = venue;
      const own = double.level !== undefined && double.book !== undefined;
      const none = without(venue, 'marketData', own ? undefined : 'no market data of its own');
      if (none !== undefined || double.level === undefined) return context.skip(none);
      const book = new L2Book();
      let next = 0;
      const follow = (): L2Book => {
        for (; next < wire.events.length; next++) {
          const event = wire.events[next] as OutsideEvent;
          if (event.kind === 'book' && book.apply(event) === 'gap') wire.askForBook();
          if (event.kind === 'sync' && event.state === 'unsynced') {
            book.desync(event.reason);
            wire.askForBook();
          }
        }
        return book;
      };
      const equal = (): boolean => {
        if (!follow().synced) return false;
        const told = double.book?.() as { bids: readonly number[]; asks: readonly number[] };
        const levels = (side: 'bid' | 'ask') =>
          Array.from({ length: book.depth(side) }, (_, level) => [
            book.priceAt(side, level),
            book.quantityAt(side, level),
          ]).flat();
        return (
          JSON.stringify(levels('bid')) === JSON.stringify(told.bids) &&
          JSON.stringify(levels('ask')) === JSON.stringify(told.asks)
        );
      };
      await wire.until('the first book', equal);
      double.level('bid', price, 7);
      double.level('ask', Math.round(1.1 * price), 9);
      await wire.until('two changes', equal);
      double.gap?.();
      double.level('bid', price - 1, 3);
      await wire.until('the book behind the gap', equal);
      double.trade?.(4);
      await wire.until('a trade', () => wire.events.some(({ kind }) => kind === 'trade'));
      expect(wire.events.find(({ kind }) => kind === 'trade')).toMatchObject({ quantity: 4 });
    });

    test('a member that takes over tells the book, the trades and reports that the log lacks, and goes on', async (context) => {
      const { venue, wire } = await start();
      const none = without(venue, 'takeover');
      if (none !== undefined) return context.skip(none);
      const follower = new Wire(venue.driver(), venue.instrument, false);
      open[0]?.wires.push(follower);
      expect(follower.events).toEqual([]);
      wire.submit('a1', rests(venue));
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      // The follower connects meanwhile; it says nothing, so that only time can tell.
      await new Promise((resolve) => setTimeout(resolve, 600));
      venue.double.fill('a1', 1);
      await wire.until('the fill', () => fillsOf(wire.events, 'a1').length === 1);
      // The log of the leader reaches the follower up to here; the leader dies, then something happens.
      for (const [index, event] of wire.events.entries())
        follower.log.next({ seq: index + 1, sub: 0, ts: wire.now(), event });
      await wire.close();
      venue.double.fill('a1', 2);
      venue.double.trade?.(5);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(follower.events).toEqual([]);
      follower.leading.next(true);
      await follower.until('the fill that the log lacks', () => fillsOf(follower.events, 'a1').length === 1);
      expect(fillsOf(follower.events, 'a1')[0]).toMatchObject({ quantity: 2 });
      await follower.until('a truth', () => follower.events.some(({ kind }) => kind === 'truth'));
      const [first] = follower.events;
      expect(first?.kind).toBe('link');
      if (venue.double.level !== undefined)
        await follower.until('a whole book', () =>
          follower.events.some((event) => event.kind === 'book' && event.action === 'snapshot'),
        );
      follower.cancel('a1');
      await follower.until('the cancel', () => follower.said('a1').includes('canceled'));
      expect(fillsOf(follower.events, 'a1')).toHaveLength(1);
    });

    test('what has no meaning here is named, with the reason', async () => {
      const { venue } = await start();
      // A reason that no part has asked for, or a part without a reason, would hide what is not tried.
      expect(Object.fromEntries(left)).toMatchObject(venue.without ?? {});
      for (const [part, reason] of left) expect(reason, part).toMatch(/\w+ \w+/);
      const rows = [...left].map(([part, reason]) => `  ${part.padEnd(15)} ${reason}`);
      if (rows.length > 0) console.log(`${name} has no\n${rows.join('\n')}`);
    });
  });
}
