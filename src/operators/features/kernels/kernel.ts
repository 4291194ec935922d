import type { Plain } from '../../../domain/plain.js';

/** State that can be written down and taken up again: what `load` makes of `save` goes on to the bit. */
export interface Saveable {
  save(): Plain;
  /** Takes up what `save` gave; called on a fresh object only. */
  load(saved: Plain): void;
}
