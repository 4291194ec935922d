import { ConfigurationError, InputError } from 'millrace';
import { HELP } from './help.js';
import { OptionError } from './option-error.js';
import { readOptions } from './options.js';
import { runDesk } from './run-desk.js';

/** Prints what a run says of itself. Exit codes: 0 for a report, 2 for input that is wrong, 1 for a fault of ours. */
async function main(): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2));
    finish(options.help ? HELP : await runDesk(options), 0);
  } catch (error) {
    const ours = !(
      error instanceof OptionError ||
      error instanceof InputError ||
      error instanceof ConfigurationError
    );
    const message = error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, ' ') : String(error);
    process.stderr.write(`error: ${message}\n`);
    if (ours && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    process.exitCode = ours ? 1 : 2;
    process.exit();
  }
}

/** A run that was stopped may still wait for its next event, so the process is ended when all is written. */
function finish(text: string, code: number): void {
  process.stdout.on('error', () => process.exit(code));
  process.stdout.write(text, () => process.exit(code));
}

await main();
