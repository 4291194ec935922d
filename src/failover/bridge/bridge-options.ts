import { ConfigurationError, show } from '../../domain/errors.js';
import { checkAddress, isLocal } from '../../services/zeromq/address.js';
import { checkKeys, type KeyPair, keyBytes } from '../../services/zeromq/keys.js';
import { checkAllowed, checkListening, inTheOpen } from '../../services/zeromq/listening.js';
import { LONGEST_PAYLOAD } from './limits.js';

/** Keys of this member and whom it trusts. */
export interface Curve {
  /** Of this member: from {@link generateKeys} or {@link readKeyFile}. */
  readonly keys: KeyPair;
  /** Public key of the member that this one connects to. Needed with `connect`. */
  readonly peer?: string;
  /** Public keys of who may connect to this member. Default: `peer` alone. */
  readonly allowed?: readonly string[];
}

/** Where a member listens, whom it calls, and how much may wait. */
export interface BridgeOptions {
  /** Name of this member, unique in the pair. */
  readonly node: string;
  /** Where this member listens: `tcp://HOST:PORT` or `ipc://PATH`; port `*` takes a free one. */
  readonly bind: string;
  /** Where the other member listens. Without it this member only listens. */
  readonly connect?: string;
  /** Needed unless both addresses are of this machine only; used whenever it is given. */
  readonly curve?: Curve;
  /** Longest block or piece of a snapshot, in bytes; a peer that sends more is cut off. Default 64 MiB. */
  readonly longestPayload?: number;
  /** Messages that may wait for a peer here, and again in ZeroMQ. Default 64. */
  readonly waitingMessages?: number;
  /** Bytes that may wait for a peer here, in front of ZeroMQ's own queue. Default 16 MiB. */
  readonly waitingBytes?: number;
  /** Silence of the transport after which a connection is given up, in milliseconds. Default 2000. */
  readonly deadAfter?: number;
}

/** Options with every default filled in. */
export type BridgeSettings = Required<Omit<BridgeOptions, 'connect' | 'curve'>> &
  Pick<BridgeOptions, 'connect' | 'curve'> & { readonly allowed: readonly string[] };

/** @throws ConfigurationError that names the option, its value and what would be right */
export function checkBridgeOptions(options: BridgeOptions): BridgeSettings {
  const { node, bind, connect, curve } = options;
  if (typeof node !== 'string' || node === '' || Buffer.byteLength(node) > 200)
    throw new ConfigurationError(`node must be a name of 1 to 200 bytes, not ${show(node)}`);
  checkListening('bind', bind, curve);
  if (connect !== undefined) checkAddress('connect', connect);
  if (connect?.endsWith(':*') === true || connect?.endsWith(':0') === true)
    throw new ConfigurationError(`connect must have the port of the other member, not ${show(connect)}`);
  if (connect !== undefined && connect === bind)
    throw new ConfigurationError(
      `connect must be the address of the other member, not ${bind}, which is bind's`,
    );
  if (curve === undefined && connect !== undefined && !isLocal(connect)) throw inTheOpen('connect', connect);
  return {
    node,
    bind,
    ...(connect === undefined ? {} : { connect }),
    ...(curve === undefined ? {} : { curve }),
    allowed: curve === undefined ? [] : checkCurve(curve, connect),
    longestPayload: whole('longestPayload', options.longestPayload, LONGEST_PAYLOAD, 1, 2 ** 31 - 1),
    waitingMessages: whole('waitingMessages', options.waitingMessages, 64, 1, 100_000),
    waitingBytes: whole('waitingBytes', options.waitingBytes, 16 * 1024 * 1024, 1, 2 ** 40),
    deadAfter: whole('deadAfter', options.deadAfter, 2_000, 100, 3_600_000),
  };
}

function checkCurve({ keys, peer, allowed }: Curve, connect: string | undefined): readonly string[] {
  checkKeys('curve.keys', keys);
  if (peer !== undefined) keyBytes('curve.peer', peer);
  else if (connect !== undefined)
    throw new ConfigurationError(
      'curve.peer must be the public key of the member at `connect`, it is missing',
    );
  if (peer === keys.publicKey)
    throw new ConfigurationError("curve.peer must be the other member's public key, not this member's own");
  return checkAllowed('curve.allowed', allowed ?? (peer === undefined ? [] : [peer]));
}

/** A whole number from `least` to `most`. @throws ConfigurationError */
export function whole(
  option: string,
  value: number | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (value === undefined) return otherwise;
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new ConfigurationError(
      `${option} must be a whole number from ${least} to ${most}, not ${show(value)}`,
    );
  return value;
}
