import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { OrderRequest } from './venue-order.js';

/** A request that has arrived at the venue. */
export type VenueRequest =
  | { readonly kind: 'submit'; readonly order: OrderRequest }
  | ({ readonly kind: 'cancel'; readonly reason: string } & OrderKey)
  | {
      readonly kind: 'ask';
      readonly instrument: InstrumentId;
      /** Without it: whatever the venue knows of the instrument. */
      readonly clientOrderId?: ClientOrderId;
      /** Repeated by the answers. */
      readonly requestTime?: number;
    }
  | { readonly kind: 'reconcile' };

/** The order that a request is about. */
export const orderIdOf = (request: VenueRequest): ClientOrderId | undefined =>
  request.kind === 'submit'
    ? request.order.clientOrderId
    : request.kind === 'reconcile'
      ? undefined
      : request.clientOrderId;

export type OrderKey = { readonly instrument: InstrumentId; readonly clientOrderId: ClientOrderId };
