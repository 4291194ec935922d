import { HELP, OptionError, pairOptions } from './pair-options.js';
import { speeds, timeline, verdict } from './report.js';
import { playRounds } from './rounds.js';

async function main(): Promise<number> {
  const { json, help, register, ...options } = pairOptions(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const onTerminal = process.stderr.isTTY === true;
  const result = await playRounds({
    ...options,
    ...(register === undefined ? {} : { register }),
    losses: 3,
    window: 300,
    restartAfter: 200,
    lasts: [100, 900],
    progress: (round, text) => {
      const line = `${String(round).padStart(String(options.rounds).length)}/${options.rounds} ${text}`;
      process.stderr.write(onTerminal ? `\r\x1b[2K${line}` : `${line}\n`);
    },
  });
  if (onTerminal) process.stderr.write('\r\x1b[2K');
  const last = verdict(result);
  if (json) process.stdout.write(`${JSON.stringify({ ...result, verdict: last })}\n`);
  else {
    const speed = speeds(result);
    process.stdout.write(`${timeline(result)}\n\n${speed === '' ? '' : `${speed}\n`}${last}\n`);
  }
  return last.startsWith('SOUND') ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const wrong = error instanceof OptionError;
    process.stderr.write(`${wrong ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exit(wrong ? 2 : 1);
  },
);
