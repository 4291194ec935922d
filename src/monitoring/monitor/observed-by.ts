import { type MonoTypeOperatorFunction, Observable, Subscriber } from 'rxjs';

/** As the subscriber of RxJS's `tap`, and half of what that costs a frame: one call less and no look at what else might be tapped. */
class Observing<F> extends Subscriber<F> {
  readonly #observe: (frame: F) => void;

  constructor(observe: (frame: F) => void, destination: Subscriber<F>) {
    super(destination);
    this.#observe = observe;
  }

  protected override _next(frame: F): void {
    try {
      this.#observe(frame);
    } catch (error) {
      this.error(error);
      return;
    }
    this.destination.next(frame);
  }
}

/** Shows each frame to an observer before it goes on; what the observer throws ends the stream, as with `tap`. */
export const observedBy =
  <F>(observe: (frame: F) => void): MonoTypeOperatorFunction<F> =>
  (source) =>
    new Observable((subscriber) => source.subscribe(new Observing(observe, subscriber)));
