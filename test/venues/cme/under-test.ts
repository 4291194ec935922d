import { type Instrument, instrument } from '../../../src/domain/instrument.js';
import { MemoryDisk } from '../../../src/journal/index.js';
import type { CmeOptions } from '../../../src/venues/cme/index.js';
import { cmeVenue, standardGateway } from '../../../src/venues/cme/index.js';
import { standard, tcp } from '../../../src/venues/fix/index.js';
import { FixDouble, type FixDoubleOptions } from '../../doubles/fix/fix-double.js';
import type { VenueUnderTest } from '../conformance/venue-under-test.js';

export const ES: Instrument = instrument({
  venue: 'cme',
  symbol: 'ESZ6',
  kind: 'future',
  base: 'ES',
  quote: 'USD',
  tick: '0.25',
  lot: '1',
  multiplier: '50',
  expiry: Date.UTC(2026, 11, 18),
});

/** A disk of memory that can be opened again: what was written stays. */
function keptDisk(): () => MemoryDisk {
  let disk = new MemoryDisk();
  return () => {
    disk = disk.crashed();
    return disk;
  };
}

/** What a driver is made of, for one node of a desk. */
export function nodeOptions(
  node: string,
  port: number,
  version: 'FIX.4.2' | 'FIX.4.4',
  more: Partial<CmeOptions> = {},
): CmeOptions {
  const session = (compID: string, disk: () => MemoryDisk): CmeOptions['orders'] => ({
    senderCompID: compID,
    targetCompID: 'BROKER',
    transport: tcp({ host: '127.0.0.1', port }),
    store: { disk: disk() },
    heartbeat: 1,
    reconnect: { first: 20, longest: 200 },
    logoutPatience: 200,
  });
  const [orders, copy, market] = [keptDisk(), keptDisk(), keptDisk()];
  return {
    gateway: standardGateway(version, { session: standard(version, { resendChunk: 2 }) }),
    account: 'A1',
    operator: 'OP7',
    timeout: 400,
    orders: session(`DESK${node}`, orders),
    dropCopy: session(`COPY${node}`, copy),
    market: session(`DATA${node}`, market),
    ...more,
  };
}

/** A gateway's double and drivers of it, each a node with CompIDs of its own. */
export async function startGateway(
  version: 'FIX.4.2' | 'FIX.4.4',
  more: Partial<FixDoubleOptions> = {},
): Promise<VenueUnderTest & { readonly double: FixDouble }> {
  const double = await FixDouble.start({ version, instrument: ES, ...more });
  const none = 'FIX has no such answer: what is not reported is not known';
  let nodes = 0;
  return {
    instrument: ES,
    double,
    driver: () => cmeVenue(nodeOptions(String(++nodes), double.port, version)),
    keepAlive: 1_000,
    without: {
      http500: none,
      http504: none,
      throttle: none,
      clockSkew: 'a wrong time ends the session: see the session’s own tests',
      deadKey: 'a wrong password ends the logon: see the session’s own tests',
    },
    restingPrice: 20_000,
    lots: 10,
  };
}
