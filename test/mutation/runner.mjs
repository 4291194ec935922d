/**
 * A test runner for Stryker that loads the code and its tests once and plays them for thousands of mutants in one process. Vitest's
 * own runner loads everything again for each mutant, which takes a hundred times longer than the tests.
 *
 * What one mutant leaves behind must not count as the death of the next. So a test that failed is run again without the mutant: if
 * it still fails, all is loaded anew and the mutant is measured once more in the fresh world. And a mutant that no test notices
 * is measured once more from the start, when tests pass it while they are loaded: they share what they made then.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { commonTokens, declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { expect } from 'vitest';
import { createViteServer } from 'vitest/node';

const COLLECTED = 'test/mutation/collected.mjs';

/** What a test may compute before a mutant is taken to run forever (microseconds of the processor, whatever else the machine does). */
const TIME = 4_000_000;

class InProcessRunner {
  #mutants;
  #settings;
  #server;
  #collected;
  #dirty = true;
  /** Mutants that the tests pass while they are loaded, in what they share. */
  #loaded = new Set();
  #limit;
  #looks = 0;
  #began = 0;

  constructor(options) {
    this.#settings = options.inProcess;
    this.#mutants = globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
    // The mutated code asks for this each time it passes, and throws once it has passed more often.
    Object.defineProperty(this.#mutants, 'hitLimit', { get: () => this.#hitLimit() });
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    // Stryker works on a copy of the project, beside which no recorded data lies.
    process.env.MILLRACE_DATA ??= resolve(import.meta.dirname, '../../../shared/data');
    process.env.MILLRACE_HISTORIES = String(this.#settings.histories);
    // The first counterexample is enough, the smallest is not asked for.
    fc.configureGlobal({ seed: this.#settings.seed, endOnFailure: true });
    this.#server = await createViteServer({
      configFile: false,
      logLevel: 'error',
      server: { middlewareMode: true, watch: null, hmr: false, ws: false },
      optimizeDeps: { noDiscovery: true },
      resolve: { alias: [{ find: /^vitest$/, replacement: resolve(COLLECTED) }] },
    });
  }

  #hitLimit() {
    if ((++this.#looks & 255) === 0 && processorTime() - this.#began > TIME) this.#limit = -1;
    return this.#limit;
  }

  async dispose() {
    await this.#server?.close();
  }

  async dryRun() {
    await this.#load();
    const results = [];
    for (const test of this.#all()) {
      this.#mutants.currentTestId = test.id;
      const start = performance.now();
      const failure = await failureOf(test);
      this.#mutants.currentTestId = undefined;
      const told = {
        id: test.id,
        name: test.name,
        fileName: test.file,
        timeSpentMs: performance.now() - start,
      };
      if (failure === undefined) results.push({ ...told, status: TestStatus.Success });
      else results.push({ ...told, status: TestStatus.Failed, failureMessage: failure });
    }
    return {
      status: DryRunStatus.Complete,
      tests: results,
      mutantCoverage: this.#mutants.mutantCoverage ?? { static: {}, perTest: {} },
    };
  }

  async mutantRun({ testFilter, hitLimit, activeMutant, mutantActivation, reloadEnvironment }) {
    const mutants = this.#mutants;
    const measure = async (fresh, fromTheStart = mutantActivation === 'static') => {
      this.#limit = hitLimit ?? Number.POSITIVE_INFINITY;
      this.#began = processorTime();
      mutants.hitCount = 0;
      mutants.activeMutant = undefined;
      try {
        if (fresh && fromTheStart) mutants.activeMutant = activeMutant.id;
        if (fresh) await this.#load();
        mutants.activeMutant = activeMutant.id;
        return await this.#play(fresh && fromTheStart ? undefined : testFilter);
      } catch (error) {
        // A mutant with which the code cannot even be loaded.
        this.#dirty = true;
        return { test: { id: 'load' }, failure: String(error?.stack ?? error), count: 0 };
      } finally {
        mutants.activeMutant = undefined;
      }
    };
    const fresh = this.#dirty || reloadEnvironment;
    let result = await measure(fresh);
    let hits = mutants.hitCount;
    mutants.hitCount = undefined;
    if (result.failure !== undefined && !fresh && (await failureOf(result.test)) !== undefined) {
      result = await measure(true);
      hits = mutants.hitCount;
      mutants.hitCount = undefined;
      this.#dirty = true;
    }
    // What tests share (a rule, a desk) was made before the mutant came: they have not seen it yet.
    if (result.failure === undefined && this.#loaded.has(activeMutant.id)) {
      result = await measure(true, true);
      hits = mutants.hitCount;
      mutants.hitCount = undefined;
      this.#dirty = true;
    }
    if (reloadEnvironment) this.#dirty = true;
    if (hits > this.#limit) {
      this.#dirty = true;
      return {
        status: MutantRunStatus.Timeout,
        reason: `passed ${hits} times; at most ${hitLimit}, in the time given`,
      };
    }
    if (result.failure === undefined) return { status: MutantRunStatus.Survived, nrOfTests: result.count };
    return {
      status: MutantRunStatus.Killed,
      killedBy: [result.test.id],
      failureMessage: result.failure,
      nrOfTests: result.count,
    };
  }

  /** Runs the tests until one fails. */
  async #play(filter) {
    const chosen = filter === undefined || filter.length === 0 ? undefined : new Set(filter);
    let count = 0;
    for (const test of this.#all()) {
      if (chosen !== undefined && !chosen.has(test.id)) continue;
      count++;
      this.#began = processorTime();
      const failure = await failureOf(test);
      if (failure !== undefined) return { test, failure, count };
    }
    return { test: undefined, failure: undefined, count };
  }

  #all() {
    return [...this.#collected.tests().values()];
  }

  /** Loads the code and its tests into a world of their own. */
  async #load() {
    const { runner } = this.#server.environments.ssr;
    runner.clearCache();
    this.#mutants.mutantCoverage = undefined;
    this.#collected = await runner.import(resolve(COLLECTED));
    this.#collected.use(expect);
    for (const file of filesOf(this.#settings.tests)) {
      this.#collected.startFile(resolve(file));
      await runner.import(resolve(file));
    }
    this.#loaded = new Set(Object.keys(this.#mutants.mutantCoverage?.static ?? {}));
    this.#dirty = false;
  }
}

function processorTime() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** What the test fails with, if it fails. */
async function failureOf(test) {
  try {
    await test.run();
    return undefined;
  } catch (error) {
    return String(error?.stack ?? error?.message ?? error);
  }
}

/** The tests that play random histories come last, as they are slow. */
function filesOf(patterns) {
  const rank = (file) => (/propert|restore|busts|takeover/.test(file) ? 1 : 0);
  const wanted = patterns.map((pattern) => new RegExp(pattern));
  const files = readdirSync('test', { recursive: true })
    .filter((file) => wanted.some((each) => each.test(file)))
    .map((file) => join('test', file))
    .sort();
  return files.sort((one, other) => rank(one) - rank(other));
}

function inProcessRunner(options) {
  return new InProcessRunner(options);
}
inProcessRunner.inject = [commonTokens.options];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', inProcessRunner)];
export const strykerValidationSchema = JSON.parse(
  readFileSync(new URL('./runner-options.schema.json', import.meta.url), 'utf8'),
);
