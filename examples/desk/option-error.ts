/** One unit of `from` is worth `rate` units of `to`. */
export interface Rate {
  readonly from: string;
  readonly to: string;
  readonly rate: string;
}

/** The command line is wrong; the message is one line. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** What the parser of the command line said, without its advice on dashes. */
export function wordOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = message] = message.split(/\. To specify|\n/);
  return `${first.replace(/\.$/, '')}; see --help`;
}
