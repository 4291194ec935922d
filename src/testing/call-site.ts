/** The frames of the stack above a call, as text. */
export type CallSite = string;

type Callee = (...parameters: never[]) => unknown;

/**
 * Where a function was called from.
 *
 * Taken at once and not when a failure is made: after an `await` the caller is no longer on the stack.
 *
 * @param callee the function whose own frame, and those it called, are left out
 */
export function callSite(callee: Callee): CallSite {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  return (holder.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/** Points the stack of an error at a call site, so that a test runner shows the line of the test. */
export function pointAt<Fault extends Error>(error: Fault, site: CallSite): Fault {
  error.stack = `${error.name}: ${error.message}\n${site}`;
  return error;
}

/** Reads what a test has written, and blames the line that called `callee` where it cannot be read. */
export function atCallSite<Value>(callee: Callee, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof Error ? pointAt(error, callSite(callee)) : error;
  }
}
