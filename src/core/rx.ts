/**
 * The four classes of RxJS that the core is made of.
 *
 * They come from their own modules (an export of RxJS's package, the very same classes), because the whole of RxJS takes
 * several times as long to load as all of millrace, and `import 'millrace'` should not be felt.
 */
export { Observable } from 'rxjs/internal/Observable';
export { Subject } from 'rxjs/internal/Subject';
export { Subscriber } from 'rxjs/internal/Subscriber';
export { Subscription } from 'rxjs/internal/Subscription';
