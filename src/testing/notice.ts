/** One thing that happened on a row. `at` is in milliseconds since the start of the run. */
export type Notice =
  | { readonly kind: 'next'; readonly at: number; readonly value: unknown; readonly letter: string }
  | { readonly kind: 'error'; readonly at: number; readonly error: unknown }
  | { readonly kind: 'complete'; readonly at: number }
  | { readonly kind: 'subscribe'; readonly at: number }
  | { readonly kind: 'unsubscribe'; readonly at: number };

/** What a diagram says: its notices in order, and how long it lasts in milliseconds. */
export interface Timeline {
  readonly notices: readonly Notice[];
  readonly span: number;
}

/** Timelines by row name; a pipeline of one source has one row, and its name is empty. */
export type Rows = ReadonlyMap<string, Timeline>;

const signs = { error: '#', complete: '|', subscribe: '^', unsubscribe: '!' } as const;

/** The character that stands for a notice in a diagram. */
export function signOf(notice: Notice): string {
  return notice.kind === 'next' ? notice.letter : signs[notice.kind];
}

/** Whether nothing can follow the notice on its row. */
export function isLast(notice: Notice): boolean {
  return notice.kind === 'error' || notice.kind === 'complete' || notice.kind === 'unsubscribe';
}
