import type { Reporter, TestModule } from 'vitest/node';

/** Names at the end of a run each test that passed only when it was tried anew: somebody should look at it. */
export class SecondTries implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules)
      for (const test of module.children.allTests('passed'))
        if (test.diagnostic()?.flaky === true) {
          const reasons = test.result().errors?.map(({ message }) => message.split('\n')[0]) ?? [];
          console.warn(`needed a second try: ${module.moduleId} > ${test.fullName}: ${reasons.join('; ')}`);
        }
  }
}
