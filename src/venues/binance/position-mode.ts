import { objectField } from '../../streams/readers/fields.js';
import type { VenuePort } from '../driver/venue-adapter.js';
import type { RestClient } from './rest-client.js';

/** The account holds long and short of a contract as two positions; a desk has one. */
class HedgeModeError extends Error {
  override readonly name: string = 'HedgeModeError';

  constructor() {
    super(
      'the account is in hedge mode, with long and short positions of their own: only one-way mode is traded; ' +
        'change it at the venue (POST /fapi/v1/positionSide/dual with dualSidePosition=false)',
    );
  }
}

/** Looks at the mode of an account's positions before any order can leave: asked until the venue has said "one-way". */
export class PositionMode {
  readonly #port: VenuePort;
  readonly #rest: RestClient;
  #oneWay = false;
  #told = false;

  constructor(port: VenuePort, rest: RestClient) {
    this.#port = port;
    this.#rest = rest;
  }

  /** @throws Error in hedge mode, and what asking failed with */
  async check(): Promise<void> {
    if (this.#oneWay) return;
    const answer = await this.#rest.ask({
      ...{ kind: 'lookUp', cost: { weight: 30 }, method: 'GET', path: 'positionSide/dual', signed: true },
    });
    const { dualSidePosition } = objectField(answer, 'positionSide');
    if (dualSidePosition === false) {
      this.#oneWay = true;
      return;
    }
    const error = new HedgeModeError();
    if (!this.#told) this.#port.fault('hedge-mode', error.message, 'halt');
    this.#told = true;
    throw error;
  }
}
