import { InputError, show } from '../domain/errors.js';
import { dense } from './dense.js';
import { Fields } from './fields.js';
import { type Evaluator, lightgbm } from './lightgbm.js';
import type { Model, ModelInputs } from './model.js';
import { xgboost } from './xgboost.js';

const KINDS: Readonly<Record<string, (model: Fields, inputs: number) => Evaluator>> = {
  lightgbm,
  xgboost,
  dense,
};

/**
 * Reads a model that answers in process: gradient-boosted trees of LightGBM (`dump_model`) or XGBoost (`save_model` as
 * JSON), or a dense network. The trainer's JSON lies in an envelope that says what it was trained on:
 *
 * ```json
 * { "name": "next-minute", "kind": "lightgbm", "fingerprint": "…", "columns": ["fast", "spread"], "model": { … } }
 * ```
 *
 * A model that was trained on other features is refused: on features of other parameters it would answer, and mean nothing.
 *
 * @throws InputError when it is no such file, is damaged, or was trained on other features
 * @example
 * const model = loadModel(readFileSync('next-minute.json', 'utf8'), view);
 * compose(settings, books(), features(set), pure('prediction', ({ features }) => predictOne(model, features.values)));
 */
export function loadModel(text: string, view: ModelInputs): Model {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError(`a model must be JSON: ${(error as Error).message}`, { cause: error });
  }
  const envelope = new Fields('model', json);
  const name = envelope.text('name');
  const fields = new Fields(`model ${name}`, json);
  checkFingerprint(`model ${name}`, fields.text('fingerprint'), view);
  const columns = fields.list('columns');
  if (columns.length !== view.columns.length || columns.some((column, at) => column !== view.columns[at]))
    throw fields.wrong('columns', view.columns.join(', '), show(columns));
  const kind = fields.text('kind');
  const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (read === undefined) throw fields.wrong('kind', `one of ${Object.keys(KINDS).join(', ')}`, kind);
  const inputs = columns.length;
  const { outputs, evaluate } = read(fields.within('model'), inputs);
  return {
    name,
    fingerprint: view.fingerprint,
    inputs,
    outputs,
    predict: (row, into) => {
      checkRow(name, inputs, row);
      if (into.length !== outputs)
        throw new InputError(`model ${name} gives ${outputs} numbers, not ${into.length}`);
      evaluate(row, into);
    },
  };
}

/** Refuses features that a model was not trained on. @throws InputError naming both */
export function checkFingerprint(what: string, fingerprint: unknown, view: ModelInputs): void {
  if (fingerprint !== view.fingerprint)
    throw new InputError(
      `${what} was trained on other features than view ${view.name} (${view.fingerprint.slice(0, 12)}): ` +
        `its fingerprint is ${show(fingerprint)}`,
    );
}

/** Refuses a row of another length. */
export function checkRow(name: string, inputs: number, row: ArrayLike<number>): void {
  if (row.length !== inputs) throw new InputError(`model ${name} takes ${inputs} numbers, not ${row.length}`);
}

/**
 * The first number that a model gives for a row.
 *
 * @example
 * const probability = predictOne(model, [0.2, 71.5, -1.3]);
 */
export function predictOne(model: Model, row: ArrayLike<number>): number {
  const into = new Float64Array(model.outputs);
  model.predict(row, into);
  return into[0] as number;
}
