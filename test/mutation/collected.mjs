/**
 * Stands for `vitest` while mutants are measured: `describe` and `test` only collect, and the runner calls the tests again and
 * again in one process. `expect` is Vitest's own.
 */
import { format } from 'node:util';

/** What the tests assert with. */
export let expect;

let file = '';
const groups = [];
let skipped = 0;
/** What runs after each test of a file, by the groups it was asked for in. */
let after = [];
const collected = new Map();

/** Gives the tests what they assert with. */
export function use(given) {
  expect = given;
}

/** What follows is collected as the tests of `name`. */
export function startFile(name) {
  file = name;
  after = [];
}

/** The tests by their ids: a file, and the names of the groups and the test. */
export function tests() {
  return collected;
}

const named = (name, values) =>
  format(
    name.replace(/\$([\w.]+)/g, (whole, path) => {
      const at = path.split('.').reduce((value, key) => value?.[key], values[0]);
      return at === undefined ? whole : String(at);
    }),
    ...(name.includes('%') ? values : []),
  );

const each = (one) => (rows) => (name, run) => {
  for (const row of rows) {
    const values = Array.isArray(row) ? row : [row];
    one(named(name, values), () => run(...values));
  }
};

export function test(name, ...rest) {
  if (skipped > 0) return;
  const run = rest.find((each) => typeof each === 'function');
  const whole = [...groups, name].join(' ');
  const hooks = after;
  const within = [...groups];
  let id = `${file}#${whole}`;
  // Two tests of one name are two tests.
  for (let at = 2; collected.has(id); at++) id = `${file}#${whole} (${at})`;
  collected.set(id, { id, name: id.slice(file.length + 1), file, run: () => cleaned(run, hooks, within) });
}

/** A test, and after it what was asked for in its groups, whether it fails or not. */
async function cleaned(run, hooks, within) {
  try {
    await run();
  } finally {
    for (const { groups: of, hook } of hooks) if (of.every((group, at) => group === within[at])) await hook();
  }
}

export function afterEach(hook) {
  after.push({ groups: [...groups], hook });
}

test.each = each(test);
test.skip = () => {};
export const it = test;

export function describe(name, run) {
  groups.push(name);
  run();
  groups.pop();
}
describe.each = each(describe);
describe.skip = (_name, run) => {
  skipped++;
  run();
  skipped--;
};
