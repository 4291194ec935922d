import { HELP, OptionError, type PairOptions, pairOptions } from './pair-options.js';
import { freedom, speeds, timeline, verdict } from './report.js';
import type { RoundsResult } from './rounds.js';
import { playSlices } from './slices.js';
import { hasDiskLimits } from './world/disk-limit.js';
import { hasRedis } from './world/redis-process.js';

/** Milliseconds after which an expiring venue refuses a request. */
const WINDOW = 300;

async function main(): Promise<number> {
  const options = pairOptions(process.argv.slice(2), {
    redis: hasRedis(),
    diskLimits: hasDiskLimits(),
    seed: Date.now() % 1_000_000,
  });
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const interrupted = interrupts();
  const result = await play(options, interrupted);
  const last = verdict(result);
  const { seed, json } = options;
  if (json) process.stdout.write(`${JSON.stringify({ seed, ...result, verdict: last })}\n`);
  else {
    const paragraphs = [timeline(result), '', speeds(result), freedom(result), `seed ${seed}`, last];
    process.stdout.write(`${paragraphs.filter((text, at) => text !== '' || at === 1).join('\n')}\n`);
  }
  if (!last.startsWith('SOUND')) return 1;
  return interrupted.aborted ? 130 : 0;
}

async function play(options: PairOptions, signal: AbortSignal): Promise<RoundsResult> {
  const { register, venue, rounds, faults, leftOut, policy, rate, heartbeat, delay, seed } = options;
  const onTerminal = process.stderr.isTTY === true;
  process.stderr.write(`seed ${seed}${leftOut.length === 0 ? '' : `; left out: ${leftOut.join('; ')}`}\n`);
  const result = await playSlices({
    rounds,
    faults,
    policy,
    rate,
    heartbeat,
    delay,
    seed,
    signal,
    ...(register === undefined ? {} : { register }),
    ...(venue === 'plain' ? {} : { window: WINDOW }),
    losses: 3,
    restartAfter: 200,
    lasts: [100, 900],
    progress: (round, text) => {
      const line = `${String(round).padStart(String(rounds).length)}/${rounds} ${text}`;
      process.stderr.write(onTerminal ? `\r\x1b[2K${line}` : `${line}\n`);
    },
  });
  if (onTerminal) process.stderr.write('\r\x1b[2K');
  return result;
}

/** Aborted by the first Ctrl-C; the second ends the process, and with it all that it started. */
function interrupts(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    process.stderr.write('\ninterrupted: what was played is checked now; Ctrl-C again ends at once\n');
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

main().then(
  (code) => process.stdout.write('', () => process.exit(code)),
  (error: unknown) => {
    const wrong = error instanceof OptionError;
    process.stderr.write(`${wrong ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exit(wrong ? 2 : 1);
  },
);
