import { refuse } from '../../domain/check.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { HeardInstruments } from './agent.js';

/**
 * By place in the table whether an agent hears an instrument; `undefined`: it hears all.
 *
 * @throws ConfigurationError naming an id that the desk does not trade, or a predicate that no instrument meets
 */
export function heardPlaces(
  agent: string,
  hears: HeardInstruments | undefined,
  table: InstrumentTable,
): readonly boolean[] | undefined {
  if (hears === undefined) return undefined;
  const at = `agent ${agent}.hears`;
  const traded = table.list.map(({ id }) => id).join(', ');
  if (typeof hears !== 'function') {
    for (const id of hears)
      if (table.indexOf(id) < 0) refuse(at, `ids of the desk's instruments (${traded})`, id);
    const ids = new Set(hears);
    return table.list.map(({ id }) => ids.has(id));
  }
  const places = table.list.map(({ definition, id }) => {
    const heard: unknown = hears(definition);
    if (typeof heard !== 'boolean') refuse(at, `a function that gives true or false for ${id}`, heard);
    return heard === true;
  });
  if (!places.includes(true))
    refuse(at, `a function that is true for at least one of the desk's instruments (${traded})`, hears);
  return places;
}
