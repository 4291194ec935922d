/** The features that a model was trained on, as `featureView` defines them. */
export interface ModelInputs {
  readonly name: string;
  readonly fingerprint: string;
  readonly columns: readonly string[];
}

/**
 * A model that answers at once: a pure function of a row of features, so that it may run inside the core, as a field of
 * frames (`pure`) or in an agent.
 */
export interface Model {
  readonly name: string;
  /** Of the features that it was trained on. */
  readonly fingerprint: string;
  /** How many numbers it takes and gives. */
  readonly inputs: number;
  readonly outputs: number;
  /** Fills `into` with what the trainer's own `predict` gives for a row; `NaN` is a missing value where the model knows such. */
  predict(row: ArrayLike<number>, into: Float64Array): void;
}

/** A model behind a promise: one of another thread or another runtime. It belongs at the edge, never into the core. */
export interface RemoteModel {
  readonly name: string;
  readonly fingerprint: string;
  readonly inputs: number;
  predict(row: ArrayLike<number>): Promise<Float64Array>;
  close(): Promise<void>;
}
