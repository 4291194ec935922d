import { describe, expect, test } from 'vitest';
import { reconciliation } from '../../src/operators/index.js';
import { AskingDesk } from './asking-desk.js';
import { LINEAR } from './desk.js';

describe('reconciliation', () => {
  test('asks at the start, when the link is up again, after a takeover, and every so often', () => {
    const desk = new AskingDesk({}, { every: 1_000, patience: 400 }).take({ kind: 'barrier', id: '' });
    expect(desk.news()).toEqual(['0 reconcile one', '0 reconcile two']);
    desk.truth('one').at(450).truth('two');
    expect(desk.news()).toEqual(['400 reconcile two']);
    expect(desk.at(1_450).truth('one').truth('two').news()).toEqual([
      '1000 reconcile one',
      '1400 reconcile one',
      '1450 reconcile two',
    ]);
    desk.at(1_500).link('down', 'two').link('up', 'two', 'market').link('up', 'else');
    expect(desk.news()).toEqual([]);
    expect(desk.link('up', 'two', 'account').truth('two').truth('else').news()).toEqual([
      '1500 reconcile two',
    ]);
    expect(desk.epoch().news()).toEqual(['1500 reconcile one', '1500 reconcile two']);
  });

  test('asks for each timer once, and takes no other for it', () => {
    const desk = new AskingDesk({}, { every: 1_000, patience: 400 }).take({ kind: 'barrier', id: '' });
    expect(desk.timers).toEqual([400]);
    // Neither a timer of another's, nor the truth of a venue that is none of ours, nor anything else.
    desk.at(10).take({ kind: 'timer', name: 'another', due: 10 }).truth('else');
    desk.take({ kind: 'barrier', id: 'reconciliation' });
    expect([desk.timers, desk.truth('one').truth('two').timers]).toEqual([[400], [400]]);
    expect(desk.at(1_500).news()).not.toContain('1410 reconcile else');
    expect(desk.timers).toEqual([400, 1_010, 1_410, 1_810]);
  });

  test('is told from another by its settings', () => {
    expect(new AskingDesk({}, { every: 1_000, patience: 400 }).fingerprint('reconciliation')).toBe(
      '{"every":1000,"patience":400}',
    );
  });

  test('once answered it is quiet where no interval is set, and goes on from a snapshot', () => {
    const desk = new AskingDesk({}, { patience: 400 })
      .take({ kind: 'barrier', id: '' })
      .truth('one')
      .restart();
    desk.news();
    expect(desk.at(500).news()).toEqual(['400 reconcile two']);
    expect(desk.truth('two').at(90_000).news()).toEqual([]);
  });

  test('what differs is adopted, and told as a fault', () => {
    const desk = new AskingDesk()
      .submit('a')
      .say('a', 'accepted')
      .fill('a', 2)
      .say('a', 'canceled', { filled: 5 });
    desk.at(9_000).news();
    const orders = [
      {
        clientOrderId: desk.says.submitted('a', 'buy', 1).order.clientOrderId,
        instrument: LINEAR.id,
        status: 'canceled',
        filled: 5,
      },
    ] as const;
    // Where the venue tells no position, the lots that are missing are still waited for.
    desk.truth('one', { coversClosed: true, orders });
    expect([desk.order('a'), desk.news()]).toEqual([['unknown', 3], ['9000 ledger truth-order']]);
    const positions = [{ instrument: LINEAR.id, quantity: 5, averagePrice: '100' }];
    desk.at(20_000).news();
    desk.truth('one', { coversClosed: true, orders, positions });
    expect(desk.order('a')).toEqual(['canceled', 0]);
    expect(desk.news()).toEqual(['20000 ledger truth-order', '20000 ledger truth-position']);
  });

  test.each([
    [{ every: -1 }, 'reconciliation.every must be a number of at least 0, not -1'],
    [{ patience: 0 }, 'reconciliation.patience must be a number of at least 1, not 0'],
    [{ often: 1 } as never, 'reconciliation has an unknown setting "often"'],
  ])('refuses %j', (options, message) => {
    expect(() => reconciliation(options)).toThrow(message);
  });
});

describe('what a group wants canceled', () => {
  const pair = (): AskingDesk => {
    const desk = new AskingDesk();
    for (const id of ['a', 'b']) {
      const { order } = desk.says.submitted(id, 'buy', 10, { terms: { group: { id: 'g', kind: 'oco' } } });
      desk.take({ kind: 'submitted', order });
    }
    return desk;
  };
  const cancels = (desk: AskingDesk): readonly string[] =>
    desk.news().filter((line) => line.includes('cancel'));

  test('is asked for again after a takeover, for as long as it is open', () => {
    const desk = pair().say('b', 'accepted').fill('a', 1);
    expect(cancels(desk)).toEqual(['0 cancel b']);
    expect(cancels(desk.restart().epoch())).toEqual(['0 cancel b']);
    expect(cancels(desk.say('b', 'canceled').epoch())).toEqual([]);
  });

  test('is asked for again once it has taken the place of another', () => {
    const desk = new AskingDesk();
    const submit = (id: string, more: object) => {
      const { order } = desk.says.submitted(id, 'buy', 10, {
        terms: { group: { id: 'g', kind: 'oco' }, ...more },
      });
      desk.take({ kind: 'submitted', order });
    };
    submit('a', {});
    submit('old', {});
    submit('new', { replaces: 'old' });
    desk.fill('a', 1).say('new', 'cancelRejected').say('old', 'cancelRejected').news();
    expect(cancels(desk.say('new', 'replaced'))).toEqual(['0 cancel new']);
  });

  test('is asked for again once the venue has the order that its cancel had overtaken', () => {
    const desk = pair().fill('a', 1).say('b', 'cancelRejected');
    expect(cancels(desk)).toEqual(['0 cancel b']);
    expect(cancels(desk.say('b', 'accepted'))).toEqual(['0 cancel b']);
    expect(desk.order('b')[0]).toBe('pendingCancel');
    // An acknowledgement that comes twice changes nothing.
    expect(cancels(desk.say('b', 'accepted'))).toEqual([]);
  });
});
