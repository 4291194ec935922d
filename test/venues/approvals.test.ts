import { describe, expect, test } from 'vitest';
import { type Approved, mintApproved } from '../../src/domain/approval.js';
import type { Order } from '../../src/domain/order.js';
import { Desk } from './desk.js';

describe('approvals', () => {
  test('an order whose approval is forged never reaches the book: the driver fails', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]);
    const order = desk.order('a', { side: 'buy', quantity: 2 });
    const approved = { kind: 'approved', proposal: order } as unknown as Approved;
    desk.commands.next({ kind: 'submit', approved, order });
    expect(String(desk.error)).toBe('InputError: order "a" carries no approval that risk made');
    expect(desk.news()).toEqual([]);
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
    expect(String(desk.error)).toBe(`InputError: order "a" ${what.slice(what.indexOf('has'))}`);
    expect(desk.news()).toEqual([]);
  });
});
