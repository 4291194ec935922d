import { filter, map, scan } from 'rxjs';
import { describe, expectTypeOf, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { stage } from '../../src/core/stage.js';
import { unsafe } from '../../src/core/unsafe.js';
import type { Approved } from '../../src/domain/approval.js';
import type { SubmitCommand } from '../../src/domain/command.js';
import type { Order, Proposal } from '../../src/domain/order.js';
import type { Verdict } from '../../src/domain/verdict.js';
import {
  type AgentFields,
  agent,
  agents,
  bestNetPrice,
  books,
  type CommandFields,
  confidenceWeighted,
  dispatch,
  ema,
  type FeatureFields,
  features,
  type LedgerFields,
  ledger,
  type MarketFields,
  risk,
  type SignalFields,
  signals,
  sizing,
  type VerdictFields,
} from '../../src/operators/index.js';

const settings = { instruments: [] };
const money = ledger({ reportingCurrency: 'USD' });
const idle = agents<Frame>([agent({ name: 'idle', decide: () => undefined })]);

type FrameOf<C> = C extends Core<infer F> ? F : never;

const note = <const N extends string>(name: N) => pure<N, Frame, number>(name, () => 1);

describe('a chain', () => {
  test('of ten and more parts keeps all its types to the end', () => {
    const core = compose(
      settings,
      books(),
      money,
      features({ fast: ema({ period: 2, every: 1 }) }),
      signals([]),
      pure('gap', (frame) => frame.ask - frame.bid),
      pure('late', (frame) => frame.features.fast + frame.gap),
      idle,
      confidenceWeighted(),
      sizing({ budget: 1 }),
      bestNetPrice(),
      risk([]),
      dispatch(),
      pure('last', (frame) => [frame.profit, frame.pool.size, frame.verdicts.length, frame.late] as const),
    );
    type Last = FrameOf<typeof core>;
    expectTypeOf<Last['gap']>().toEqualTypeOf<number>();
    expectTypeOf<Last['last']>().toEqualTypeOf<readonly [number, number, number, number]>();
    expectTypeOf<Last['features']['fast']>().toEqualTypeOf<number>();
    expectTypeOf<Last>().toExtend<
      MarketFields &
        LedgerFields &
        FeatureFields<'fast'> &
        SignalFields &
        AgentFields &
        VerdictFields &
        CommandFields
    >();
    // @ts-expect-error there is no such feature
    expectTypeOf<Last['features']['slow']>();
    // @ts-expect-error there is no such field
    expectTypeOf<Last['nothing']>();
  });

  test('takes twenty parts, and no twenty-first', () => {
    const core = compose(
      settings,
      note('a'),
      note('b'),
      note('c'),
      note('d'),
      note('e'),
      note('f'),
      note('g'),
      note('h'),
      note('i'),
      note('j'),
      note('k'),
      note('l'),
      note('m'),
      note('n'),
      note('o'),
      note('p'),
      note('q'),
      note('r'),
      note('s'),
      note('t'),
    );
    expectTypeOf<FrameOf<typeof core>>().toExtend<Frame & { readonly t: number }>();
    compose(
      settings,
      note('a'),
      note('b'),
      note('c'),
      note('d'),
      note('e'),
      note('f'),
      note('g'),
      note('h'),
      note('i'),
      note('j'),
      note('k'),
      note('l'),
      note('m'),
      note('n'),
      note('o'),
      note('p'),
      note('q'),
      note('r'),
      note('s'),
      note('t'),
      // @ts-expect-error the twenty-first
      note('u'),
    );
  });

  test('infers the frame of an inline pure from what came before', () => {
    compose(
      settings,
      books(),
      pure('gap', (frame) => {
        expectTypeOf(frame).toExtend<Frame & MarketFields>();
        return frame.ask - frame.bid;
      }),
    );
    compose(
      settings,
      books(),
      // @ts-expect-error nobody has computed the profit yet
      pure('twice', (frame) => 2 * frame.profit),
    );
  });

  test('refuses stages before those whose fields they need', () => {
    // @ts-expect-error the ledger needs markets
    compose(settings, money, books());
    // @ts-expect-error features need markets
    compose(settings, features({ fast: ema({ period: 2, every: 1 }) }), books());
    // @ts-expect-error the ensemble needs decisions
    compose(settings, books(), confidenceWeighted(), idle);
    // @ts-expect-error sizing needs targets
    compose(settings, books(), money, idle, sizing({ budget: 1 }), confidenceWeighted());
    // @ts-expect-error risk needs proposals
    compose(settings, books(), money, risk([]));
    // @ts-expect-error dispatch needs verdicts
    compose(settings, books(), money, dispatch());
  });

  test('refuses RxJS operators, save by name', () => {
    compose(
      settings,
      books(),
      // @ts-expect-error map is no stage
      map((frame: Frame & MarketFields) => frame),
    );
    compose(
      settings,
      books(),
      // @ts-expect-error filter is no stage
      filter((frame: Frame & MarketFields) => frame.synced),
    );
    compose(
      settings,
      // @ts-expect-error scan keeps state outside of snapshots
      scan((_last: Frame, frame: Frame) => frame),
    );
    const core = compose(
      settings,
      books(),
      unsafe(
        'spy',
        map((frame: Frame & MarketFields) => frame),
      ),
      money,
    );
    expectTypeOf<FrameOf<typeof core>>().toExtend<Frame & MarketFields & LedgerFields>();
  });

  test('does not let a stage of a user write fields of another', () => {
    stage<Frame & MarketFields, { mine: number }, null>({
      name: 'mine',
      adds: { mine: 0 },
      init: () => null,
      step: (_state, frame) => {
        frame.mine = frame.mid;
        // @ts-expect-error frames are stamped by the sequencer
        frame.seq = 0;
        // @ts-expect-error it is not there
        frame.yours = 1;
      },
      save: () => null,
      restore: () => null,
    });
    stage<Frame, { mine: number }, null>({
      name: 'mine',
      // @ts-expect-error what it adds must have its initial values
      adds: {},
      init: () => null,
      step: () => {},
      save: () => null,
      restore: () => null,
    });
  });
});

describe('an order that risk has not approved', () => {
  const proposals = (): readonly Proposal[] => [];

  test('does not reach dispatch', () => {
    compose(settings, books(), money, pure('proposals', proposals), risk([]), dispatch());
    // @ts-expect-error proposals are not verdicts
    compose(settings, books(), money, pure('proposals', proposals), dispatch());
    compose(
      settings,
      books(),
      pure('proposals', proposals),
      pure('verdicts', (frame) => frame.proposals),
      // @ts-expect-error proposals are not verdicts, whatever they are called
      dispatch(),
    );
  });

  test('makes no submit command, and no verdict', () => {
    const proposal = {} as Proposal;
    const order = {} as Order;
    const approved = {} as Approved;
    const command: SubmitCommand = { kind: 'submit', approved, order };
    void command;
    // @ts-expect-error a proposal is no approval
    const raw: SubmitCommand = { kind: 'submit', approved: proposal, order };
    // @ts-expect-error nor is a look-alike
    const forged: SubmitCommand = { kind: 'submit', approved: { kind: 'approved', proposal }, order };
    // @ts-expect-error nor is a spread copy
    const copy: SubmitCommand = { kind: 'submit', approved: { ...approved }, order };
    // @ts-expect-error nor does an order do without
    const bare: SubmitCommand = { kind: 'submit', order };
    // @ts-expect-error a verdict of one's own
    const verdict: Verdict = { kind: 'approved', proposal };
    // @ts-expect-error an approved proposal stays as it is
    approved.proposal.quantity = 2;
    void [raw, forged, copy, bare, verdict];
  });

  test('cannot be approved by anybody but risk', async () => {
    const entry = await import('../../src/index.js');
    // @ts-expect-error the entry exports the type alone
    void entry.mintApproved;
    // @ts-expect-error and no value of the class
    void entry.Approved;
    const domain = await import('../../src/domain/approval.js');
    // @ts-expect-error the constructor is private
    void new domain.Approved({} as Proposal);
  });
});
