import { parseArgs } from 'node:util';
import { shrink } from './shrink.js';
import { ABLATIONS, type Ablation, type Outcome, simulate } from './simulate.js';

const USAGE = `npm run simulate -- [--seeds N] [--from SEED] [--seed SEED] [--without RULE,...]
  --seeds N      runs so many seeds (default 1000), with progress; exit code 1 when one fails
  --from SEED    the first of them (default 1)
  --seed SEED    replays one seed with its timeline; when it fails, again with as few faults as still break it
  --without ...  takes rules out: ${ABLATIONS.join(', ')}`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    without: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

function integer(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0 && text.trim() !== '') return value;
  console.error(`--${name} must be an integer of at least 0, not "${text}"\n${USAGE}`);
  process.exit(2);
}

function rules(text: string): Ablation[] {
  const names = text === '' ? [] : text.split(',');
  for (const name of names) {
    if ((ABLATIONS as readonly string[]).includes(name)) continue;
    console.error(`--without must be of ${ABLATIONS.join(', ')}, not "${name}"`);
    process.exit(2);
  }
  return names as Ablation[];
}

const describe = ({ setting, operator }: Outcome): string =>
  `policy ${setting.policy}, register ${setting.register}${setting.embedded ? ', embedded' : ''}${setting.shadow ? ', shadow' : ''}${operator ? ', operator' : ''}`;

async function one(seed: number, without: Ablation[]): Promise<boolean> {
  const trace = (line: string): void => console.log(line);
  const outcome = await simulate(seed, { without, trace });
  console.log(`seed ${seed} (${describe(outcome)}): ${outcome.violation ?? 'nothing broke'}`);
  if (outcome.violation === undefined) return true;
  const least = await shrink(seed, { without });
  console.log(`\nas few faults as still break it: ${least.faults.length} of ${outcome.faults.length}`);
  await simulate(seed, { without, setting: least.setting, faults: least.faults, trace });
  return false;
}

async function many(from: number, count: number, without: Ablation[]): Promise<boolean> {
  const begun = performance.now();
  let failed = 0;
  let operators = 0;
  for (let done = 1; done <= count; done += 1) {
    const seed = from + done - 1;
    const outcome = await simulate(seed, { without });
    if (outcome.operator) operators += 1;
    if (outcome.violation !== undefined) {
      failed += 1;
      console.log(`seed ${seed} (${describe(outcome)}): ${outcome.violation}`);
    }
    if (done % 1_000 === 0 && done < count) {
      const seconds = (performance.now() - begun) / 1_000;
      console.log(`${done} of ${count} seeds, ${failed} failed, ${(done / seconds).toFixed(0)} a second`);
    }
  }
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  console.log(
    `${count} seeds from ${from} in ${seconds} s: ${failed} failed; ${operators} lost so many machines that an operator had to decide`,
  );
  return failed === 0;
}

if (values.help) console.log(USAGE);
else {
  const without = rules(values.without);
  const held =
    values.seed === undefined
      ? await many(integer('from', values.from), integer('seeds', values.seeds), without)
      : await one(integer('seed', values.seed), without);
  process.exitCode = held ? 0 : 1;
}
