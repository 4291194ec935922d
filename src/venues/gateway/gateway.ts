import { type VenueDriver, venueDriver } from '../driver/venue-driver.js';
import { GatewayAdapter } from './gateway-adapter.js';
import { type GatewayOptions, gatewaySettings } from './options.js';

/**
 * A venue that is another process: an execution engine in C++, Python or anything else that speaks ZeroMQ and msgpack.
 *
 * ```
 * commands  --s-----------c---     submit, cancel
 * engine    --> ROUTER    -->
 * events    ---a--f-f-------x-     accepted, two fills, canceled
 * ```
 *
 * The engine executes orders and tells of them; books and trades of its instruments come by another driver, or with
 * `marketData` by the engine too: its updates are numbered, and one that is missing is a gap of the book. Beyond loopback both sides need CURVE keys. A message that is not exactly of the format (docs/gateway-format.md) is refused and
 * counted, by faults `bad-message`; the connection is then made anew, and the engine asked for the truth. An engine
 * that speaks another version is not spoken to. examples/python-gateway is an engine.
 *
 * It needs the package `zeromq`.
 *
 * @example
 * const engine = gateway({ venue: 'engine', connect: 'tcp://127.0.0.1:5570' });
 * run(desk, { clock: liveClock(), drivers: [marketData, engine] });
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function gateway(options: GatewayOptions): VenueDriver {
  const settings = gatewaySettings(options);
  const { venue, capabilities, timeout } = settings;
  return venueDriver({
    venue,
    capabilities,
    timeout,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.reserved === undefined ? {} : { reserved: options.reserved }),
    adapter: (port) => new GatewayAdapter(settings, port),
  });
}
