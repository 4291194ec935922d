import { knownKeys, nonEmptyName, oneOf, positiveNumber } from '../../domain/check.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { baseUnitsPerLot } from '../contract-units.js';
import type { BreachAction, RiskRule, RiskView } from './rule.js';

/** The largest position in one instrument. */
export interface MaxPositionOptions {
  /** Base units, long or short. */
  readonly limit: number;
  /** Only the instruments of this asset. @default every instrument */
  readonly asset?: string;
  /** What happens when a position is beyond the limit already. @default "reduce" */
  readonly action?: BreachAction;
}

/**
 * No position beyond a size, even if every open order fills.
 *
 * A proposal that could lead beyond it is denied; a position that is beyond it already is brought back inside by orders
 * of the engine (`reduce`), or everything stops (`kill`).
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([maxPosition({ limit: 2, asset: 'BTC' })])
 */
export function maxPosition(options: MaxPositionOptions): RiskRule {
  knownKeys('maxPosition', options, ['limit', 'asset', 'action']);
  const limit = positiveNumber('maxPosition.limit', options.limit);
  const asset = options.asset === undefined ? undefined : nonEmptyName('maxPosition.asset', options.asset);
  const action = oneOf('maxPosition.action', options.action ?? 'reduce', ['kill', 'reduce']);
  const concerns = ({ definition }: ListedInstrument): boolean =>
    asset === undefined || definition.base === asset;
  return {
    name: asset === undefined ? 'maxPosition' : `maxPosition:${asset}`,
    limit,
    fingerprint: `maxPosition(${asset ?? 'every instrument'},${action})`,
    judge: (proposal, listed, allowed, view) => {
      if (!concerns(listed)) return undefined;
      const { index, definition } = listed;
      const worst =
        proposal.side === 'buy'
          ? view.worstLong(index) + proposal.quantity
          : view.worstShort(index) - proposal.quantity;
      const held = Math.abs(worst) * unitsPerLot(listed, view);
      if (held <= allowed) return undefined;
      return `the position could become ${plain(Math.sign(worst) * held)} ${definition.base}, beyond the limit of ${allowed}`;
    },
    watch: (allowed, view, index) => {
      if (index < 0) return undefined;
      const listed = view.instruments.at(index);
      const lots = view.ledger.position(index);
      if (lots === 0 || !concerns(listed)) return undefined;
      const perLot = unitsPerLot(listed, view);
      const excess = Math.abs(lots) - Math.floor(allowed / perLot + 1e-9);
      if (!(excess > 0)) return undefined;
      return {
        action,
        reason: `the position in ${listed.id} is ${plain(lots * perLot)} ${listed.definition.base}, beyond the limit of ${allowed}`,
        excess: [{ index, lots: Math.sign(lots) * excess }],
      };
    },
  };
}

function unitsPerLot(listed: ListedInstrument, { markets, ledger }: RiskView): number {
  if (!listed.definition.inverse) return baseUnitsPerLot(listed, Number.NaN);
  const mid = markets.mid(listed.index);
  return baseUnitsPerLot(listed, Number.isNaN(mid) ? ledger.markPrice(listed.index) : mid);
}

/** Enough digits to read, no float dust. */
function plain(value: number): string {
  return String(Number(value.toPrecision(10)));
}
