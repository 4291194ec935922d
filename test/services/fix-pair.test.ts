import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TAG } from '../../src/venues/fix/index.js';
import { FixDouble } from '../doubles/fix/fix-double.js';
import { ES } from '../venues/cme/under-test.js';
import { type Books, FixPair, otherOf, type Told } from './fix/pair.js';

const BUILT = existsSync(join(import.meta.dirname, '../../dist/venues/cme/index.js'));
const KILLS = Number(process.env['MILLRACE_FIX_PAIR_KILLS'] ?? 2);
/** Lots of each order of the desk. */
const LOTS = 4;
const OPEN = new Set(['new', 'partiallyFilled']);

/** The market trades, and resting orders are filled in pieces, until it is stopped. */
class Traffic {
  readonly #double: FixDouble;
  readonly #timer: NodeJS.Timeout;
  #chance = 7;

  constructor(double: FixDouble) {
    this.#double = double;
    double.level('bid', 20_000, 10);
    double.level('ask', 20_010, 10);
    this.#timer = setInterval(() => this.#beat(), 20);
  }

  #beat(): void {
    this.#double.trade(1);
    const open = this.#double.orders().filter(({ status }) => OPEN.has(status));
    const order = open[this.below(open.length)];
    if (order === undefined) return;
    const first = 1 + this.below(LOTS - order.filled);
    const rest = LOTS - order.filled - first;
    // Now one execution, now two in one piece.
    this.#double.fill(order.clientOrderId, first, ...(rest > 0 && this.below(2) === 0 ? [rest] : []));
  }

  below(bound: number): number {
    this.#chance = (this.#chance * 48_271) % 2_147_483_647;
    return this.#chance % Math.max(1, bound);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** What the gateway has, as the ledger spells it. */
const asTold = (double: FixDouble): readonly Told[] =>
  double
    .orders()
    .map(({ clientOrderId, status, filled }): Told => {
      const names: Record<string, string> = { new: 'accepted' };
      return [clientOrderId, names[status] ?? status, filled, 0];
    })
    .sort(byId);
const byId = ([one]: Told, [other]: Told): number => (one < other ? -1 : 1);
const all = ({ open, finished }: Books): readonly Told[] => [...open, ...finished].sort(byId);

for (const { version, massStatus } of [
  { version: 'FIX.4.2', massStatus: false },
  { version: 'FIX.4.4', massStatus: true },
] as const)
  describe(`a pair at a gateway of ${version}, ${massStatus ? 'which tells all open orders at once' : 'asked for each order'}`, () => {
    test.skipIf(!BUILT && process.env['CI'] !== 'true')(
      BUILT
        ? `${KILLS} leaders killed in the middle of orders: the books are the gateway's, no order is lost or doubled`
        : 'skipped: no dist; run `npm run build`',
      async () => {
        expect(BUILT, 'dist/venues/cme is missing: build before the tests').toBe(true);
        const double = await FixDouble.start({ version, instrument: ES });
        const pair = new FixPair({ version, massStatus, dropCopy: true, broker: double.port });
        let traffic: Traffic | undefined;
        try {
          await pair.begin();
          traffic = new Traffic(double);
          for (let kill = 0; kill < KILLS; kill++) {
            const before = double.orders().length;
            await pair.until('orders', () => double.orders().length > before + 30);
            await new Promise((resolve) => setTimeout(resolve, traffic?.below(30)));
            const { leader } = pair;
            const next = otherOf(leader);
            const from = double.received.length;
            await pair.kill(leader);
            await pair.until(`${next} takes over`, () => pair.leads(next));
            const asks = (): ReadonlySet<string> =>
              new Set(
                double.received
                  .slice(from)
                  .filter((message) => message.get(TAG.SenderCompID) === `DESK${next}`)
                  .map(({ type }) => type),
              );
            await pair.until('the one that took over reconciles', () => asks().has(massStatus ? 'AF' : 'H'));
            const taken = double.orders().length;
            await pair.until('orders of the new leader', () => double.orders().length > taken + 10);
            pair.start(leader);
            await pair.paired();
          }
          traffic.stop();
          const { leader } = pair;
          let books = await pair.books(leader);
          const agree = async (): Promise<boolean> => {
            books = await pair.books(leader);
            const ids = new Set(double.orders().map(({ clientOrderId }) => clientOrderId));
            const held = JSON.stringify(all(books).filter(([id]) => ids.has(id)));
            const open = books.open.every(([id]) => ids.has(id));
            return open && books.inDoubt === 0 && held === JSON.stringify(asTold(double));
          };
          // Whatever was under way is settled; what cannot be is told by the difference below.
          await pair.until('the books agree', agree, 1_000).catch(() => {});
          const ids = new Set(double.orders().map(({ clientOrderId }) => clientOrderId));
          expect(all(books).filter(([id]) => ids.has(id))).toEqual(asTold(double));
          expect(books.inDoubt).toBe(0);
          // What never arrived at the gateway is over, and nothing of it was traded.
          for (const [id, status, filled] of all(books).filter(([id]) => !ids.has(id)))
            expect([id, status, filled]).toEqual([id, expect.stringMatching(/^(rejected|canceled)$/), 0]);
          expect(books.position, 'the position').toBe(double.position);
          expect(double.orders().filter(({ requests }) => requests !== 1)).toEqual([]);
          expect(pair.halts).toEqual([]);
          expect(books.faults.filter((fault) => /^(truth-position|fix-)/.test(fault))).toEqual([]);
          // Its mirror, a moment behind, comes to the same.
          let mirror = await pair.books(otherOf(leader));
          const same = async (): Promise<boolean> => {
            [books, mirror] = [await pair.books(leader), await pair.books(otherOf(leader))];
            return (
              JSON.stringify([mirror.position, all(mirror)]) === JSON.stringify([books.position, all(books)])
            );
          };
          await pair.until('the mirror has what its leader has', same, 1_000).catch(() => {});
          expect([mirror.position, all(mirror)]).toEqual([books.position, all(books)]);
          console.log(`${version}: ${KILLS} leaders killed, ${ids.size} orders, position ${books.position}`);
        } finally {
          traffic?.stop();
          await pair.end();
          await double.stop();
        }
      },
      300_000,
    );
  });
