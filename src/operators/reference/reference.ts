import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { Instrument } from '../../domain/instrument.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { InstrumentEvent, StatusEvent } from '../../domain/market-event.js';
import { asPlain, fromPlain } from '../../domain/plain.js';
import { type PriceBands, priceBands } from './price-bands.js';
import { revise } from './revise.js';

/** The trading phase of an instrument; `unknown` until its venue says one, and again when the link is lost. */
export type TradingPhase = StatusEvent['state'] | 'unknown';

/** What `reference` adds to a frame, about its instrument. */
export interface ReferenceFields {
  phase: TradingPhase;
  /** The newest definition; `undefined` on frames without an instrument. */
  definition: Instrument | undefined;
  /** Prices that the venue takes, in ticks; `undefined` where it states none, or they are not known any more. */
  bands: PriceBands | undefined;
}

interface State {
  readonly definitions: Instrument[];
  readonly bands: (PriceBands | undefined)[];
  readonly phases: TradingPhase[];
  /** Instruments whose venue has changed what prices mean: nothing is known of them until a restart. */
  readonly broken: boolean[];
}

/**
 * Keeps what venues say of their instruments while trading goes on: the newest definition, price bands, the trading
 * phase.
 *
 * ```
 * events  status(open)--definition(v2)--status(halted)--definition(v3, other tick)--
 *         reference()
 * phase   open----------open------------halted----------unknown---------------------
 * faults  ----------------------------------------------restart-needed--------------
 * ```
 *
 * A definition counts when its version is higher. One that would change tick, lot or multiplier is refused with a
 * fault `restart-needed`; the instrument's phase stays `unknown` and its bands are gone: its integer prices may mean
 * something else now.
 *
 * @example
 * compose({ instruments: [future] }, reference());
 */
export function reference(): StageOperator<Frame, ReferenceFields> {
  return stage<Frame, ReferenceFields, State>({
    name: 'reference',
    adds: { phase: 'unknown', definition: undefined, bands: undefined },
    init: ({ instruments }) => start(instruments),
    step: (state, frame, context) => {
      const { event, instrument } = frame;
      if (event.kind === 'link') {
        if (event.channel === 'market' && event.state === 'down') forget(state, event.venue);
        return;
      }
      if (instrument < 0) return;
      if (event.kind === 'instrument') define(state, instrument, event, context);
      else if (event.kind === 'status' && state.broken[instrument] === false)
        state.phases[instrument] = event.state;
      frame.phase = state.phases[instrument] as TradingPhase;
      frame.definition = state.definitions[instrument];
      frame.bands = state.bands[instrument];
    },
    save: ({ definitions, phases, broken }) => ({
      definitions: asPlain([...definitions]),
      phases: [...phases],
      broken: [...broken],
    }),
    restore: (saved, { instruments }) => {
      const { definitions, phases, broken } = fromPlain<Omit<State, 'bands'>>(saved);
      return {
        definitions: [...definitions],
        bands: instruments.list.map((listed, index) =>
          broken[index] === true ? undefined : priceBands(listed, definitions[index] as Instrument),
        ),
        phases: [...phases],
        broken: [...broken],
      };
    },
  });
}

function start({ list }: InstrumentTable): State {
  return {
    definitions: list.map(({ definition }) => definition),
    bands: list.map((listed) => priceBands(listed, listed.definition)),
    phases: list.map(() => 'unknown' as const),
    broken: list.map(() => false),
  };
}

function define(
  { definitions, bands, phases, broken }: State,
  index: number,
  { definition }: InstrumentEvent,
  context: StageContext,
): void {
  const revision = revise(definitions[index] as Instrument, definition);
  if (revision.outcome === 'newer') {
    definitions[index] = definition;
    bands[index] = broken[index] === true ? undefined : priceBands(context.instruments.at(index), definition);
  } else if (revision.outcome === 'refused') {
    context.fault('reference', revision.code, revision.message);
    if (revision.code !== 'restart-needed') return;
    broken[index] = true;
    bands[index] = undefined;
    phases[index] = 'unknown';
  }
}

/** Whatever the venue had said last may have changed unheard. */
function forget({ definitions, phases }: State, venue: string): void {
  definitions.forEach((definition, index) => {
    if (definition.venue === venue) phases[index] = 'unknown';
  });
}
