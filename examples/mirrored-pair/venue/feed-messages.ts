/** What a desk asks the signal feed. */
export type FeedRequest =
  | { readonly op: 'read'; readonly after: number }
  | { readonly op: 'ack'; readonly position: number; readonly call: number };

/** What the feed says. */
export type FeedAnswer =
  | { readonly kind: 'entry'; readonly position: number; readonly id: string; readonly payload: string }
  | { readonly kind: 'acked'; readonly call: number };
