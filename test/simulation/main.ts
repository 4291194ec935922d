import { simulate } from './simulate.js';

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const first = Number(argument('seed') ?? argument('from') ?? 1);
const count = argument('seed') === undefined ? Number(argument('seeds') ?? 1000) : 1;
const started = Date.now();
let failed = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const outcome = await simulate(seed, count === 1 ? { trace: (line) => console.log(line) } : {});
  if (outcome.violation !== undefined) {
    failed += 1;
    if (failed < 20) console.log(`seed ${seed}: ${outcome.violation}  ${JSON.stringify(outcome.setting)}`);
  }
}
console.log(`${count} seeds in ${Date.now() - started} ms, ${failed} failed`);
