import type { Answer, TargetOf } from '../../domain/decision.js';
import { show } from '../../domain/errors.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';

/** What is wrong with an answer, or `undefined`. */
export function nonsense({ of, exposure, confidence }: Answer, table: InstrumentTable): string | undefined {
  if (typeof exposure !== 'number' || !(exposure >= -1 && exposure <= 1))
    return `exposure must be from -1 to 1, not ${show(exposure)}`;
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1))
    return `confidence must be from 0 to 1, not ${show(confidence)}`;
  return isKnown(of, table) ? undefined : `nobody trades ${JSON.stringify(of)}`;
}

function isKnown(of: TargetOf, table: InstrumentTable): boolean {
  if (of.instrument !== undefined) return table.indexOf(of.instrument) >= 0;
  return table.ofAsset(of.asset).length > 0;
}
