import { authorization } from './token.js';

/** Without a word for so many milliseconds the connection is taken for lost: pictures come at least every two seconds. */
const SILENCE = 6_000;
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 5_000;

/**
 * What becomes of the connection.
 *
 * @typedef {object} StreamListener
 * @property {(event: string, data: string) => void} told
 * @property {(why: string) => void} lost
 * @property {() => void} unauthorized nobody tries again until {@link followStream} is called again
 */

/**
 * Follows the events of the server, and comes back to it for as long as it takes. `fetch` and not `EventSource`, which can send no
 * token and tells no reason.
 *
 * @param {StreamListener} listener
 */
export async function followStream(listener) {
  let pause = SHORTEST_PAUSE;
  for (;;) {
    const attempt = new AbortController();
    let watchdog = setTimeout(() => attempt.abort(), SILENCE);
    try {
      const response = await fetch('/events', {
        headers: authorization(),
        cache: 'no-store',
        signal: attempt.signal,
      });
      if (response.status === 401) {
        listener.unauthorized();
        return;
      }
      if (!response.ok || response.body === null) throw new Error(await reasonOf(response));
      await readEvents(response.body, (event, data) => {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => attempt.abort(), SILENCE);
        pause = SHORTEST_PAUSE;
        listener.told(event, data);
      });
      listener.lost('the server closed the connection');
    } catch (error) {
      // What browsers say then says nothing to people.
      const why =
        error instanceof TypeError
          ? 'the server does not answer'
          : error instanceof Error
            ? error.message
            : String(error);
      listener.lost(attempt.signal.aborted ? 'the server says nothing' : why);
    } finally {
      clearTimeout(watchdog);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
}

/** @param {Response} response */
export async function reasonOf(response) {
  try {
    return String((await response.json()).error);
  } catch {
    return `the server answered ${response.status}`;
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {(event: string, data: string) => void} told
 */
async function readEvents(body, told) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let waiting = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    waiting += decoder.decode(value, { stream: true });
    const blocks = waiting.split('\n\n');
    waiting = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (/** @type {string} */ name) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const [event, data] = [field('event'), field('data')];
      if (event !== undefined && data !== undefined) told(event, data);
    }
  }
}
