/** Longest reason that is told: what a user's code throws goes into the log. */
const LONGEST = 1_000;

/** What something thrown says, whatever it is: never empty of meaning, never throwing, in at most 1,000 characters. */
export function reasonOf(thrown: unknown): string {
  try {
    const message: unknown = thrown instanceof Error ? thrown.message : thrown;
    const text = String(message === undefined && thrown instanceof Error ? thrown.name : message);
    return text.slice(0, LONGEST);
  } catch {
    return 'something that cannot be shown';
  }
}
