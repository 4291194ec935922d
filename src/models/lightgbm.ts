import { InputError } from '../domain/errors.js';
import { type Activation, exponential, identity, sigmoid, softmax } from './activations.js';
import { Fields } from './fields.js';

/** What a trained model gives for a row. */
export interface Evaluator {
  readonly outputs: number;
  evaluate(row: ArrayLike<number>, into: Float64Array): void;
}

const LEFT_BY_DEFAULT = 1;
const ZERO_IS_MISSING = 2;
const NAN_IS_MISSING = 4;
const CATEGORICAL = 8;
/** What LightGBM takes for zero. */
const ZERO = 1e-35;

/** Nodes of all trees in arrays; a child below zero is a leaf, by the complement of its place. */
class Forest {
  readonly roots: number[] = [];
  readonly feature: number[] = [];
  readonly threshold: number[] = [];
  readonly flags: number[] = [];
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly leaves: number[] = [];
  readonly categories: (ReadonlySet<number> | undefined)[] = [];
}

function objectiveOf(model: Fields): Activation {
  const [name = '', ...settings] = model.has('objective') ? model.text('objective').split(' ') : [''];
  const setting = (key: string): number | undefined => {
    const found = settings.find((each) => each.startsWith(`${key}:`));
    return found === undefined ? undefined : Number(found.slice(key.length + 1));
  };
  switch (name) {
    case '':
    case 'regression':
    case 'regression_l1':
    case 'huber':
    case 'fair':
    case 'quantile':
    case 'mape':
    case 'lambdarank':
    case 'rank_xendcg':
      if (settings.includes('sqrt')) break;
      return identity;
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return exponential;
    case 'binary':
    case 'multiclassova':
      return sigmoid(setting('sigmoid') ?? 1);
    case 'cross_entropy':
      return sigmoid();
    case 'multiclass':
      return softmax;
    default:
  }
  throw model.wrong('objective', 'one that is known here', [name, ...settings].join(' '));
}

/** LightGBM splits at infinity where only missing values go the other way, and writes it as 1e300. */
function unbounded(threshold: number): number {
  return Math.abs(threshold) >= 1e300 ? Math.sign(threshold) * Number.POSITIVE_INFINITY : threshold;
}

function addNode(forest: Forest, node: Fields, inputs: number): number {
  if (!node.has('split_feature')) {
    if (node.has('leaf_coeff')) throw new InputError(`${node.path}: linear trees are not known here`);
    return ~(forest.leaves.push(node.number('leaf_value')) - 1);
  }
  const place = forest.feature.push(node.integer('split_feature', 0, inputs - 1)) - 1;
  const missing = node.text('missing_type');
  const kind = node.text('decision_type');
  if (kind !== '<=' && kind !== '==') throw node.wrong('decision_type', '<= or ==', kind);
  forest.flags.push(
    (node.raw('default_left') === true ? LEFT_BY_DEFAULT : 0) |
      (missing === 'Zero' ? ZERO_IS_MISSING : missing === 'NaN' ? NAN_IS_MISSING : 0) |
      (kind === '==' ? CATEGORICAL : 0),
  );
  forest.threshold.push(kind === '<=' ? unbounded(node.number('threshold')) : 0);
  forest.categories.push(
    kind === '==' ? new Set(String(node.raw('threshold')).split('||').map(Number)) : undefined,
  );
  forest.left.push(0);
  forest.right.push(0);
  forest.left[place] = addNode(forest, node.within('left_child'), inputs);
  forest.right[place] = addNode(forest, node.within('right_child'), inputs);
  return place;
}

/** Whether a category is not among those that go left. A missing one goes right, or counts as 0 where nothing is missing. */
function goesRight(value: number, flags: number, categories: ReadonlySet<number>): boolean {
  if (Number.isNaN(value)) return (flags & NAN_IS_MISSING) !== 0 || !categories.has(0);
  return !categories.has(Math.trunc(value));
}

/**
 * Evaluates what LightGBM's `dump_model()` gives, bit for bit as its `predict` does, up to the exponential function.
 *
 * @throws InputError naming what is missing, or not known here (linear trees, an objective)
 */
export function lightgbm(model: Fields, inputs: number): Evaluator {
  const forest = new Forest();
  const trees = model.list('tree_info');
  const outputs = model.integer('num_tree_per_iteration', 1, 10_000);
  if (model.integer('max_feature_idx', 0, 1e6) + 1 !== inputs)
    throw model.wrong(
      'max_feature_idx',
      `${inputs - 1}: there are ${inputs} features`,
      model.raw('max_feature_idx'),
    );
  if (trees.length % outputs !== 0) throw model.wrong('tree_info', `a multiple of ${outputs} trees`, trees);
  trees.forEach((tree, index) => {
    const fields = new Fields(`${model.path}.tree_info[${index}]`, tree);
    forest.roots.push(addNode(forest, fields.within('tree_structure'), inputs));
  });
  const feature = Int32Array.from(forest.feature);
  const threshold = Float64Array.from(forest.threshold);
  const flags = Uint8Array.from(forest.flags);
  const left = Int32Array.from(forest.left);
  const right = Int32Array.from(forest.right);
  const leaves = Float64Array.from(forest.leaves);
  const { roots, categories } = forest;
  const activation = objectiveOf(model);
  const rounds = model.raw('average_output') === true ? trees.length / outputs : 1;

  function leafOf(root: number, row: ArrayLike<number>): number {
    let node = root;
    while (node >= 0) {
      const flag = flags[node] as number;
      let value = row[feature[node] as number] as number;
      if ((flag & CATEGORICAL) !== 0) {
        const set = categories[node] as ReadonlySet<number>;
        node = (goesRight(value, flag, set) ? right[node] : left[node]) as number;
        continue;
      }
      if (Number.isNaN(value) && (flag & NAN_IS_MISSING) === 0) value = 0;
      const missing =
        (flag & NAN_IS_MISSING) !== 0
          ? Number.isNaN(value)
          : (flag & ZERO_IS_MISSING) !== 0 && Math.abs(value) <= ZERO;
      const goesLeft = missing ? (flag & LEFT_BY_DEFAULT) !== 0 : value <= (threshold[node] as number);
      node = (goesLeft ? left[node] : right[node]) as number;
    }
    return leaves[~node] as number;
  }

  return {
    outputs,
    evaluate: (row, into) => {
      into.fill(0, 0, outputs);
      for (let tree = 0; tree < roots.length; tree++) {
        const output = tree % outputs;
        into[output] = (into[output] as number) + leafOf(roots[tree] as number, row);
      }
      if (rounds > 1)
        for (let output = 0; output < outputs; output++) into[output] = (into[output] as number) / rounds;
      activation(into);
    },
  };
}
