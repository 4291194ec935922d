// @ts-check
// The other end of `inFreshProcess`: does one piece of work and prints its result.
const [work, task] = process.argv.slice(2);
const module = await import(new URL(`../${work}`, import.meta.url).href);
process.stdout.write(JSON.stringify(await module.work(JSON.parse(task ?? '{}'))));
