import { CommandError } from './command-error.js';

/**
 * What `read` makes of a command line; what node's parser says against it becomes one line that names the help.
 *
 * @throws CommandError
 */
export function readingArguments<T>(help: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const [first = ''] = (error as Error).message.split('. ');
    throw new CommandError(`${first}; see ${help}`);
  }
}
