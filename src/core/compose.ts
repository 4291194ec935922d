import { knownKeys, nonEmptyName, refuse } from '../domain/check.js';
import { ConfigurationError } from '../domain/errors.js';
import { InstrumentTable } from '../domain/instrument-table.js';
import type { Compose, CoreSettings } from './compose-signatures.js';
import { Core } from './core.js';
import { FRAME_FIELDS, type Frame } from './frame.js';
import { detailsOf, type Part } from './stage.js';

/**
 * Composes stages into the core of a pipeline, typed from end to end.
 *
 * ```
 * frames  --a--b--|
 *         compose({ instruments }, books(), ledger(), features({ ... }), ...)
 * frames  --A--B--|      one frame an event, with the fields of all stages
 * ```
 *
 * A stage before the one whose fields it needs does not compile; nor does a plain RxJS operator, which would
 * keep state outside of snapshots: see `unsafe`. (RxJS's own `pipe` loses its types after nine operators; this
 * one refuses a twenty-first.)
 *
 * @throws ConfigurationError when two parts share a name or a field
 *
 * @example
 * const core = compose({ instruments: [btc] }, books(), ledger({ reportingCurrency: 'USD' }));
 */
export const compose: Compose = (
  settings: CoreSettings,
  ...parts: readonly Part<never, Frame>[]
): Core<Frame> => {
  knownKeys('compose settings', settings, ['name', 'instruments']);
  const name = nonEmptyName('compose settings.name', settings.name ?? 'desk');
  const instruments =
    settings.instruments instanceof InstrumentTable
      ? settings.instruments
      : new InstrumentTable(settings.instruments);
  const names = new Set<string>();
  const owner = new Map<string, string>(FRAME_FIELDS.map((field) => [field, 'the frame itself']));
  const details = parts.map((part, index) => {
    const found = typeof part === 'function' ? detailsOf(part) : undefined;
    if (found === undefined)
      return refuse(`part ${index + 1} of ${name}`, 'made by stage, pure or unsafe', part);
    if (names.has(found.name)) throw new ConfigurationError(`${name} has two parts named "${found.name}"`);
    names.add(found.name);
    for (const field of Object.keys(found.adds)) {
      if (!/^[A-Za-z_$][\w$]*$/.test(field))
        refuse(`a field of part "${found.name}"`, 'an identifier', field);
      const other = owner.get(field);
      if (other !== undefined) {
        throw new ConfigurationError(
          `part "${found.name}" adds the field "${field}", which ${other} has already`,
        );
      }
      owner.set(field, `part "${found.name}"`);
    }
    return found;
  });
  return new Core(name, instruments, details);
};
