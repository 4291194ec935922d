/** The message with which a run fails; a run that passes is a failure of the test. */
export function messageOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error('expected a failure, and the run passed');
}

/** The same through a promise. */
export async function rejectionOf(run: Promise<void>): Promise<string> {
  const failure: unknown = await run.then(
    () => new Error('expected a failure, and the run passed'),
    (error: unknown) => error,
  );
  if (failure instanceof Error) return failure.message;
  throw failure;
}

/** Drawings as literal text: lines as they are, without the margin of the source. */
export function drawing(text: string): string {
  const lines = text.split('\n').slice(1, -1);
  const margin = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return `${lines.map((line) => line.slice(margin)).join('\n')}\n`;
}
