import { parseArgs } from 'node:util';
import { writeKeyFiles } from '../../failover/bridge/key-files.js';
import { CommandError } from '../command-error.js';

/** Makes keys and says where they are. @throws CommandError when the command line is wrong */
export function keys(args: readonly string[]): string {
  const [name, directory] = read(args);
  const files = writeKeyFiles(directory, name);
  return [
    `${files.secret}   both keys; only you can read it, keep it so`,
    `${files.public}   the public key, for the peers`,
    files.publicKey,
    '',
  ].join('\n');
}

function read(args: readonly string[]): readonly [name: string, directory: string] {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { directory: { type: 'string', default: '.' } },
    });
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0)
      throw new Error(`keys wants one NAME, not ${positionals.length}`);
    return [name, values.directory];
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}
