import type { Frame } from '../../core/frame.js';
import { knownKeys, refuse } from '../../domain/check.js';

/**
 * How far an agent counts now: 1 as it would without, 0 not at all. Asked on every market event: it must cost nothing and depend on the
 * frame alone. One that throws halts the desk: nobody can say whom it would have heard, and to hear nobody would sell all.
 */
export interface Gate<F extends Frame> {
  readonly name: string;
  readonly fingerprint?: string;
  readonly allow: (frame: F, agent: string) => number;
}

/** Which agents are heard in which weather. */
export interface RegimeGateOptions<F extends Frame> {
  /** The regime now, such as `trending`; `undefined` while unknown: then only agents that are not named are heard. */
  readonly regime: (frame: F) => string | undefined;
  /** The regimes in which an agent counts. Who is not named always does. */
  readonly agents: Readonly<Record<string, readonly string[]>>;
}

/**
 * Hears agents only in the regimes that they are made for.
 *
 * ```
 * quotes     --c-w-c-     c: calm, w: wild
 * decisions  rt------     reversion wants -1, trend wants 1
 *            regimeGate({ regime, agents: { reversion: ['calm'], trend: ['wild'] } })
 * exposure   --r-t-r-     -1, 1, -1
 * ```
 *
 * @example
 * regimeGate({
 *   regime: ({ features }) => (features.adx > 25 ? 'trending' : 'quiet'),
 *   agents: { trend: ['trending'], reversion: ['quiet'] },
 * });
 */
export function regimeGate<F extends Frame>(options: RegimeGateOptions<F>): Gate<F> {
  knownKeys('regimeGate', options, ['regime', 'agents']);
  if (typeof options.regime !== 'function')
    refuse('regimeGate.regime', 'a function of a frame', options.regime);
  const allowed = new Map(
    Object.entries(options.agents).map(([agent, regimes]) => {
      // A text would be a list of its letters.
      if (!Array.isArray(regimes)) refuse(`regimeGate.agents.${agent}`, 'a list of regimes', regimes);
      return [agent, new Set(regimes)];
    }),
  );
  const { regime } = options;
  return {
    name: 'regime',
    fingerprint: JSON.stringify(Object.entries(options.agents).sort(([a], [b]) => (a < b ? -1 : 1))),
    allow: (frame, agent) => {
      const regimes = allowed.get(agent);
      if (regimes === undefined) return 1;
      const now = regime(frame);
      return now !== undefined && regimes.has(now) ? 1 : 0;
    },
  };
}
