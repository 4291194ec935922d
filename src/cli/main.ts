#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { CommandError } from './command-error.js';

const HELP = `millrace: tools around a trading pipeline

  millrace init DIR                a desk of your own, with its tests, in a new folder
  millrace inspect PATH [--json]   what a recording, or each recording of a folder, holds
  millrace keys NAME [--directory DIR]   makes the keys of a member of a pair, or of whoever watches one
  millrace journal PATH            prints, filters, counts or follows a journal; see millrace journal --help
  millrace diff JOURNAL --with M   re-enacts a journal with another desk; see millrace diff --help
  millrace explain ORDER_ID --journal PATH --with M   how an order came about; see millrace explain --help
  millrace --help                  this text
  millrace --version               the version
`;

/** The text that a command prints. Each command is loaded when it is asked for. */
async function answer([command, ...rest]: readonly string[]): Promise<string> {
  switch (command) {
    case undefined:
    case '-h':
    case '--help':
      return HELP;
    case '-v':
    case '--version':
      return `${version()}\n`;
    case 'init':
      return (await import('./init/init.js')).init(rest);
    case 'inspect':
      return (await import('./inspect/inspect.js')).inspect(rest);
    case 'keys':
      return (await import('./keys/keys.js')).keys(rest);
    case 'journal':
      return (await import('./journal/journal.js')).journal(rest);
    case 'diff':
      return (await import('./diff/diff.js')).diff(rest);
    case 'explain':
      return (await import('./explain/explain.js')).explain(rest);
    default:
      throw new CommandError(`there is no command "${command}"; see millrace --help`);
  }
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

// Whoever reads has seen enough (`| head`).
process.stdout.on('error', () => process.exit());
try {
  const text = await answer(process.argv.slice(2));
  process.stdout.write(text);
} catch (error) {
  // What is wrong with the input is one line; anything else is a fault of ours and shows where it came from.
  const { name, message, stack } = error as Error;
  const input = ['CommandError', 'InputError', 'ConfigurationError'].includes(name);
  process.stderr.write(input ? `error: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n` : `error: ${stack}\n`);
  process.exitCode = input ? 2 : 1;
}
