/**
 * Mutants that change nothing anybody could notice, each with the reason: by file, by the line on which it is (or a part of
 * it), and by its change as `note.mjs --print` shows it. Only survivors can be named here; a name that fits no survivor is
 * told of.
 */
const KIND = 'The engine tells a rule only of the kinds that it observes: the check is for the compiler.';
const UNIQUE = 'The keys of a map are unique: no two are equal.';
const QUICK = 'A quick way out: the long way finds nothing to do.';

export const EQUIVALENT = {
  'risk/balance-book.ts': [
    {
      line: "case 'unknown':",
      mutants: [`'unknown' => ""`],
      why: 'Nothing is done in this case, as in none.',
    },
  ],
  'risk/concentration.ts': [
    {
      line: 'const lots = long > 0 && short < 0 ? 0 : Math.min(Math.abs(long), Math.abs(short));',
      mutants: ['long > 0 => long >= 0', 'short < 0 => short <= 0'],
      why: 'Where one bound is 0, the smaller of the two is 0 as well.',
    },
  ],
  'risk/correlated-exposure.ts': [
    {
      line: 'const weights = new Map(Object.entries(options.weights).sort(([a], [b]) => (a < b ? -1 : 1)));',
      mutants: ['a < b => a <= b'],
      why: UNIQUE,
    },
  ],
  'risk/frame-risk-view.ts': [
    {
      line: 'if (share.agent === agent && left * direction > 0) lots += left;',
      mutants: ['left * direction > 0 => left * direction >= 0', 'left * direction => left / direction'],
      why: 'It adds 0; the direction is 1 or -1.',
    },
    {
      line: 'if (share.agent === agent && share.quantity * direction > 0) lots += share.quantity;',
      mutants: [
        'share.quantity * direction > 0 => share.quantity * direction >= 0',
        'share.quantity * direction => share.quantity / direction',
      ],
      why: 'It adds 0; the direction is 1 or -1.',
    },
  ],
  'risk/loss-streak.ts': [
    {
      line: "init: ({ size }) => ({ losses: 0, at: 0, order: '', realised: new Float64Array(size) }),",
      mutants: [`'' => "Stryker was here!"`],
      why: 'While nothing is lost, the order is not asked for.',
    },
    {
      line: "if (event.kind !== 'report' || index < 0) return;",
      mutants: ["event.kind !== 'report' => false"],
      why: KIND,
    },
    { line: 'if (gain > 0) {', mutants: ['gain > 0 => gain >= 0'], why: 'A gain of 0 has returned already.' },
  ],
  'risk/max-clock-skew.ts': [
    {
      line: "if (index >= 0 && 'venueTime' in event)",
      mutants: [
        "index >= 0 && 'venueTime' in event => true",
        "index >= 0 && 'venueTime' in event => index >= 0 || 'venueTime' in event",
        'index >= 0 => true',
      ],
      why: 'A typed array has no place -1 to write to, and every kind observed has a venue time.',
    },
    {
      line: "skew > 0 ? 'behind' : 'ahead'",
      mutants: ['skew > 0 => skew >= 0'],
      why: 'A skew of 0 is within every limit.',
    },
  ],
  'risk/max-position.ts': [
    {
      line: 'if (lots === 0) return undefined;',
      mutants: ['lots === 0 => false'],
      why: QUICK,
    },
  ],
  'risk/max-venue-exposure.ts': [
    {
      line: "const scope = new Scope('maxVenueExposure', venue === undefined ? {} : { venue });",
      mutants: [`'maxVenueExposure' => ""`, 'venue === undefined => false'],
      why: 'The venue is checked before, so that the scope never complains by that name; one that is undefined is not stated.',
    },
    {
      line: "excess: beyondShare(view, new Scope('maxVenueExposure', { venue: name }), allowed / held),",
      mutants: [`'maxVenueExposure' => ""`],
      why: 'The venue of an instrument is a name: the scope never complains.',
    },
  ],
  'risk/memories.ts': [
    {
      line: 'for (const kind of observes ?? []) {',
      mutants: ['[] => ["Stryker was here"]'],
      why: 'No event is of that kind.',
    },
    {
      line: 'rule.observe?.(memories[place], event, view, index, limits.get(rule.name) ?? rule.limit);',
      mutants: [
        'rule.observe?.(memories[place], event, view, index, limits.get(rule.na… => rule.observe(memories[place], event, view, index, limits.get(rule.name…',
      ],
      why: 'Who observes nothing is not among the observers.',
    },
  ],
  'risk/net-exposure.ts': [
    {
      line: 'if (Number.isNaN(long + short)) return',
      mutants: ['long + short => long - short'],
      why: 'What is not a number stays so, added or taken away.',
    },
  ],
  'risk/order-rate.ts': [
    {
      line: "if (event.kind !== 'submitted' || index < 0) return;",
      mutants: ["event.kind !== 'submitted' => false"],
      why: KIND,
    },
    {
      line: "if (event.kind !== 'cancelRequested' || index < 0) return;",
      mutants: ["event.kind !== 'cancelRequested' => false"],
      why: KIND,
    },
  ],
  'risk/price-collar.ts': [
    {
      line: 'const wakes = stopPrice === undefined ? Number.NaN : prices.toNumber(stopPrice);',
      mutants: ['stopPrice === undefined => false'],
      why: 'The price of no ticks is not a number either.',
    },
    {
      line: 'if (Number.isNaN(worst + distance + mark + touch))',
      mutants: [
        'worst + distance + mark => worst + distance - mark',
        'worst + distance + mark + touch => worst + distance + mark - touch',
        'worst + distance => worst - distance',
      ],
      why: 'What is not a number stays so, added or taken away.',
    },
  ],
  'risk/reduction.ts': [
    {
      line: "const side = excess > 0 ? 'sell' : 'buy';",
      mutants: ['excess > 0 => excess >= 0'],
      why: 'An excess of 0 makes an order of no lots, which is none.',
    },
  ],
  'risk/risk.ts': [
    {
      line: "adds: { verdicts: NONE, tradingStatus: 'active' },",
      mutants: [`'active' => ""`],
      why: 'Every step writes the status.',
    },
    {
      line: 'this.#watching = rules.flatMap(({ watch }, place) => (watch === undefined ? [] : [place]));',
      mutants: ['watch === undefined => false'],
      why: 'A rule that does not watch is asked, and says nothing.',
    },
    {
      line: 'const breach = rule.watch?.(this.#limit(rule, state), state.view, index, state.memories[place]);',
      mutants: [
        'rule.watch?.(this.#limit(rule, state), state.view, index, state.memori… => rule.watch(this.#limit(rule, state), state.view, index, state.memories…',
      ],
      why: 'Only rules that watch are asked.',
    },
    {
      line: "else if (event.kind === 'fault' && event.severity === 'halt') {",
      mutants: ["event.kind === 'fault' => true"],
      why: 'Only faults have a severity.',
    },
    {
      line: 'if (state.flatten.size > 0) this.#flatten(state, frame, context);',
      mutants: ['state.flatten.size > 0 => true', 'state.flatten.size > 0 => state.flatten.size >= 0'],
      why: QUICK,
    },
    {
      line: 'if (frame.proposals.length > 0) {',
      mutants: [
        'frame.proposals.length > 0 => true',
        'frame.proposals.length > 0 => frame.proposals.length >= 0',
      ],
      why: QUICK,
    },
    {
      line: 'if (!trading.restricts) return;',
      mutants: ['!trading.restricts => false'],
      why: 'Where nothing is restricted, the last restriction began at -Infinity: no order is older.',
    },
    {
      line: 'return limits.size === 0 ? limit : (limits.get(name) ?? limit);',
      mutants: ['limits.size === 0 => false'],
      why: QUICK,
    },
    {
      line: "event.kind === 'epoch' || (event.kind === 'timer' && event.name === OWN_TIMER);",
      mutants: ["event.kind === 'timer' => true"],
      why: 'Only timers have that name.',
    },
  ],
  'risk/standing-cancels.ts': [
    {
      line: 'else if (this.#standing.size === 0) return;',
      mutants: ['this.#standing.size === 0 => false'],
      why: QUICK,
    },
    {
      line: "else if (event.kind === 'epoch') this.#wait(context);",
      mutants: ["event.kind === 'epoch' => true"],
      why: 'After any other event the earliest cancel has its timer already.',
    },
    {
      line: 'if (known === undefined) this.#standing.set(clientOrderId, each);',
      mutants: ['known === undefined => true'],
      why: 'The same is put where it is.',
    },
    {
      line: "const isOurs = (event: Frame['event']): boolean => event.kind === 'timer' && event.name === TIMER;",
      mutants: ["event.kind === 'timer' => true"],
      why: 'Only timers have that name.',
    },
  ],
  'risk/token-bucket.ts': [
    {
      line: 'return usedUp(bucket, ts, limit, window) + count <= limit + HAIR;',
      mutants: [
        'usedUp(bucket, ts, limit, window) + count <= limit + HAIR => usedUp(bucket, ts, limit, window) + count < limit + HAIR',
      ],
      why: 'The hair is far from any number of tokens: nothing is equal to it.',
    },
  ],
  'risk/trading-state.ts': [
    {
      line: 'if (this.#restrictions.size === 0) return undefined;',
      mutants: ['this.#restrictions.size === 0 => false'],
      why: QUICK,
    },
    { line: '.sort(([a], [b]) => (a < b ? -1 : 1))', mutants: ['a < b => a <= b'], why: UNIQUE },
  ],
  'risk/validity.ts': [
    {
      line: 'if (expireTime !== undefined && expireTime <= view.ts)',
      mutants: ['expireTime !== undefined => true'],
      why: 'No time is no earlier than any.',
    },
    {
      line: 'for (const ticks of [...(limited ? [price] : []), ...(stopPrice === undefined ? [] : [stopPrice])]) {',
      mutants: ['[] => ["Stryker was here"]', 'stopPrice === undefined => false'],
      why: 'What is no number of ticks is neither below nor beyond anything.',
    },
  ],
  'risk/venue-link-down.ts': [
    {
      line: "if (event.kind !== 'link' || !channels.includes(event.channel)) return;",
      mutants: ["event.kind !== 'link' => false"],
      why: KIND,
    },
    {
      line: 'save: (down) => [...down].sort(([a], [b]) => (a < b ? -1 : 1)),',
      mutants: ['a < b => a <= b'],
      why: UNIQUE,
    },
    { line: 'if (down.size === 0) return undefined;', mutants: ['down.size === 0 => false'], why: QUICK },
  ],
  'risk/worst-case.ts': [
    {
      line: 'if (!listed.definition.inverse) return baseUnitsPerLot(listed, Number.NaN);',
      mutants: ['!listed.definition.inverse => false'],
      why: 'The units of a linear contract do not depend on the price.',
    },
  ],
};
