import { ConfigurationError, show } from '../../domain/errors.js';
import { checkAddress, isLocal } from './address.js';
import { keyBytes } from './keys.js';

/** An address to listen at: in the open only where nobody else is. @throws ConfigurationError */
export function checkListening(option: string, address: string, curve: object | undefined): void {
  checkAddress(option, address);
  if (curve === undefined && !isLocal(address)) throw inTheOpen(option, address);
}

/** What is said of an address beyond this machine without keys. */
export const inTheOpen = (option: string, address: string): ConfigurationError =>
  new ConfigurationError(
    `curve must be given, since ${option} is ${address}, beyond this machine's loopback: ` +
      'make keys for each member by `npx millrace keys NAME`',
  );

/** @throws ConfigurationError when nobody is allowed, or one is no key */
export function checkAllowed(option: string, allowed: readonly string[]): readonly string[] {
  if (!Array.isArray(allowed) || allowed.length === 0)
    throw new ConfigurationError(`${option} must list at least one public key, not ${show(allowed)}`);
  for (const [index, key] of allowed.entries()) keyBytes(`${option}[${index}]`, key);
  return allowed;
}
