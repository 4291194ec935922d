import type { Answer, TargetOf } from '../../domain/decision.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';

/** What is wrong with an answer, or `undefined`. */
export function nonsense({ of, exposure, confidence }: Answer, table: InstrumentTable): string | undefined {
  if (!(exposure >= -1 && exposure <= 1)) return `exposure must be from -1 to 1, not ${exposure}`;
  if (!(confidence >= 0 && confidence <= 1)) return `confidence must be from 0 to 1, not ${confidence}`;
  return isKnown(of, table) ? undefined : `nobody trades ${JSON.stringify(of)}`;
}

function isKnown(of: TargetOf, table: InstrumentTable): boolean {
  if (of.instrument !== undefined) return table.indexOf(of.instrument) >= 0;
  return table.ofAsset(of.asset).length > 0;
}
