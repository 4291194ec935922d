import { type Exit, mirrored, pairHealth, readKeyFile, readPublicKey } from 'millrace/failover';
import { openJournal } from 'millrace/journal';
import { monitor, serveEndpoints } from 'millrace/monitoring';
import { signalQueue } from 'millrace/queues';
import { liveClock } from 'millrace/streams';
import { pairDesk, pairInstruments, VENUE } from './desk.js';
import { isWord, listenAt, tell, WORDS } from './serve/control.js';
import { HELP } from './serve/help.js';
import { queueAt, registerAt } from './serve/services.js';
import { readSettings, type Settings, SettingsError } from './serve/settings.js';
import { systemdNotifier } from './serve/systemd.js';
import { venueDriver } from './venue/venue-driver.js';

/** One JSON object a line on stdout. */
function log(level: 'info' | 'warn' | 'error', text: string, fields: object = {}): void {
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, ...fields, message: text })}\n`,
  );
}

async function serve(settings: Settings): Promise<void> {
  const { node, peer, bind, connect, keys, peerKey, pair, policy, heartbeat, losses, window } = settings;
  const { firstLeader, queue, host, port, token, control, venue } = settings;
  const systemd = systemdNotifier(process.env, (reason) =>
    log('warn', `systemd is not told: ${reason}`, { node }),
  );
  const journal = await openJournal({ folder: settings.journal });
  const core = pairDesk(window);
  const desk = monitor({ instruments: pairInstruments, parts: core.parts, capital: 10_000_000 });
  const member = await mirrored(core, {
    node,
    peer,
    journal,
    bridge: {
      bind,
      connect,
      ...(keys === undefined || peerKey === undefined
        ? {}
        : { curve: { keys: readKeyFile(keys), peer: readPublicKey(peerKey) } }),
    },
    register: registerAt(settings.register, pair),
    clock: liveClock,
    drivers: ({ held$ }) => [
      venueDriver({ venue: VENUE, node, ...venue }),
      desk.driver,
      ...(queue === undefined ? [] : [signalQueue({ log: queueAt(queue, pair), acknowledgements: [held$] })]),
    ],
    policy,
    heartbeat,
    losses,
    development: false,
    ...(firstLeader === undefined ? {} : { firstLeader }),
  });
  const watch = pairHealth(member);
  member.frames$.pipe(desk.tap()).subscribe();

  let told = '';
  member.report$.subscribe({
    next: ({ role, epoch, lag, inSync, open, why }) => {
      const state = `${role}, epoch ${epoch}${why === '' ? '' : `: ${why}`}`;
      const line = `${state} ${inSync} ${open}`;
      if (line === told) return;
      told = line;
      log(role === 'halted' ? 'error' : 'info', state, { node, role, epoch, lag, inSync, open });
      systemd.status(state);
    },
  });
  member.halts$.subscribe(({ component, code, message }) =>
    log('error', `the pipeline halted: ${message}`, { node, component, code }),
  );

  const endpoints = await serveEndpoints({
    port,
    host,
    ...(token === undefined ? {} : { token, openProbes: true }),
    health: watch.health,
    readiness: watch.readiness,
    metrics: async () => {
      const { contentType, body } = await desk.page();
      return { contentType, body: `${body}${watch.metrics().body}` };
    },
  });
  let closing: Promise<Exit> | undefined;
  const close = (): Promise<Exit> => {
    closing ??= member.stop();
    return closing;
  };
  const stop = (): void => {
    if (closing !== undefined) return;
    log('info', 'asked to stop', { node });
    systemd.stopping();
    void close();
  };
  const listening = control === undefined ? undefined : await listenAt(control, member, stop);

  async function end({ code, reason }: Exit): Promise<void> {
    log(code === 77 ? 'warn' : 'info', `ends: ${reason}`, { node, code });
    // Sockets that are still open would abort the process instead of ending it.
    await Promise.race([close(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
    listening?.close();
    watch.close();
    desk.close();
    systemd.close();
    await endpoints.close();
    process.exit(code);
  }
  member.exit$.subscribe((exit) => void end(exit));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  process.on('SIGUSR2', () => member.switchOver());
  systemd.ready();
  systemd.watchdog(() => watch.health().alive);
  log('info', 'takes part', {
    node,
    peer,
    bind,
    connect,
    endpoints: `http://${host}:${endpoints.port}`,
    pid: process.pid,
  });
}

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === '--help') {
    process.stdout.write(HELP);
  } else if (args[0] === '--tell') {
    const [, word = ''] = args;
    const path = process.env['PAIR_CONTROL'];
    if (!isWord(word)) throw new SettingsError([`--tell must be one of ${WORDS.join(', ')}, not "${word}"`]);
    if (path === undefined)
      throw new SettingsError(['PAIR_CONTROL must be the path of the socket, it is missing']);
    process.stdout.write(await tell(path, word));
  } else if (args.length > 0) {
    throw new SettingsError([`"${args[0]}" is no option; see --help`]);
  } else await serve(readSettings(process.env));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const { name, message, stack, syscall } = error as NodeJS.ErrnoException;
  const settings = name === 'SettingsError' || name === 'ConfigurationError';
  // A folder or an address that is in use may be free at the next start: no wrong setting, which a supervisor gives up on.
  const passes = /\b(in use|is taken)\b/.test(message);
  const told = settings || passes || syscall !== undefined;
  process.stderr.write(`${told ? message : (stack ?? String(error))}\n`);
  process.exit(settings && !passes ? 2 : 1);
});
