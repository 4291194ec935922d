import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Core } from '../../core/core.js';
import type { Driver } from '../../core/driver.js';
import type { Frame } from '../../core/frame.js';
import type { Instrument } from '../../domain/instrument.js';
import { simulatedVenue } from '../../venues/simulated/index.js';
import { CommandError } from '../command-error.js';

/**
 * What a module has to export so that `millrace diff` can run its desk: `desk`, or the default, is a core or makes one
 * from the journal's instruments; `drivers` makes the simulated ones that fill its orders, when the usual simulated
 * venues will not do.
 */
interface DeskModule {
  readonly desk?: unknown;
  readonly default?: unknown;
  readonly drivers?: (instruments: readonly Instrument[]) => readonly Driver[];
}

/** A desk out of a module. */
export interface LoadedDesk {
  readonly path: string;
  readonly core: Core<Frame>;
  readonly drivers: () => readonly Driver[];
}

/** @throws CommandError for a module that cannot be loaded, or exports no desk */
export async function loadDesk(path: string, instruments: readonly Instrument[]): Promise<LoadedDesk> {
  let module: DeskModule;
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as DeskModule;
  } catch (error) {
    throw new CommandError(`${path} cannot be loaded: ${(error as Error).message}`);
  }
  const exported = module.desk ?? module.default;
  const made: unknown = typeof exported === 'function' ? await exported(instruments) : exported;
  if (!isCore(made))
    throw new CommandError(
      `${path} must export "desk", a core that compose() made or a function from instruments to one, not ${typeof made}`,
    );
  return {
    path,
    core: made,
    drivers: () =>
      module.drivers?.(instruments) ?? made.instruments.venues.map((venue) => simulatedVenue({ venue })),
  };
}

function isCore(value: unknown): value is Core<Frame> {
  const { start, parts } = (value ?? {}) as { readonly start?: unknown; readonly parts?: unknown };
  return typeof start === 'function' && Array.isArray(parts);
}
