import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { Calendar } from '../../domain/calendar.js';
import { refuse } from '../../domain/check.js';
import type { Instrument } from '../../domain/instrument.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';

/** What `sessions` adds to a frame. */
export interface SessionFields {
  /** Whether the market of the frame's instrument trades now, by its calendar; `unknown` without one. */
  session: 'open' | 'closed' | 'unknown';
  /** The day that its trades count for, such as `2024-03-11`; empty outside of a session. */
  tradingDay: string;
}

/** The calendars by which markets are in session. */
export interface SessionsOptions {
  /** Calendars by instrument id, by the `calendar` that instruments name, or by venue; looked up in this order. */
  readonly calendars: Readonly<Record<string, Calendar>>;
}

/**
 * Says for each frame whether its instrument's market is in session. It goes by known time (`frame.ts`), and by the
 * calendar alone: a halt is told by `phase` of `reference`.
 *
 * ```
 * time     --15:59--16:00--16:30--17:00--
 *          sessions({ calendars: { cme: cmeEquityIndex() } })
 * session  --open---closed-closed-open---
 * ```
 *
 * @throws ConfigurationError when there is no calendar, or one is for nobody in the table
 *
 * @example
 * sessions({ calendars: { cme: cmeEquityIndex() } });
 */
export function sessions(options: SessionsOptions): StageOperator<Frame, SessionFields> {
  const { calendars } = options;
  const names = Object.keys(calendars).sort();
  if (names.length === 0) refuse('sessions.calendars', 'at least one calendar', calendars);
  const find = ({ list }: InstrumentTable): readonly (Calendar | undefined)[] => {
    const found = list.map(({ definition }) => {
      const name = namesOf(definition).find((one) => Object.hasOwn(calendars, one));
      return name === undefined ? undefined : calendars[name];
    });
    const known = new Set(list.flatMap(({ definition }) => namesOf(definition)));
    const idle = names.find((name) => !known.has(name));
    if (idle !== undefined)
      refuse('sessions.calendars', 'by ids, calendars or venues of the instruments', idle);
    return found;
  };
  return stage<Frame, SessionFields, readonly (Calendar | undefined)[]>({
    name: 'sessions',
    fingerprint: names.map((name) => `${name}=${calendars[name]?.fingerprint}`).join(';'),
    adds: { session: 'unknown', tradingDay: '' },
    init: ({ instruments }) => find(instruments),
    step: (byInstrument, frame) => {
      const calendar = frame.instrument < 0 ? undefined : byInstrument[frame.instrument];
      if (calendar === undefined) return;
      const session = calendar.sessionOf(frame.ts);
      frame.session = session === undefined ? 'closed' : 'open';
      if (session !== undefined) frame.tradingDay = session.tradingDay;
    },
    save: () => null,
    restore: (_saved, { instruments }) => find(instruments),
  });
}

const namesOf = ({ id, calendar, venue }: Instrument): readonly string[] =>
  calendar === undefined ? [id, venue] : [id, calendar, venue];
