import { Subject } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { run } from '../../src/core/run.js';
import type { Halt } from '../../src/core/run-options.js';
import { type StageOperator, stage } from '../../src/core/stage.js';
import type { Command, SubmitCommand } from '../../src/domain/command.js';
import { Ledger } from '../../src/operators/ledger/ledger.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';
import { fullDesk, market } from '../properties/full-desk.js';
import {
  act,
  collect,
  counter,
  driver,
  link,
  links,
  listener,
  nameOf,
  orderOf,
  proposal,
  submit,
} from './support.js';

const settings = { instruments: [] };

afterEach(() => {
  vi.restoreAllMocks();
});

/** A stage that puts commands on frames of link events, by their reason. */
const commander = (
  commands: Readonly<Record<string, () => SubmitCommand>>,
): StageOperator<Frame, { commands: readonly SubmitCommand[] }> =>
  stage<Frame, { commands: readonly SubmitCommand[] }, null>({
    name: 'commander',
    adds: { commands: [] },
    init: () => null,
    step: (_state, frame) => {
      const make = commands[nameOf(frame)];
      if (make !== undefined) frame.commands = [make()];
    },
    save: () => null,
    restore: () => null,
  });

const words = (commands: readonly Command[]): string[] =>
  commands.map((command) =>
    command.kind === 'submit'
      ? `submit ${command.order.clientOrderId}`
      : `${command.kind} ${command.kind === 'cancel' ? command.clientOrderId : ''}`,
  );

describe('a stage that throws', () => {
  test('halts by its name, cancels what may be alive, and lets nothing out any more', async () => {
    const { driver: ears, commands } = listener();
    const core = compose(
      settings,
      counter,
      commander({ a: () => submit('one'), b: () => submit('two'), d: () => submit('three') }),
      act('fragile', (frame) => {
        if (nameOf(frame) === 'c') throw new Error('out of order');
      }),
    );
    const journal = new MemoryJournal();
    const pipeline = backtest(core, links('a', 'b', 'c', 'd'), { drivers: [ears], journal, grace: 500 });
    const halts: Halt[] = [];
    pipeline.halts$.subscribe((halt) => halts.push(halt));
    const frames = await collect(pipeline);
    expect(halts).toEqual([pipeline.halted]);
    expect(pipeline.halted).toEqual({
      component: 'fragile',
      code: 'threw',
      message: 'fragile failed at (3, 0), a link event: out of order',
    });
    expect(words(commands)).toEqual(['submit one', 'submit two', 'cancel one', 'cancel two']);
    expect(frames.map(nameOf)).toEqual(['a', 'b']);
    expect(journal.events.map(({ event }) => nameOf({ event }))).toEqual([
      'a',
      'b',
      'c',
      'fault',
      'd',
      'barrier',
    ]);
    expect(journal.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('is named when it is a pure field, too', async () => {
    const pipeline = backtest(
      compose(
        settings,
        pure('risky', () => {
          throw new Error('no');
        }),
      ),
      links('a'),
    );
    await collect(pipeline);
    expect(pipeline.halted?.component).toBe('risky');
  });

  test('still shows the venues every event, so that they go on', async () => {
    const seen: string[] = [];
    const eyes = driver('eyes', ({ events$ }) => {
      events$.subscribe((logged) => seen.push(nameOf(logged)));
    });
    const core = compose(
      settings,
      act('fragile', () => {
        throw new Error('at once');
      }),
    );
    await collect(backtest(core, links('a', 'b'), { drivers: [eyes] }));
    expect(seen).toEqual(['a', 'fault', 'b', 'barrier']);
  });
});

test('a ledger that throws halts: orders under way are canceled by the table of the gate, events stay in the log', async () => {
  const source = market(3, 4_000);
  const core = fullDesk(source.instruments);
  const { driver: ears, commands } = listener();
  // Reports take so long that every order is still under way.
  const venues = ['binance', 'coinbase', 'cme'].map((venue) =>
    simulatedVenue({ venue, latency: { submit: 5, report: 1_000 } }),
  );
  const journal = new MemoryJournal();
  const apply = Ledger.prototype.apply;
  let reports = 0;
  let before = 0;
  vi.spyOn(Ledger.prototype, 'apply').mockImplementation(function (this: Ledger, event, ts) {
    if (event.kind === 'report' && ++reports === 5) {
      before = commands.length;
      throw new Error('the books do not balance');
    }
    return apply.call(this, event, ts);
  });
  const pipeline = backtest(core, source, { drivers: [ears, ...venues], journal, grace: 5_000 });
  await collect(pipeline);
  expect(pipeline.halted).toMatchObject({ component: 'ledger', code: 'threw' });
  const sent = commands
    .slice(0, before)
    .flatMap((one) => (one.kind === 'submit' ? [one.order.clientOrderId] : []));
  const after = commands.slice(before);
  expect(after.filter(({ kind }) => kind === 'submit')).toEqual([]);
  const open = new Map<string, number>(
    commands
      .slice(0, before)
      .flatMap((one) =>
        one.kind === 'submit' ? [[one.order.clientOrderId, one.order.quantity] as const] : [],
      ),
  );
  for (const { event } of journal.events.slice(
    0,
    journal.events.findIndex((one) => one.event.kind === 'fault'),
  )) {
    if (event.kind !== 'report' || event.type === 'accepted') continue;
    if (event.type === 'fill')
      open.set(event.clientOrderId, (open.get(event.clientOrderId) ?? 0) - event.quantity);
    else open.set(event.clientOrderId, 0);
  }
  const canceled = after.flatMap((one) => (one.kind === 'cancel' ? [one.clientOrderId] : []));
  expect(canceled.length).toBeGreaterThan(3);
  for (const id of canceled) expect(sent).toContain(id);
  for (const id of sent) expect(canceled.includes(id)).toBe((open.get(id) ?? 0) > 0);
  // All at once, and then again for as long as no report says that it has ended.
  const different = new Set(canceled).size;
  expect(new Set(canceled.slice(0, different)).size).toBe(different);
  const halt = journal.events.findIndex(({ event }) => event.kind === 'fault' && event.severity === 'halt');
  expect(journal.events.length).toBeGreaterThan(halt + 20);
});

describe('an order that risk did not approve', () => {
  const forged: SubmitCommand = {
    kind: 'submit',
    approved: { kind: 'approved', proposal: proposal() } as unknown as SubmitCommand['approved'],
    order: orderOf('forged'),
  };
  const altered: SubmitCommand = {
    ...submit('altered'),
    order: orderOf('altered', proposal({ quantity: 500 })),
  };

  test.each([
    ['forged', forged, /no approval of risk: it was forged/],
    ['altered', altered, /altered after risk approved it: quantity 5 became 500/],
  ] as const)('halts the gate when it was %s, and nothing leaves', async (_name, command, message) => {
    const { driver: ears, commands } = listener();
    const core = compose(settings, commander({ a: () => command, b: () => submit('good') }));
    const pipeline = backtest(core, links('a', 'b'), { drivers: [ears] });
    const frames = await collect(pipeline);
    expect(pipeline.halted).toMatchObject({ component: 'gate', code: 'refused' });
    expect(pipeline.halted?.message).toMatch(message);
    expect(commands).toEqual([]);
    // The core goes on, and hears that the next order was not sent either.
    expect(frames.map(nameOf)).toEqual(['a', 'fault', 'b', 'report', 'barrier']);
  });
});

describe('a loop', () => {
  test('through a driver is cut off by name, halting, and the run goes on', async () => {
    const echo = driver('echo', ({ events$ }, say) => {
      events$.subscribe(({ event }) => {
        if (event.kind === 'link') say(link('echo'));
      });
    });
    const pipeline = backtest(compose(settings, counter), links('a', 'b'), {
      drivers: [echo],
      sequencer: { maximumFeedback: 50 },
    });
    const frames = await collect(pipeline);
    expect(pipeline.halted).toMatchObject({ component: 'sequencer', code: 'feedback-loop' });
    expect(frames.filter(({ event }) => event.kind === 'fault')).toHaveLength(1);
    expect(frames.filter((frame) => nameOf(frame) === 'b')).toHaveLength(1);
    expect(frames.at(-1)?.event.kind).toBe('barrier');
  });

  test('inside the core is cut off by name, halting, and the run goes on', async () => {
    const core = compose(
      settings,
      counter,
      act('mirror', ({ event }, context) => {
        if (event.kind === 'link' || event.kind === 'fault') context.fault('mirror', 'again', 'and again');
      }),
    );
    const pipeline = backtest(core, links('a', 'b'), { maximumDerived: 100 });
    const frames = await collect(pipeline);
    expect(pipeline.halted).toMatchObject({ component: 'core', code: 'feedback-loop' });
    expect(pipeline.halted?.message).toMatch(/derived more than 100 events from \(1, 0\), the last a fault/);
    expect(Math.max(...frames.map(({ sub }) => sub))).toBe(100);
    expect(frames.filter((frame) => nameOf(frame) === 'b')).toHaveLength(1);
  });

  test('of a million rounds through a driver does not overflow the stack', () => {
    const rounds = 1_000_000;
    let count = 0;
    const said = link('round');
    const wheel = driver('wheel', ({ events$ }, say) => {
      events$.subscribe(({ event }) => {
        if (event.kind === 'link' && ++count < rounds) say(said);
      });
    });
    const start = new Subject<void>();
    const starter = driver('starter', (_context, say) => {
      start.subscribe(() => say(said));
    });
    const pipeline = run(compose(settings, counter), {
      clock: liveClock({
        now: () => 0,
        schedule: () => {
          throw new Error('nothing waits');
        },
      }),
      drivers: [wheel, starter],
      development: false,
      sequencer: { maximumFeedback: 2 * rounds },
    });
    pipeline.subscribe();
    start.next();
    expect(count).toBe(rounds);
    expect(pipeline.position.seq).toBe(rounds);
    expect(pipeline.halted).toBeUndefined();
    pipeline.stop();
  });
});

test('an inbox that overflows halts, and says so once', async () => {
  const flood = driver('flood', ({ events$ }, say) => {
    events$.subscribe((logged) => {
      if (nameOf(logged) === 'a') for (let index = 0; index < 50; index++) say(link(`x${index}`));
    });
  });
  const pipeline = backtest(compose(settings, counter), links('a'), {
    drivers: [flood],
    sequencer: { capacity: 20 },
  });
  const frames = await collect(pipeline);
  expect(pipeline.halted).toMatchObject({ component: 'sequencer', code: 'overflow' });
  expect(frames.filter(({ event }) => event.kind === 'fault')).toHaveLength(1);
  expect(pipeline.inbox).toMatchObject({ waiting: 0, refused: 30 });
});

describe('what the log rests on', () => {
  test('a journal that fails halts: nothing leaves that is not in the log', async () => {
    const { driver: ears, commands } = listener();
    const core = compose(
      settings,
      counter,
      commander({ a: () => submit('a'), b: () => submit('b'), c: () => submit('c') }),
    );
    const journal = new MemoryJournal();
    const append = journal.append.bind(journal);
    vi.spyOn(journal, 'append').mockImplementation((event) => {
      if (event.seq === 2) throw new Error('the disk is full');
      append(event);
    });
    const pipeline = backtest(core, links('a', 'b', 'c'), { drivers: [ears], journal, grace: 500 });
    const frames = await collect(pipeline);
    expect(pipeline.halted).toEqual({ component: 'journal', code: 'failed', message: 'the disk is full' });
    expect(words(commands)).toEqual(['submit a', 'cancel a']);
    expect(frames.map(nameOf)).toEqual(['a', 'b', 'fault', 'report', 'c', 'report', 'barrier']);
  });

  test('an acknowledger that fails halts: what waits for it would wait for ever', async () => {
    const acknowledged = new Subject<number>();
    const { driver: ears, commands } = listener();
    const core = compose(
      settings,
      commander({ a: () => submit('a') }),
      act('trouble', (frame) => {
        if (nameOf(frame) === 'b') acknowledged.error(new Error('the mirror is gone'));
      }),
    );
    const pipeline = backtest(core, links('a', 'b'), { drivers: [ears], acknowledgements: [acknowledged] });
    const frames = await collect(pipeline);
    expect(pipeline.halted).toMatchObject({ component: 'acknowledgement', message: 'the mirror is gone' });
    expect(commands).toEqual([]);
    expect(frames.map(nameOf)).toEqual(['a', 'b', 'fault', 'report', 'barrier']);
  });

  test('the core hears of the halt before it hears which orders never left: who would try again knows better', async () => {
    const retrying = stage<Frame, { commands: readonly SubmitCommand[] }, { halted: boolean; tries: number }>(
      {
        name: 'retrying',
        adds: { commands: [] },
        init: () => ({ halted: false, tries: 0 }),
        step: (state, frame) => {
          const { event } = frame;
          if (event.kind === 'fault') state.halted = true;
          const again = event.kind === 'report' && event.type === 'canceled';
          if (state.halted || !(again || nameOf(frame) === 'a')) return;
          state.tries += 1;
          frame.commands = [submit(`try ${state.tries}`)];
        },
        save: (state) => ({ ...state }),
        restore: (saved) => ({ ...(saved as { halted: boolean; tries: number }) }),
      },
    );
    const { driver: ears, commands } = listener();
    const acknowledged = new Subject<number>();
    const trouble = act('trouble', (frame) => {
      if (nameOf(frame) === 'b') acknowledged.error(new Error('the mirror is gone'));
    });
    const pipeline = backtest(compose(settings, retrying, trouble), links('a', 'b'), {
      drivers: [ears],
      acknowledgements: [acknowledged],
      sequencer: { maximumFeedback: 100 },
    });
    const frames = await collect(pipeline);
    expect(frames.map(nameOf)).toEqual(['a', 'b', 'fault', 'report', 'barrier']);
    expect(commands).toEqual([]);
  });
});
