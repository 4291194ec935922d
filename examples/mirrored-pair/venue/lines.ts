import type { Socket } from 'node:net';

/** The longest line that either side takes. */
const LONGEST = 8 * 1024 * 1024;

/** Hands out the JSON values that come over a socket, one a line. A line that is none closes the socket. */
export function readLines(socket: Socket, take: (value: unknown) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST) {
      socket.destroy();
      return;
    }
    for (const line of lines) {
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        socket.destroy();
        return;
      }
      take(value);
    }
  });
}

/** A value as the line that it is sent as. */
export const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Sends text that {@link lineOf} made; what cannot be sent any more is dropped with its socket. */
export function writeText(socket: Socket, text: string): void {
  if (socket.writable) socket.write(text);
}

/** Sends a value as one line. */
export function writeLine(socket: Socket, value: unknown): void {
  writeText(socket, lineOf(value));
}
