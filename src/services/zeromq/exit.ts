const open = new Set<() => void>();

const closeAll = (): void => {
  for (const close of open) close();
};

/**
 * Has `close` called when the process exits: a socket that is open then aborts it by a signal.
 *
 * @returns undoes it
 */
export function closedAtExit(close: () => void): () => void {
  if (open.size === 0) process.on('exit', closeAll);
  open.add(close);
  return () => {
    open.delete(close);
    if (open.size === 0) process.off('exit', closeAll);
  };
}
