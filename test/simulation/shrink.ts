import { type Fault, faultsOf, settingOf } from './faults.js';
import { type Options, type Outcome, simulate } from './simulate.js';

/**
 * Fewer faults that still break something: each is left out in turn, as long as the seed fails without it. What breaks may
 * be another rule than before: any is worth a look.
 */
export async function shrink(seed: number, options: Options = {}): Promise<Outcome> {
  const setting = options.setting ?? settingOf(seed);
  let faults: readonly Fault[] = options.faults ?? faultsOf(seed, setting);
  let outcome = await simulate(seed, { ...options, setting, faults });
  for (let again = outcome.violation !== undefined; again; ) {
    again = false;
    for (const fault of faults) {
      const fewer = faults.filter((each) => each !== fault);
      const tried = await simulate(seed, { ...options, setting, faults: fewer });
      if (tried.violation === undefined) continue;
      faults = fewer;
      outcome = tried;
      again = true;
      break;
    }
  }
  return outcome;
}
