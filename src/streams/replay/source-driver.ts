import type { Observable } from 'rxjs';
import type { Driver } from '../../core/driver.js';
import type { OutsideEvent } from '../../domain/event.js';

/**
 * An Observable of events as a driver: the simplest way into a pipeline.
 *
 * It leads: under a live clock the run ends when all such sources have completed.
 *
 * @example
 * run(core, { clock: liveClock(), drivers: [events('market', quotes$)] })
 */
export function events(name: string, source: Observable<OutsideEvent>): Driver {
  return { name, leads: true, connect: () => source };
}
