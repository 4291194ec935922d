import { describe, expect, test } from 'vitest';
import { type Approved, mintApproved } from '../../src/domain/approval.js';
import type { FaultEvent } from '../../src/domain/event.js';
import type { Order } from '../../src/domain/order.js';
import { Desk } from './desk.js';

const unapproved = (message: string): FaultEvent => ({
  kind: 'fault',
  component: 'venue:binance',
  code: 'unapproved',
  message,
  severity: 'halt',
});

describe('approvals', () => {
  test('an order whose approval is forged never reaches the book, and the desk is to halt', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]);
    const order = desk.order('a', { side: 'buy', quantity: 2 });
    const approved = { kind: 'approved', proposal: order } as unknown as Approved;
    desk.commands.next({ kind: 'submit', approved, order });
    expect(desk.faults).toEqual([unapproved('order "a" carries no approval that risk made')]);
    expect([desk.news(), desk.error, desk.completed]).toEqual([[], undefined, false]);
  });

  test('the venue goes on: what works is heard of and can be canceled, and other orders are taken', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]);
    desk
      .submit('a', { side: 'buy', quantity: 2, price: 98 })
      .submit('b', { side: 'buy', quantity: 2, price: 97 });
    const order = desk.order('forged', { side: 'buy', quantity: 2 });
    desk.commands.next({
      kind: 'submit',
      approved: { kind: 'approved', proposal: order } as unknown as Approved,
      order,
    });
    desk.news();
    desk.trade(97, 2).cancel('b').submit('c', { side: 'buy', quantity: 2 });
    expect(desk.news()).toEqual([
      '0 a fill 2@98 maker',
      '0 b canceled: changed its mind',
      '0 c accepted',
      '0 c fill 2@101 taker',
    ]);
    expect(desk.faults).toHaveLength(1);
  });

  test('commands of another venue are for others to judge', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]);
    const order = desk.order('a', { side: 'buy', quantity: 2, venue: 'coinbase' });
    const approved = { kind: 'approved', proposal: order } as unknown as Approved;
    desk.commands.next({ kind: 'submit', approved, order });
    expect([desk.faults, desk.news()]).toEqual([[], []]);
  });

  const changes: [string, Partial<Order>][] = [
    ['side has side "sell", but approved was "buy"', { side: 'sell' }],
    ['quantity has quantity 3, but approved was 2', { quantity: 3 }],
    ['price has price 102, but approved was 99', { price: 102 }],
    ['type has type "market", but approved was "limit"', { type: 'market' }],
    ['timeInForce has timeInForce "IOC", but approved was "GTC"', { timeInForce: 'IOC' }],
    ['reduceOnly has reduceOnly true, but approved was false', { reduceOnly: true }],
    ['postOnly has postOnly true, but approved was false', { postOnly: true }],
  ];

  test.each(changes)('an order that is not the approved one: %s', (what, change) => {
    const desk = new Desk().snapshot([99, 10], [101, 5]);
    const order = desk.order('a', { side: 'buy', quantity: 2, price: 99 });
    desk.commands.next({ kind: 'submit', approved: mintApproved(order), order: { ...order, ...change } });
    expect(desk.faults).toEqual([unapproved(`order "a" ${what.slice(what.indexOf('has'))}`)]);
    expect([desk.news(), desk.error]).toEqual([[], undefined]);
  });
});
