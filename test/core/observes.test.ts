import { from } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EVENT_KINDS } from '../../src/domain/event-kinds.js';
import { ConfigurationError, compose, type EventKind, type Frame, pure, stage } from '../../src/index.js';
import { NoGeneration } from './support.js';

/** A stage that counts what it sees, of all kinds or of some. */
const counting = (name: string, observes?: readonly EventKind[]) =>
  stage<Frame, Record<string, number>, { count: number }>({
    name,
    adds: { [name]: -1 },
    ...(observes === undefined ? {} : { observes }),
    init: () => ({ count: 0 }),
    step: (state, frame) => {
      if (frame.seq === 9) throw new Error('no more');
      state.count += 1;
      frame[name] = state.count;
    },
    save: ({ count }) => ({ count }),
    restore: (saved) => saved as { count: number },
  });

const timer = { kind: 'timer', name: 'a', due: 0 } as const;
const epoch = { kind: 'epoch', epoch: 1, leader: 'a' } as const;
const barrier = { kind: 'barrier', id: 'b' } as const;
const kill = { kind: 'control', action: 'kill', scope: 'desk', value: 0, by: 'a', reason: '' } as const;

function play(development: boolean): readonly unknown[] {
  const parts = [
    counting('all'),
    counting('timers', ['timer']),
    counting('both', ['timer', 'epoch']),
    pure('double', (frame: Frame) => frame.seq * 2, Number.NaN),
    counting('epochs', ['epoch']),
    counting('barriers', ['barrier']),
    counting('more', ['timer', 'epoch', 'barrier']),
  ];
  const core = compose({ instruments: [] }, ...(parts as unknown as [ReturnType<typeof counting>]));
  const running = core.start({ development });
  return [timer, epoch, kill, timer, barrier, epoch, kill, timer, timer].map((event, place) => {
    try {
      return { ...running.pass(place + 1, 0, place, event) };
    } catch (error) {
      return String(error);
    }
  });
}

afterEach(() => vi.unstubAllGlobals());

describe('a stage that observes some kinds of events', () => {
  for (const development of [true, false]) {
    it(`sees those and no others, linked or one by one (development: ${development})`, () => {
      const linked = play(development);
      vi.stubGlobal('Function', NoGeneration);
      const oneByOne = play(development);
      vi.unstubAllGlobals();
      expect(oneByOne).toEqual(linked);
      const counts = linked
        .slice(0, 8)
        .map((frame) =>
          (['all', 'timers', 'both', 'epochs', 'barriers', 'more'] as const).map(
            (name) => (frame as Record<string, number>)[name],
          ),
        );
      expect(counts).toEqual([
        [1, 1, 1, -1, -1, 1],
        [2, -1, 2, 1, -1, 2],
        [3, -1, -1, -1, -1, -1],
        [4, 2, 3, -1, -1, 3],
        [5, -1, -1, -1, 1, 4],
        [6, -1, 4, 2, -1, 5],
        [7, -1, -1, -1, -1, -1],
        [8, 3, 5, -1, -1, 6],
      ]);
      expect(linked[8]).toBe('StageError: all failed at (9, 0), a timer event: no more');
      expect(linked[2]).toMatchObject({ double: 6 });
      expect(linked[4]).toMatchObject({
        snapshot: { all: { count: 5 }, timers: { count: 2 }, epochs: { count: 1 }, barriers: { count: 1 } },
      });
    });
  }

  it('is named when it throws on its own way', () => {
    const core = compose({ instruments: [] }, counting('all', ['epoch']), counting('timers', ['timer']));
    const running = core.start();
    expect(() => running.pass(9, 0, 1, timer)).toThrow('timers failed at (9, 0), a timer event: no more');
    expect(running.pass(9, 0, 1, kill)).toMatchObject({ all: -1, timers: -1 });
  });

  it('does the same in a plain pipe', () => {
    const seen: unknown[] = [];
    const rest = { seq: 1, sub: 0, ts: 0, instrument: -1, snapshot: undefined, requests: [] };
    const frames: readonly Frame[] = [
      { ...rest, event: timer },
      { ...rest, event: epoch },
    ];
    from(frames)
      .pipe(counting('epochs', ['epoch']))
      .subscribe((frame) => seen.push(frame['epochs']));
    expect(seen).toEqual([undefined, 1]);
  });

  it('has its event narrowed to those kinds', () => {
    const names = stage<Frame, { named: string }, null, 'timer' | 'epoch'>({
      name: 'names',
      adds: { named: '' },
      observes: ['timer', 'epoch'],
      init: () => null,
      step: (_state, frame) => {
        frame.named = frame.event.kind === 'timer' ? frame.event.name : frame.event.leader;
      },
      save: () => null,
      restore: () => null,
    });
    const running = compose({ instruments: [] }, names).start();
    expect(running.pass(1, 0, 1, timer).named).toBe('a');
    expect(running.pass(2, 0, 1, kill).named).toBe('');
  });

  it('is refused when it names no kind, one that there is not, or no list', () => {
    expect(() => counting('none', [])).toThrow(ConfigurationError);
    expect(() => counting('none', [])).toThrow('stage "none".observes must be at least one kind of event');
    expect(() => counting('none', ['quotes' as EventKind])).toThrow(
      /stage "none".observes must be a list of .*quotes/,
    );
    expect(() => counting('none', 'quote' as unknown as EventKind[])).toThrow(ConfigurationError);
  });

  it('may name each kind there is', () => {
    expect(new Set(EVENT_KINDS).size).toBe(EVENT_KINDS.length);
    const running = compose({ instruments: [] }, counting('all', EVENT_KINDS)).start();
    expect(running.pass(1, 0, 1, timer)).toMatchObject({ all: 1 });
  });
});
