import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import { loadModel, openModel, predictOne } from '../../src/models/index.js';

const FOLDER = join(import.meta.dirname, 'fixtures');
const VIEW = { name: 'test', fingerprint: 'f1'.repeat(32), columns: ['a', 'b', 'c', 'd'] };

interface Fixture {
  readonly model: { readonly name: string; readonly model: object };
  readonly rows: readonly (readonly (number | null)[])[];
  readonly expected: readonly (readonly number[])[];
}
const fixture = (name: string): Fixture => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Fixture;
const names = readdirSync(FOLDER).filter((name) => /^(lightgbm|xgboost|dense)-.*\.json$/.test(name));
const numbers = (row: readonly (number | null)[]): number[] => row.map((value) => value ?? Number.NaN);

/** What is a sum of leaves is equal; what went through an exponential function of another library nearly so. */
const EXACT = [
  'lightgbm-regression.json',
  'lightgbm-zero-missing.json',
  'lightgbm-forest.json',
  'lightgbm-infinite.json',
  'xgboost-early.json',
  'xgboost-logit-raw.json',
  'xgboost-regression.json',
];

describe('models against their own trainers', () => {
  it.each(names)('%s', (name) => {
    const { model: text, rows, expected } = fixture(name);
    const model = loadModel(JSON.stringify(text), VIEW);
    const into = new Float64Array(model.outputs);
    rows.forEach((row, index) => {
      model.predict(numbers(row), into);
      const told = expected[index] as readonly number[];
      expect(into.length).toBe(told.length);
      told.forEach((value, output) => {
        if (EXACT.includes(name)) expect(into[output]).toBe(value);
        else
          expect(Math.abs((into[output] as number) - value)).toBeLessThanOrEqual(
            1e-6 * Math.max(1, Math.abs(value)),
          );
      });
      expect(predictOne(model, numbers(row))).toBe(into[0]);
    });
    expect(new Set(expected.map(String)).size).toBeGreaterThan(10);
  });

  it('all fixtures are here', () => {
    expect(names).toHaveLength(16);
  });
});

/** A model that is damaged on purpose. */
// biome-ignore lint/suspicious/noExplicitAny: every kind has a shape of its own
type Damaged = any;

describe('models that are refused', () => {
  const text = (name: string, change: (model: Damaged) => void): string => {
    const { model } = fixture(name);
    change(model);
    return JSON.stringify(model);
  };

  it.each<[string, string, (model: Damaged) => void]>([
    [
      'was trained on other features than view test',
      'dense-binary.json',
      (m) => {
        m.fingerprint = 'f2'.repeat(32);
      },
    ],
    [
      'columns must be a, b, c, d',
      'dense-binary.json',
      (m) => {
        m.columns = ['a', 'b', 'd', 'c'];
      },
    ],
    [
      'kind must be one of lightgbm, xgboost, dense',
      'dense-binary.json',
      (m) => {
        m.kind = 'toString';
      },
    ],
    [
      'layers[1].weights[0] must be 8 numbers',
      'dense-binary.json',
      (m) => {
        m.model.layers[1].weights[0] = [1];
      },
    ],
    [
      'activation must be one of',
      'dense-binary.json',
      (m) => {
        m.model.layers[0].activation = 'swish';
      },
    ],
    [
      'layers must be at least one layer',
      'dense-binary.json',
      (m) => {
        m.model.layers = [];
      },
    ],
    [
      'split_feature must be an integer from 0 to 3',
      'lightgbm-binary.json',
      (m) => {
        m.model.tree_info[0].tree_structure.split_feature = 4;
      },
    ],
    [
      'objective must be one that is known here',
      'lightgbm-binary.json',
      (m) => {
        m.model.objective = 'custom';
      },
    ],
    [
      'leaf_value must be a number',
      'lightgbm-regression.json',
      (m) => {
        m.model.tree_info[0].tree_structure = {};
      },
    ],
    [
      'linear trees',
      'lightgbm-regression.json',
      (m) => {
        m.model.tree_info[0].tree_structure = { leaf_value: 1, leaf_coeff: [1] };
      },
    ],
    [
      'max_feature_idx must be 3',
      'lightgbm-regression.json',
      (m) => {
        m.model.max_feature_idx = 7;
      },
    ],
    [
      'name must be gbtree',
      'xgboost-binary.json',
      (m) => {
        m.model.learner.gradient_booster.name = 'gblinear';
      },
    ],
    [
      'a node behind it',
      'xgboost-binary.json',
      (m) => {
        m.model.learner.gradient_booster.model.trees[0].left_children[0] = 0;
      },
    ],
    [
      'a feature below 4',
      'xgboost-binary.json',
      (m) => {
        m.model.learner.gradient_booster.model.trees[0].split_indices[0] = 4;
      },
    ],
    [
      'splits by category',
      'xgboost-binary.json',
      (m) => {
        m.model.learner.gradient_booster.model.trees[0].split_type[0] = 1;
      },
    ],
    [
      'base_score must be',
      'xgboost-binary.json',
      (m) => {
        m.model.learner.learner_model_param.base_score = 'x';
      },
    ],
    [
      'trees of several answers a leaf',
      'xgboost-multiclass.json',
      (m) => {
        m.model.learner.gradient_booster.model.trees[3].tree_param.size_leaf_vector = '3';
      },
    ],
    [
      'num_target must be 1',
      'xgboost-regression.json',
      (m) => {
        m.model.learner.learner_model_param.num_target = '2';
      },
    ],
    [
      'best_iteration must be a round below 8',
      'xgboost-early.json',
      (m) => {
        m.model.learner.attributes.best_iteration = '8';
      },
    ],
    [
      'scale[2] must be above 0',
      'dense-binary.json',
      (m) => {
        m.model.scale[2] = 0;
      },
    ],
  ])('%s', (message, name, change) => {
    const read = () => loadModel(text(name, change), VIEW);
    expect(read).toThrow(InputError);
    expect(read).toThrow(message);
  });

  it('what is no JSON, and rows of another length', () => {
    expect(() => loadModel('{', VIEW)).toThrow('a model must be JSON');
    expect(() => loadModel('[]', VIEW)).toThrow('must be an object');
    const model = loadModel(
      text('dense-multiclass.json', () => undefined),
      VIEW,
    );
    expect(() => model.predict([1, 2, 3], new Float64Array(3))).toThrow('takes 4 numbers, not 3');
    expect(() => model.predict([1, 2, 3, 4], new Float64Array(2))).toThrow('gives 3 numbers, not 2');
  });
});

describe('models at the edge', () => {
  it('ONNX through the runtime that is there, here', async () => {
    const path = join(FOLDER, 'mlp.onnx');
    const model = await openModel({ path, view: VIEW, trainedOn: VIEW.fingerprint, place: 'here' });
    const { rows, expected } = fixture('mlp.json');
    for (const [index, row] of rows.entries()) {
      const values = await model.predict(numbers(row));
      (expected[index] as readonly number[]).forEach((value, output) => {
        expect(Math.abs((values[output] as number) - value)).toBeLessThanOrEqual(1e-6);
      });
    }
    await expect(model.predict([1])).rejects.toThrow('takes 4 numbers');
    await model.close();
    await expect(model.predict([1, 2, 3, 4])).rejects.toThrow('is closed');
  });

  it('refuses other features, files that are none and outputs that it has not', async () => {
    const path = join(FOLDER, 'mlp.onnx');
    await expect(openModel({ path, view: VIEW })).rejects.toThrow('mlp.onnx was trained on other features');
    const trained = { view: VIEW, trainedOn: VIEW.fingerprint, place: 'here' } as const;
    await expect(openModel({ path, ...trained, output: 'none' })).rejects.toThrow('not "none"');
    await expect(openModel({ path: join(FOLDER, 'make.py'), ...trained })).rejects.toThrow('must be JSON');
    await expect(openModel({ path, ...trained, place: 'there' as 'here' })).rejects.toThrow(
      'openModel.place',
    );
  });
});
