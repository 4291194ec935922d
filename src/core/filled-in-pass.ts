/**
 * The initial value of a field that its stage fills in every pass before any part behind it runs: a live view that exists
 * only once the chain has started. Nobody can read the field earlier, so its type need not say that it may be missing.
 */
export const filledInPass = <View extends object>(): View => undefined as unknown as View;
