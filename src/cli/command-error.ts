/** The command line is wrong; the message is one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
