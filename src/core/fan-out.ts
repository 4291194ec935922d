import type { Observer } from 'rxjs';
import { Observable, type Subscriber, Subscription } from './rx.js';

interface Listener<T> {
  readonly next: (value: T) => void;
  readonly complete: () => void;
  readonly subscription: Subscription;
  closed: boolean;
}

const nothing = (): void => {};

/**
 * One source, many listeners, in the order in which they subscribed: an Observable over a flat array.
 *
 * ```
 * emit      -a-----b---c---|
 *           FanOut
 * first     -a-----b---c---|
 * second    ---^---b-!          subscribed after a, gone after b
 * ```
 *
 * It behaves like RxJS's `Subject`: who subscribes during an emission hears from the next one on, who unsubscribes during
 * one is not called any more, an exception of one listener is reported to the environment. In addition no exception of
 * any listener reaches the source. Functions and plain observers are called from the array, where a `Subject` has a subscriber
 * and two calls between: every event of a run passes here.
 */
export class FanOut<T> extends Observable<T> {
  /** Replaced, never changed: an emission goes over the listeners that there were when it began. */
  #listeners: readonly Listener<T>[] = [];
  #completed = false;

  constructor() {
    super((subscriber: Subscriber<T>) => {
      this.#add(
        (value) => subscriber.next(value),
        () => subscriber.complete(),
        subscriber,
      );
    });
  }

  /** Whether anybody listens. */
  get observed(): boolean {
    return this.#listeners.length > 0;
  }

  override subscribe(observer?: Partial<Observer<T>>): Subscription;
  override subscribe(next: (value: T) => void): Subscription;
  /** @deprecated as in RxJS */
  override subscribe(
    next?: ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription;
  override subscribe(
    given?: Partial<Observer<T>> | ((value: T) => void) | null,
    ...more: readonly unknown[]
  ): Subscription {
    // A subscriber has a subscription of its own, and the old form has three functions: RxJS knows what to do.
    if (given === undefined || given === null || more.length > 0 || 'add' in given)
      return super.subscribe(given as Partial<Observer<T>>, ...(more as []));
    const subscription = new Subscription();
    if (typeof given === 'function') this.#add(given, nothing, subscription);
    else
      this.#add(
        (value) => given.next?.(value),
        () => given.complete?.(),
        subscription,
      );
    return subscription;
  }

  /** Gives a value to everybody who listens. */
  emit(value: T): void {
    const listeners = this.#listeners;
    for (let index = 0; index < listeners.length; index++) {
      const listener = listeners[index] as Listener<T>;
      if (listener.closed) continue;
      const { next } = listener;
      try {
        next(value);
      } catch (error) {
        report(error);
      }
    }
  }

  /** Ends it: for those who listen, and at once for whoever comes later. */
  complete(): void {
    if (this.#completed) return;
    this.#completed = true;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) conclude(listener);
  }

  #add(next: Listener<T>['next'], complete: Listener<T>['complete'], subscription: Subscription): void {
    const listener: Listener<T> = { next, complete, subscription, closed: false };
    if (this.#completed) {
      conclude(listener);
      return;
    }
    this.#listeners = [...this.#listeners, listener];
    subscription.add(() => {
      listener.closed = true;
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    });
  }
}

/** An error that nobody subscribed to handle: RxJS hands it to the environment, in a turn of its own. */
function report(error: unknown): void {
  new Observable<never>((subscriber) => subscriber.error(error)).subscribe();
}

function conclude<T>(listener: Listener<T>): void {
  if (listener.closed) return;
  listener.closed = true;
  try {
    listener.complete();
  } catch (error) {
    report(error);
  }
  listener.subscription.unsubscribe();
}
