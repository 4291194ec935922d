/** So many messages are heard in one turn of the event loop. */
const MOST_A_TURN = 64;

/**
 * Counts the messages that a socket hears. While others wait in it the next one comes without a turn of the event loop
 * between, so that a follower that catches up, or whoever is flooded, would hear no timer, no probe and no end of a
 * connection until the last of them.
 *
 * @example
 * const turn = messageTurns();
 * for await (const message of socket) {
 *   take(message);
 *   const next = turn();
 *   if (next !== undefined) await next;
 * }
 */
export function messageTurns(): () => Promise<void> | undefined {
  let heard = 0;
  return () => {
    heard = (heard + 1) % MOST_A_TURN;
    return heard === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;
  };
}
