import { ConfigurationError, show } from '../../domain/errors.js';

const TCP = /^tcp:\/\/(\[[0-9a-fA-F:.%\w]+\]|[^\s:/[\]]+):(\d{1,5}|\*)$/;
const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])$/;

/**
 * An address as ZeroMQ has it: `tcp://HOST:PORT` or `ipc://PATH`.
 *
 * @throws ConfigurationError that names the option
 */
export function checkAddress(option: string, address: unknown): string {
  if (typeof address !== 'string') throw refused(option, address);
  if (/^ipc:\/\/[^\0]+$/.test(address)) {
    // The path of a socket has 108 bytes in the kernel; a longer one would be cut without a word.
    if (Buffer.byteLength(address.slice('ipc://'.length)) > 107)
      throw new ConfigurationError(`${option} must be a path of at most 107 bytes, not ${show(address)}`);
    return address;
  }
  const port = TCP.exec(address)?.[2];
  if (port === undefined || Number(port) > 65_535) throw refused(option, address);
  return address;
}

/** Only processes of this machine can reach the address. */
export function isLocal(address: string): boolean {
  return address.startsWith('ipc://') || LOOPBACK.test(TCP.exec(address)?.[1] ?? '');
}

/** The address is of IPv6. */
export const isVersion6 = (address: string): boolean => address.startsWith('tcp://[');

const refused = (option: string, address: unknown): ConfigurationError =>
  new ConfigurationError(`${option} must be tcp://HOST:PORT or ipc://PATH, not ${show(address)}`);
