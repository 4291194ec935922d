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

  'ledger/accounts.ts': [
    {
      line: 'return [...this.#agents].sort(([a], [b]) => (a < b ? -1 : 1));',
      mutants: ['a < b => a <= b'],
      why: UNIQUE,
    },
    {
      line: 'if (first === undefined) return parts;',
      mutants: ['first === undefined => false'],
      why: 'Where there is nobody to give a part to, nobody reads it.',
    },
  ],
  'ledger/attribution.ts': [
    {
      line: 'if (filled === 0) return shares.map(() => 0);',
      mutants: ['filled === 0 => false'],
      why: 'A quick way out: the long way comes to the same.',
    },
    {
      line: 'if (Math.abs(order) === filled) return [...shares];',
      mutants: ['Math.abs(order) === filled => false'],
      why: 'A quick way out: the long way comes to the same.',
    },
    {
      line: 'if (shares.length === 1) return [order > 0 ? filled : -filled];',
      mutants: ['shares.length === 1 => false', 'order > 0 => order >= 0'],
      why: 'A quick way out: the long way comes to the same. An order is never of 0 lots.',
    },
    {
      line: 'const direction = order > 0 ? 1n : -1n;',
      mutants: ['order > 0 => order >= 0'],
      why: 'An order is never of 0 lots.',
    },
    {
      line: 'const quantity = BigInt(order) * direction;',
      mutants: ['BigInt(order) * direction => BigInt(order) / direction'],
      why: 'The direction is 1 or -1.',
    },
    {
      line: 'const product = BigInt(share) * direction * BigInt(filled);',
      mutants: ['BigInt(share) * direction => BigInt(share) / direction'],
      why: 'The direction is 1 or -1.',
    },
    {
      line: 'return parts.map((part) => Number(part * direction));',
      mutants: ['part * direction => part / direction'],
      why: 'The direction is 1 or -1.',
    },
    {
      line: 'lots - (held[index] as number) + 0',
      mutants: ['lots - (held[index] as number) + 0 => lots - (held[index] as number) - 0'],
      why: 'They differ by the sign of a 0 only, and only where a share is told as -0.',
    },
  ],
  'ledger/balances.ts': [
    { line: '.sort(([a], [b]) => (a < b ? -1 : 1))', mutants: ['a < b => a <= b'], why: UNIQUE },
  ],
  'ledger/busts.ts': [
    {
      line: 'const tracked = order === undefined ? undefined : state.orders.find(order);',
      mutants: ['order === undefined => false'],
      why: 'No order is found under no id.',
    },
  ],
  'ledger/cost-basis.ts': [
    {
      line: 'if (held === 0 || held > 0 === lots > 0) {',
      mutants: ['held > 0 => held >= 0', 'held === 0 => false', 'lots > 0 => lots >= 0'],
      why: 'Where nothing is held the closing branch closes nothing and adds all; nobody trades 0 lots.',
    },
  ],
  'ledger/currency-totals.ts': [
    { line: '.sort(([a], [b]) => (a < b ? -1 : 1))', mutants: ['a < b => a <= b'], why: UNIQUE },
  ],
  'ledger/doubts.ts': [
    { line: 'get size(): number {', mutants: ['{ => {}'], why: 'It only saves counting where nothing is.' },
  ],
  'ledger/executions.ts': [
    {
      line: 'parts.reduce((sum, part) => sum + part, 0);',
      mutants: ['sum + part => sum - part'],
      why: 'Sums are only compared with each other, and all have the other sign.',
    },
  ],
  'ledger/fills.ts': [
    {
      line: "bookingOf(fill, index, [''], [sign(fill.side) * fill.quantity]);",
      mutants: [`[''] => []`, `'' => "Stryker was here!"`],
      why: 'Facts are compared without their owners.',
    },
  ],
  'ledger/funding-payments.ts': [
    { line: 'if (settled.length === 0) return;', mutants: ['settled.length === 0 => false'], why: QUICK },
  ],
  'ledger/funding.ts': [
    {
      line: 'if (settled.length > 0) this.#owed',
      mutants: ['settled.length > 0 => true', 'settled.length > 0 => settled.length >= 0'],
      why: QUICK,
    },
  ],
  'ledger/ledger.ts': [
    {
      line: 'if (ts >= state.funding.nextDue) payDue(state, ts);',
      mutants: ['ts >= state.funding.nextDue => true'],
      why: QUICK,
    },
    {
      line: 'if (funding.owes) payOwed(this.state, index);',
      mutants: ['funding.owes => true'],
      why: QUICK,
    },
    {
      line: 'if (accounts.desk.lots[index] !== 0) profit.changed(index);',
      mutants: ['accounts.desk.lots[index] !== 0 => true'],
      why: 'What is flat has the same worth at every mark.',
    },
    {
      line: 'if (toCancel.length === 0) return NOTHING;',
      mutants: ['toCancel.length === 0 => false'],
      why: QUICK,
    },
  ],
  'ledger/look-ups.ts': [
    {
      line: 'frame.ordersInDoubt = doubts.size === 0 ? 0 : doubts.count();',
      mutants: ['doubts.size === 0 => false'],
      why: QUICK,
    },
    {
      line: 'report.answers !== undefined &&',
      mutants: ['report.answers !== undefined => true'],
      why: 'No time is no later than any.',
    },
    {
      line: 'if (doubt.due < next) next = doubt.due;',
      mutants: ['doubt.due < next => doubt.due <= next'],
      why: 'The same is put in the place of the same.',
    },
    {
      line: "if (outcome !== 'neverArrived') {",
      mutants: ["outcome !== 'neverArrived' => true", `'neverArrived' => ""`],
      why: 'A doubt that ends is forgotten, and with it what was said of it.',
    },
  ],
  'ledger/margin.ts': [
    {
      line: 'if (!definition.inverse) return Math.abs(working.priced(side, index)) * tickLotValue + unpriced;',
      mutants: ['!definition.inverse => false'],
      why: 'A quick way out: adding up the orders of a linear contract comes to the same.',
    },
    {
      line: 'if (order.side !== side || order.price === 0) continue;',
      mutants: ['order.side !== side => order.side === side'],
      why: 'Of a contract both sides are added up.',
    },
    {
      line: 'value += Math.abs(contract?.plain(remaining, prices.toNumber(order.price)) ?? Number.NaN);',
      mutants: ['contract?.plain => contract.plain'],
      why: 'Every instrument has its contract: the check is for the compiler.',
    },
  ],
  'ledger/open-lots.ts': [
    {
      line: 'if (this.#head > 64 && this.#head * 2 > this.#pieces.length) this.#compact();',
      mutants: [
        'this.#head > 64 && this.#head * 2 > this.#pieces.length => true',
        'this.#head > 64 && this.#head * 2 > this.#pieces.length => false',
        'this.#head > 64 && this.#head * 2 > this.#pieces.length => this.#head > 64 || this.#head * 2 > this.#pieces.length',
        'this.#head > 64 => true',
        'this.#head > 64 => this.#head >= 64',
        'this.#head > 64 => this.#head <= 64',
        'this.#head * 2 > this.#pieces.length => true',
        'this.#head * 2 > this.#pieces.length => this.#head * 2 >= this.#pieces.length',
        'this.#head * 2 > this.#pieces.length => this.#head * 2 <= this.#pieces.length',
        'this.#head * 2 => this.#head / 2',
      ],
      why: 'When what is gone is thrown away is a matter of memory and time, not of any result.',
    },
    {
      line: 'return part === whole ? total : quotient(total.times(part), decimal(whole));',
      mutants: ['part === whole => false'],
      why: 'A quick way out: the division comes to the same.',
    },
  ],
  'ledger/orders.ts': [
    {
      line: '} else if (!this.#finished.has(id)) {',
      mutants: ['!this.#finished.has(id) => true'],
      why: 'What is filed there stays where it is.',
    },
    {
      line: 'const index = each.booked === null ? -1 : indexOf(instrumentOfKey(each.key));',
      mutants: ['-1 => +1'],
      why: 'What was not booked has no use for a place.',
    },
    {
      line: 'if (members?.size === 0) this.#groups.delete(order.group.id);',
      mutants: ['members?.size === 0 => false', 'members?.size => members.size'],
      why: 'An empty group has no members; an order with a group has joined it.',
    },
    {
      line: 'members?.delete(order.clientOrderId);',
      mutants: ['members?.delete => members.delete'],
      why: 'An order with a group has joined it.',
    },
  ],
  'ledger/position-book.ts': [
    {
      line: 'return lots === 0 ? 0 : this.#valuation.value(index, lots) - (this.#cost[index] as number);',
      mutants: ['lots === 0 => false'],
      why: 'A quick way out: no lots are worth 0 and have cost 0.',
    },
    {
      line: 'return contract?.averagePrice(',
      mutants: ['contract?.averagePrice => contract.averagePrice'],
      why: 'Every instrument has its contract: the check is for the compiler.',
    },
  ],
  'ledger/position.ts': [
    {
      line: "constructor(costing: Costing = 'average') {",
      mutants: [`'average' => ""`],
      why: 'What is not first in, first out is at average cost.',
    },
    {
      line: "book(lots: number, value: Decimal, execution = ''): void {",
      mutants: [`'' => "Stryker was here!"`],
      why: 'An execution without a name is asked for by none.',
    },
    {
      line: "static restore(saved: SavedPosition, costing: Costing = 'average'): Position {",
      mutants: [`'average' => ""`],
      why: 'What is not first in, first out is at average cost.',
    },
  ],
  'ledger/rates.ts': [
    {
      line: 'if (first === undefined || second === undefined) continue;',
      mutants: ['first === undefined => false'],
      why: 'There is a rate between neighbours: the check is for the compiler.',
    },
    {
      line: 'for (const [from, row] of this.#rates) if (row.has(currency)) names.push(from);',
      mutants: ['row.has(currency) => true'],
      why: 'Through a currency without a rate there is no way.',
    },
  ],
  'ledger/reconcile-positions.ts': [
    {
      line: "side: quantity > held ? 'buy' : 'sell',",
      mutants: ['quantity > held => quantity >= held'],
      why: 'Positions that are equal are no difference.',
    },
  ],
  'ledger/reconciliation.ts': [
    {
      line: "} else if (event.kind === 'timer' && event.name === TIMER) state.timer = Number.POSITIVE_INFINITY;",
      mutants: ["event.kind === 'timer' => true"],
      why: 'Only timers have that name.',
    },
    {
      line: 'if (next >= state.timer || next === Number.POSITIVE_INFINITY) return;',
      mutants: ['next === Number.POSITIVE_INFINITY => false'],
      why: 'Never is no earlier than any timer.',
    },
  ],
  'ledger/statement.ts': [
    {
      line: 'const desk: (Decimal | null)[] = [];',
      mutants: ['[] => ["Stryker was here"]'],
      why: 'Only what was traded is read, and that is written.',
    },
    {
      line: 'const byAgent: (Decimal | null)[][] = agents.map(() => []);',
      mutants: ['[] => ["Stryker was here"]'],
      why: 'Only what was traded is read, and that is written.',
    },
    {
      line: 'if (total !== null && !values.includes(null)) {',
      mutants: ['total !== null => true'],
      why: 'Where the desk’s value is unknown, so is that of whoever holds the lots.',
    },
  ],
  'ledger/tracked-order.ts': [
    {
      line: "#standing: OrderStatus = 'initialised';",
      mutants: [`'initialised' => ""`],
      why: 'Nothing is pending before the first word, which is written there.',
    },
    {
      line: 'const lots = most === this.order.quantity ? this.shares : attributed(this.shares, most);',
      mutants: ['most === this.order.quantity => false'],
      why: 'A quick way out: the long way comes to the same.',
    },
    {
      line: 'if (told > this.#told) this.#told = told;',
      mutants: ['told > this.#told => told >= this.#told'],
      why: 'The same is put in the place of the same.',
    },
    {
      line: 'if (ending !== undefined) this.advance(ending, ts);',
      mutants: ['ending !== undefined => true'],
      why: 'No word leads to no state.',
    },
    {
      line: 'for (const part of parts) lots += part;',
      mutants: ['lots += part => lots -= part'],
      why: 'Only the size of the sum counts.',
    },
    {
      line: 'held - (parts[share] as number) + 0',
      mutants: ['held - (parts[share] as number) + 0 => held - (parts[share] as number) - 0'],
      why: 'They differ by the sign of a 0 only, and only where a share is told as -0.',
    },
  ],
  'ledger/truth.ts': [
    {
      line: 'return ended !== undefined && !isOpen(ended.status) ? [] : bookReport(state, entry, ts);',
      mutants: ['ended !== undefined => true'],
      why: 'What is settled is an order that is open here: the check is for the compiler.',
    },
    {
      line: 'if (tracked === undefined || tracked.missing === 0) return;',
      mutants: [
        'tracked === undefined || tracked.missing === 0 => false',
        'tracked === undefined || tracked.missing === 0 => tracked === undefined && tracked.missing === 0',
        'tracked === undefined => false',
        'tracked.missing === 0 => false',
      ],
      why: 'What is settled is an order that is open here, and where nothing is missing nothing changes.',
    },
  ],
  'ledger/working-lots.ts': [
    {
      line: 'if (tracked.remaining === 0) return;',
      mutants: ['tracked.remaining === 0 => false'],
      why: QUICK,
    },
    {
      line: 'for (let share = 0; share < tracked.agents.length; share++) {',
      mutants: ['share < tracked.agents.length => share <= tracked.agents.length'],
      why: 'Nobody reads what nobody has.',
    },
  ],
};
