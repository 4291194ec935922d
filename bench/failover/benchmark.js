// @ts-check
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inFreshProcess } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { median, ratios, summary } from '../harness/statistics.js';

const PAIR = fileURLToPath(new URL('../../.examples/mirrored-pair/main.js', import.meta.url));
const LOSSES = 3;

/** Rounds of one fault with real processes; the pair's own check must hold. @returns {Promise<any>} */
function rounds(/** @type {string} */ fault, /** @type {number} */ count, /** @type {number} */ heartbeat) {
  const args = ['--json', '--seed', '1', '--rounds', String(count), '--fault', fault];
  return new Promise((resolve, reject) => {
    // The venue answers at once: what is measured is the pair, and the wait for a signal, 10 ms at most.
    const more = ['--heartbeat', String(heartbeat), '--rate', '100', '--delay', '0'];
    execFile(process.execPath, [PAIR, ...args, ...more], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout));
      else reject(new Error(`${fault}: ${stdout.slice(-500)}\n${stderr.slice(-500)}`));
    });
  });
}

const at = (/** @type {number[]} */ values, /** @type {number} */ share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return /** @type {number} */ (sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]);
};

const row = (/** @type {string} */ what, /** @type {number[]} */ values) => ({
  what,
  'p50 ms': at(values, 0.5),
  'p95 ms': at(values, 0.95),
  'p99 ms': at(values, 0.99),
  'most ms': at(values, 1),
});

/** @type {import('../harness/benchmark.js').Benchmark} */
export const failover = {
  name: 'failover',
  title: 'A mirrored pair of processes: how fast the other leads, and what the mirror costs until then',
  method:
    'Real processes on this machine: kill -9 and SIGSTOP at random instants, timed to the first order that the venue took from the new leader. ' +
    'H is five times the worst lateness of a timer here, from 10 to 50 ms. The cost of the mirror is processor time of the leader for an event, against none.',
  async measure({ quick }) {
    const noise = await inFreshProcess('failover/noise.js', { duration: quick ? 1_000 : 20_000 });
    const heartbeat = Math.min(50, Math.max(10, Math.ceil(5 * noise.most)));
    const count = quick ? 1 : 40;
    const killed = (await rounds('kill', count, 50)).takeovers;
    const stopped = quick ? [] : (await rounds('stop', count, heartbeat)).takeovers;
    /** @type {any[]} */
    const alone = [];
    /** @type {any[]} */
    const paired = [];
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      alone.push(await inFreshProcess('failover/work.js', { quick, mirror: false }));
      paired.push(await inFreshProcess('failover/work.js', { quick, mirror: true }));
    }
    const each = (/** @type {any[]} */ runs, /** @type {string} */ key) => runs.map((run) => run[key]);
    const cost = ratios(each(paired, 'processor'), each(alone, 'processor'));
    const latency = (/** @type {string} */ key) => ({
      'p50 ms': summary(paired.map((run) => run[key].p50)),
      'p99 ms': summary(paired.map((run) => run[key].p99)),
      'most ms': summary(paired.map((run) => run[key].most)),
    });
    const gone = killed.map((/** @type {any} */ { gone: after }) => after);
    const phase = (/** @type {string} */ name) => killed.map((/** @type {any} */ takeover) => takeover[name]);
    const ordered = (/** @type {any[]} */ takeovers) => takeovers.map(({ ordered: after }) => after);
    const bound = 2 * heartbeat * LOSSES;
    const grown = median(paired.map(({ before, after }) => after.p99 / before.p99));
    return {
      rows: [
        {
          what: `lateness of a 5 ms timer (noise): H = ${heartbeat} ms`,
          'p50 ms': noise.p50,
          'p99 ms': noise.p99,
          'most ms': noise.most,
        },
        row('SIGKILL until the machine has ended the process (noise)', gone),
        row('kill -9 until the mirror noticed', phase('suspected')),
        row('kill -9 until it led', phase('led')),
        row('kill -9 until its first signal was in the log', phase('signalled')),
        row('kill -9 until its first order left', phase('sent')),
        row(`kill -9, H = 50 ms (${killed.length})`, ordered(killed)),
        row(
          'of it from noticing to the first order (the pair itself)',
          killed.map((/** @type {any} */ takeover) => takeover.ordered - takeover.suspected),
        ),
        ...(stopped.length === 0
          ? []
          : [row(`SIGSTOP, H = ${heartbeat} ms (${stopped.length})`, ordered(stopped))]),
        { what: 'signal to order, paired', ...latency('before') },
        { what: 'signal to order, the second in which the mirror is killed', ...latency('during') },
        { what: 'signal to order, alone from then on', ...latency('after') },
        { what: 'microseconds of processor for an event, alone', us: summary(each(alone, 'processor')) },
        { what: 'microseconds of processor for an event, paired', us: summary(each(paired, 'processor')) },
        { what: 'events a second, alone', events: summary(each(alone, 'perSecond')) },
        {
          what: 'events a second, paired, mirror on the same machine',
          events: summary(each(paired, 'perSecond')),
        },
      ],
      goals: [
        goal('first order after kill -9, p50 ms', at(ordered(killed), 0.5), 'at most', 25),
        goal('first order after kill -9, p99 ms', at(ordered(killed), 0.99), 'at most', 100),
        ...(stopped.length === 0
          ? []
          : [
              goal(
                'first order after SIGSTOP, p99 ms, against 2 H L',
                at(ordered(stopped), 0.99),
                'at most',
                bound,
              ),
            ]),
        goal('processor time of an event with the mirror, against none', cost.median, 'at most', 1.15),
        goal(
          'signal to order when the mirror is killed, most ms, against the time-out of SHRINK',
          median(paired.map(({ during }) => during.most)),
          'at most',
          1.5 * 50 * LOSSES,
        ),
        goal('signal to order p99 alone afterwards, against paired before', grown, 'at most', 1),
      ],
    };
  },
};
