import { Encoder } from '@msgpack/msgpack';
import { ConfigurationError } from '../../domain/errors.js';
import { loadZeroMQ } from '../../services/zeromq.js';
import type { StateHash } from '../protocol/message.js';
import { AccessControl } from './access.js';
import { isVersion6 } from './address.js';
import { checkAllowed, checkListening } from './bridge-options.js';
import { closedAtExit } from './exit.js';
import { checkKeys, type KeyPair } from './keys.js';

/** Version of the telemetry's format. */
export const TELEMETRY_VERSION = 1;

/** Something that people should look at. */
export interface Alert {
  /** Unix time in milliseconds. */
  readonly time: number;
  readonly severity: 'info' | 'warning' | 'critical';
  /** What kind it is, such as `mirror-lost`. */
  readonly code: string;
  readonly text: string;
}

/** State of a member at one beat: complete in itself, so that whoever joins late knows all by the next beat. */
export interface Beat {
  readonly node: string;
  readonly incarnation: string;
  readonly role: string;
  readonly epoch: number;
  /** Last `seq` of its journal. */
  readonly last: number;
  /** Events that the follower lacks. */
  readonly lag: number;
  readonly inSync: boolean;
  readonly state?: StateHash;
  /** Newest last. */
  readonly alerts: readonly Alert[];
}

/** Where a member tells its state to whoever listens. */
export interface TelemetryOptions {
  /** `tcp://HOST:PORT` or `ipc://PATH`; port `*` takes a free one. */
  readonly bind: string;
  /** Needed unless the address is of this machine only: keys of this member, public keys of who may listen. */
  readonly curve?: { readonly keys: KeyPair; readonly allowed: readonly string[] };
}

/** Tells a member's state to any number of listeners, none of which can delay it. */
export interface Telemetry {
  readonly address: string;
  /** Publishes a beat. A listener that does not read misses beats, without a word: telemetry is not the log. */
  publish(beat: Beat): void;
  close(): void;
}

const MOST_ALERTS = 32;
const encoder = new Encoder({ ignoreUndefined: true });

/**
 * Opens a PUB socket: a frame with the topic `millrace/1/NODE`, then a msgpack map (`docs/bridge-format.md`).
 *
 * @example
 * const telemetry = await openTelemetry({ bind: 'tcp://127.0.0.1:7010' });
 * telemetry.publish({ node: 'a', incarnation, role: 'paired', epoch: 3, last: 1000, lag: 0, inSync: true, alerts: [] });
 *
 * @throws ConfigurationError when an option is wrong, zeromq is not installed or the address is taken
 */
export async function openTelemetry({ bind, curve }: TelemetryOptions): Promise<Telemetry> {
  checkListening('bind', bind, curve);
  if (curve !== undefined) {
    checkKeys('curve.keys', curve.keys);
    checkAllowed('curve.allowed', curve.allowed);
  }
  const zeromq = await loadZeroMQ();
  const context = new zeromq.Context({ blocky: false });
  const access =
    curve && (await AccessControl.open(zeromq, context, new Map([['telemetry', new Set(curve.allowed)]])));
  const socket = new zeromq.Publisher({
    context,
    linger: 0,
    sendTimeout: 0,
    sendHighWaterMark: 64,
    // A listener only subscribes: longer messages are none of its business.
    maxMessageSize: 1_024,
    ipv6: isVersion6(bind),
    ...(curve && {
      curveServer: true,
      curveSecretKey: curve.keys.secretKey,
      zapDomain: 'telemetry',
      zapEnforceDomain: true,
    }),
  });
  const closeNow = (): void => {
    socket.close();
    access?.close();
  };
  const release = closedAtExit(closeNow);
  try {
    await socket.bind(bind);
  } catch (error) {
    release();
    closeNow();
    throw new ConfigurationError(
      `bind must be an address that is free here, not ${bind}: ${(error as Error).message}`,
    );
  }
  const address = socket.lastEndpoint ?? bind;
  let closed = false;
  let writing = false;
  return {
    address,
    publish(beat) {
      // A beat that finds the one before still being written is left out: the next says the same and more.
      if (closed || writing) return;
      writing = true;
      const frames = [`millrace/${TELEMETRY_VERSION}/${beat.node}`, encodeBeat(beat)];
      socket
        .send(frames)
        .catch(() => undefined)
        .finally(() => {
          writing = false;
        });
    },
    close() {
      if (closed) return;
      closed = true;
      release();
      closeNow();
    },
  };
}

function encodeBeat({ alerts, state, ...rest }: Beat): Uint8Array {
  return encoder.encode({
    version: TELEMETRY_VERSION,
    time: Date.now(),
    ...rest,
    ...(state && { state: [state.seq, state.hash] }),
    alerts: alerts.slice(-MOST_ALERTS),
  });
}
