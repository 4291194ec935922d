import { mkdirSync } from 'node:fs';
import { ConfigurationError, InputError } from 'millrace';
import { collect } from './collect.js';
import { predict } from './predict.js';

const HELP = `node .examples/train/main.js collect|predict FOLDER [--minutes N] [--seed N]

  collect   replays a simulated market into a feature store in FOLDER, and writes FOLDER/training.csv
  predict   takes FOLDER/model.json, which train.py makes, into a pipeline on another market`;

async function main([command, folder, ...rest]: readonly string[]): Promise<string> {
  const option = (name: string, otherwise: number): number => {
    const at = rest.indexOf(name);
    const value = at < 0 ? otherwise : Number(rest[at + 1]);
    if (!Number.isInteger(value) || value < 1)
      throw new InputError(`${name} must be an integer of at least 1`);
    return value;
  };
  if ((command !== 'collect' && command !== 'predict') || folder === undefined) throw new InputError(HELP);
  mkdirSync(folder, { recursive: true });
  const duration = option('--minutes', 10) * 60_000;
  if (command === 'collect') return await collect(folder, option('--seed', 1), duration);
  return await predict(folder, option('--seed', 2), duration);
}

try {
  console.log(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof InputError || error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
