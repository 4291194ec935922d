import type { MonotonicClock } from './ports.js';
import type { Effect } from './protocol/effect.js';
import type { RegisterReply } from './protocol/input.js';
import type { Register } from './registers/register.js';

/**
 * Asks the register what an effect says. One that fails, or is silent for `patience` milliseconds, is `unreachable`; what it
 * says later no longer matters to the protocol, which knows its questions by their ids.
 */
export function askRegister(
  register: Register | undefined,
  effect: Extract<Effect, { type: 'read' | 'compareAndSet' }>,
  clock: MonotonicClock,
  patience: number,
  take: (reply: RegisterReply) => void,
): void {
  if (register === undefined) {
    take('unreachable');
    return;
  }
  const asked =
    effect.type === 'read'
      ? register.get().then((value) => ({ done: false, value }))
      : register.compareAndSet(effect.expected, effect.next);
  const answer = (reply: RegisterReply): void => {
    cancel();
    take(reply);
  };
  const cancel = clock.after(patience, () => answer('unreachable'));
  asked.then(answer, () => answer('unreachable'));
}
