import type { Register } from 'millrace/failover';
import { etcdRegister, fileRegister, leaseRegister, natsRegister, redisRegister } from 'millrace/failover';
import { natsSignalLog, redisSignalLog, type SignalLog } from 'millrace/queues';
import { feedSignalLog } from '../feed-signal-log.js';

/** The register at an address. @throws ConfigurationError when the address cannot be */
export function registerAt(address: string, key: string): Register | 'none' {
  if (address === 'none') return 'none';
  if (address.startsWith('file:')) return fileRegister({ path: address.slice('file:'.length) });
  if (address.startsWith('lease:')) return leaseRegister({ name: address.slice('lease:'.length) });
  const servers = address.split(',');
  if (/^rediss?:/.test(address)) return redisRegister({ url: address, key });
  if (/^https?:/.test(address)) return etcdRegister({ endpoints: servers, key });
  return natsRegister({ servers, key });
}

/** The queue at an address. @throws ConfigurationError when the address cannot be */
export function queueAt(address: string, name: string): SignalLog {
  if (/^rediss?:/.test(address)) return redisSignalLog({ url: address, key: `${name}-signals` });
  if (address.startsWith('feed:')) {
    const { hostname, port } = new URL(address);
    return feedSignalLog(Number(port), hostname);
  }
  return natsSignalLog({ servers: address.split(','), stream: `${name}-signals` });
}
