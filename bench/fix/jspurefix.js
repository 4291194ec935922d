// @ts-check
import { parse } from 'millrace/venues/fix';
import { isInstalled, requireOf } from '../harness/peer.js';

/** Said where it is missing: it is 148 MB with its dictionaries, and nothing else here needs it. */
export const HOW_TO_INSTALL = 'not installed: npm install --prefix DIR jspurefix, and MILLRACE_PEERS=DIR';

/** @returns {boolean} */
export const hasJspurefix = () => isInstalled('jspurefix');

/** How its sessions are described. @param {number} port */
const described = (port) => ({
  application: {
    ...{ type: 'initiator', name: 'bench', tcp: { host: '127.0.0.1', port } },
    ...{ protocol: 'ascii', dictionary: 'repo44', reconnectSeconds: 10 },
  },
  ...{ Username: 'bench', Password: 'bench', EncryptMethod: 0, ResetSeqNumFlag: false, HeartBtInt: 30 },
  ...{ SenderCompId: 'DESK', TargetCompID: 'BROKER', SenderSubID: 'OP7', BeginString: 'FIX.4.4' },
});

/** An order as its dictionary has it. @param {import('millrace/venues/fix').Field[]} order */
function bodyOf(order) {
  const value = new Map(order);
  return {
    StandardHeader: { SenderSubID: value.get(50) },
    ...{ ClOrdID: value.get(11), Account: value.get(1), HandlInst: value.get(21) },
    ...{ Instrument: { Symbol: value.get(55) }, Side: value.get(54), TransactTime: new Date() },
    ...{ OrderQtyData: { OrderQty: value.get(38) }, OrdType: value.get(40), TimeInForce: value.get(59) },
    Price: Number(value.get(44)),
  };
}

/**
 * What jspurefix does with the messages of this benchmark, by the parts that its own engine is made of: its transmitter
 * without a socket, its parser without a stream. It answers as we do, or this throws.
 *
 * @param {import('millrace/venues/fix').Field[]} order
 */
export async function contestant(order) {
  const require = requireOf('jspurefix');
  require('reflect-metadata');
  const { SessionContainer, DITokens, DefinitionFactory, AsciiParser } = require('jspurefix');
  const { makeSessionScope } = require('jspurefix/dist/runtime/session-scope');
  const { AsciiMsgTransmitter } = require('jspurefix/dist/transport/ascii/ascii-msg-transmitter');
  const system = new SessionContainer();
  system.registerGlobal('error');
  const container = await system.makeSystem(described(1));
  const config = container.resolve(DITokens.IJsFixConfig);
  config.definitions = await new DefinitionFactory().getDefinitions('qf44');
  config.delimiter = 1;
  config.logDelimiter = 1;
  const transmitter = new AsciiMsgTransmitter(makeSessionScope(config));

  const body = bodyOf(order);
  const encode = () => {
    transmitter.encoder.reset();
    if (transmitter.encodeMessage('D', body) === null) throw new Error('jspurefix encodes no order');
    return transmitter.encoder.trim();
  };

  /** @param {Buffer} block @param {(view: any) => void} each */
  const parser = (block, each) => {
    const scope = makeSessionScope(config);
    const { sessionContainer } = scope;
    const made = new AsciiParser(
      scope,
      null,
      sessionContainer.resolve(DITokens.ParseBuffer),
      sessionContainer.resolve(DITokens.maxMessageLen),
    );
    made.on('msg', (/** @type {string} */ _type, /** @type {any} */ view) => each(view));
    return () => made.parseBuffer(block);
  };

  sameOrder(Buffer.from(encode()), order);
  return { encode, parser };
}

/**
 * A session of its whole engine, with its numbers and messages in memory, as it comes.
 *
 * @param {number} port
 * @param {() => void} heard an application message has come
 * @returns {Promise<{ send: (order: import('millrace/venues/fix').Field[]) => void, stop: () => void }>} once it is logged on
 */
export function loggedOn(port, heard) {
  const require = requireOf('jspurefix');
  require('reflect-metadata');
  const { AsciiSession, SessionLauncher } = require('jspurefix');
  return new Promise((resolve, reject) => {
    class Trader extends AsciiSession {
      onApplicationMsg() {
        heard();
      }
      onReady() {
        resolve({
          send: (order) => this.send('D', bodyOf(order)),
          stop: () => launcher.stop(),
        });
      }
      onLogon() {
        return true;
      }
      onStopped() {}
      onDecoded() {}
      onEncoded() {}
    }
    class Launcher extends SessionLauncher {
      makeFactory() {
        return { makeSession: (/** @type {any} */ config) => new Trader(config) };
      }
    }
    // Its console is the standard output, where results go.
    const silent = { info() {}, warning() {}, error() {}, debug() {} };
    const logs = { logger: () => silent, plain: () => silent };
    const launcher = new Launcher(described(port), null, logs);
    launcher.run().catch(reject);
  });
}

/** Sequence, times, and how a number is padded, are the encoder's own. */
const OWN = new Set([8, 9, 10, 34, 52, 60, 122]);

/** @param {Buffer} bytes @param {import('millrace/venues/fix').Field[]} order */
function sameOrder(bytes, order) {
  const message = parse(bytes);
  if (message === undefined) throw new Error(`jspurefix spells no message: ${bytes.toString('latin1')}`);
  const told = (/** @type {readonly (readonly [number, unknown])[]} */ fields) =>
    JSON.stringify(
      fields
        .filter(([tag]) => !OWN.has(tag))
        .map(([tag, value]) => `${tag}=${value}`)
        .sort(),
    );
  if (told(message.fields()) !== told(/** @type {any} */ (order)))
    throw new Error(
      `jspurefix spells another order: ${told(message.fields())}, not ${told(/** @type {any} */ (order))}`,
    );
}
