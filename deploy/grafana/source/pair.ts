import type { Board } from './panel.js';

/** Who leads, who could, and how far behind. */
export const PAIR: Board = {
  uid: 'millrace-pair',
  title: 'Mirrored pair',
  about: 'Who leads, who could take over, and how far behind the mirror is.',
  variables: [],
  rows: [
    {
      height: 7,
      panels: [
        {
          title: 'Role',
          about: 'What each member is.',
          kind: 'states',
          of: [['millrace_pair_role == 1', '{{instance}} {{role}}']],
          width: 24,
        },
      ],
    },
    {
      height: 6,
      panels: [
        {
          title: 'Ready',
          about: 'A leader whose orders leave, a mirror that could take over.',
          kind: 'states',
          of: [['millrace_pair_ready', '{{instance}}']],
          width: 12,
          words: ['not ready', 'ready'],
        },
        {
          title: 'A mirror could take over',
          about: 'At this instant.',
          kind: 'number',
          of: [['max(millrace_pair_in_sync)', 'in sync']],
          width: 6,
          words: ['NO', 'yes'],
        },
        {
          title: 'Halted',
          about: 'A member lets out no new order because something broke.',
          kind: 'number',
          of: [['max(millrace_pair_halted)', 'halted']],
          width: 6,
          words: ['no', 'HALTED'],
          oneIsBad: true,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Lag',
          about: 'Events that the mirror has not acknowledged.',
          kind: 'series',
          of: [['millrace_pair_lag_events', '{{instance}}']],
          width: 12,
        },
        {
          title: 'Events a second in the log',
          about: 'Both members grow alike.',
          kind: 'series',
          unit: 'ops',
          of: [['rate(millrace_pair_seq[1m])', '{{instance}}']],
          width: 12,
        },
      ],
    },
    {
      height: 6,
      panels: [
        {
          title: 'Epoch',
          about: 'Grows by one with each takeover.',
          kind: 'series',
          of: [['millrace_pair_epoch', '{{instance}}']],
          width: 12,
        },
        {
          title: 'Links to venues',
          about: 'As the log of the pair says.',
          kind: 'states',
          of: [['millrace_pair_venue_up', '{{instance}} {{venue}} {{channel}}']],
          width: 12,
          words: ['down', 'up'],
        },
      ],
    },
  ],
};
