import { parseArgs } from 'node:util';
import { type Connection, DOUBLES, type DoubleName, startDoubles } from './running-doubles.js';

const HELP = `Doubles of venues on this machine, with a market that moves: to try live trading without the internet.

  npm run doubles -- [options]

  --venues LIST   which (default ${DOUBLES.join(',')})
  --seed N        of the market (default 1)
  -h, --help      this text

It prints what has to be in the environment to connect; Ctrl-C ends it.
`;

/** Starts doubles, says how to connect to them, and stops them with the process that asked for them. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { venues: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const doubles = await startDoubles(venuesOf(values.venues), seedOf(values.seed));
  const stop = (): void => {
    doubles.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  if (process.send === undefined) {
    process.once('SIGINT', stop);
    process.stdout.write(spelled(doubles.connections));
  } else {
    // Ctrl-C reaches us too, and whoever started us still wants to end in good order; then it is gone.
    process.on('SIGINT', () => {});
    process.once('disconnect', stop);
    process.send(doubles.connections);
  }
}

function venuesOf(text: string | undefined): readonly DoubleName[] {
  const names = (text ?? DOUBLES.join(',')).split(',').map((name) => name.trim());
  for (const name of names)
    if (!(DOUBLES as readonly string[]).includes(name))
      throw new Error(`--venues must name some of ${DOUBLES.join(', ')}, not "${name}"`);
  return names as readonly DoubleName[];
}

function seedOf(text: string | undefined): number {
  const seed = Number(text ?? '1');
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`--seed must be an integer of at least 0, not "${text ?? ''}"`);
  return seed;
}

function spelled(connections: Readonly<Partial<Record<DoubleName, Connection>>>): string {
  const lines = Object.entries(connections).flatMap(([name, connection]) => [
    `# ${name}: a double on this machine`,
    ...Object.entries(connection).map(([variable, value]) => `export ${variable}='${value.trim()}'`),
  ]);
  const names = Object.keys(connections).join(',');
  return `${[...lines, `# then, with these in the environment: npm start -- --live ${names}`].join('\n')}\n`;
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
});
