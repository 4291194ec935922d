import { InputError } from '../domain/errors.js';
import { type Activation, exponential, identity, sigmoid, softmax } from './activations.js';
import { Fields } from './fields.js';
import type { Evaluator } from './lightgbm.js';

interface Objective {
  readonly activation: Activation;
  /** The base score, which is one of answers, as one of sums. */
  margin(score: number): number;
}

const asIs = (score: number): number => score;
const logit = (score: number): number => -Math.log(1 / score - 1);

const OBJECTIVES: Readonly<Record<string, Objective>> = {
  'reg:squarederror': { activation: identity, margin: asIs },
  'reg:absoluteerror': { activation: identity, margin: asIs },
  'reg:pseudohubererror': { activation: identity, margin: asIs },
  'reg:quantileerror': { activation: identity, margin: asIs },
  // Its answers are sums: its base score is one too.
  'binary:logitraw': { activation: identity, margin: asIs },
  'binary:logistic': { activation: sigmoid(), margin: logit },
  'reg:logistic': { activation: sigmoid(), margin: logit },
  'count:poisson': { activation: exponential, margin: Math.log },
  'reg:gamma': { activation: exponential, margin: Math.log },
  'reg:tweedie': { activation: exponential, margin: Math.log },
  'multi:softprob': { activation: softmax, margin: asIs },
};

interface Tree {
  readonly feature: Int32Array;
  readonly condition: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly defaultLeft: Uint8Array;
}

function treeOf(tree: Fields, inputs: number): Tree {
  const left = tree.numbers('left_children');
  const right = tree.numbers('right_children');
  const feature = tree.numbers('split_indices');
  const condition = tree.numbers('split_conditions');
  const defaultLeft = tree.list('default_left').map(Number);
  if (tree.has('split_type') && tree.numbers('split_type').some((type) => type !== 0))
    throw new InputError(`${tree.path}: splits by category are not known here`);
  if (tree.has('tree_param') && Number(tree.within('tree_param').raw('size_leaf_vector') ?? 1) > 1)
    throw new InputError(`${tree.path}: trees of several answers a leaf are not known here`);
  const nodes = left.length;
  for (const [name, list] of Object.entries({
    right_children: right,
    split_indices: feature,
    split_conditions: condition,
    default_left: defaultLeft,
  }))
    if (list.length !== nodes) throw tree.wrong(name, `a list of ${nodes}`, list);
  for (let node = 0; node < nodes; node++) {
    const [to, other, column] = [left[node], right[node], feature[node]] as [number, number, number];
    if (to === -1) continue;
    // Children lie behind their parent: no walk goes round.
    if (
      !(
        Number.isInteger(to) &&
        Number.isInteger(other) &&
        to > node &&
        other > node &&
        to < nodes &&
        other < nodes
      )
    )
      throw tree.wrong(`left_children[${node}]`, 'a node behind it', to);
    if (!Number.isInteger(column) || column < 0 || column >= inputs)
      throw tree.wrong(`split_indices[${node}]`, `a feature below ${inputs}`, column);
  }
  return {
    feature: Int32Array.from(feature),
    condition: Float32Array.from(condition),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    defaultLeft: Uint8Array.from(defaultLeft),
  };
}

/** XGBoost computes in single precision: so does this. */
function leafOf({ feature, condition, left, right, defaultLeft }: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while ((left[node] as number) !== -1) {
    const value = Math.fround(row[feature[node] as number] as number);
    const goesLeft = Number.isNaN(value) ? defaultLeft[node] === 1 : value < (condition[node] as number);
    node = (goesLeft ? left[node] : right[node]) as number;
  }
  return condition[node] as number;
}

/** One score, or one for each output: `5E-1` or `[5E-1,2E-1]`. */
function baseScores(parameters: Fields, outputs: number): number[] {
  const scores = parameters.text('base_score').replace(/[[\]]/g, '').split(',').map(Number);
  if (scores.some((score) => !Number.isFinite(score)) || (scores.length !== 1 && scores.length !== outputs))
    throw parameters.wrong('base_score', `a number, or ${outputs}`, parameters.raw('base_score'));
  return Array.from({ length: outputs }, (_, output) => (scores[output] ?? scores[0]) as number);
}

/**
 * How many trees answer: where scikit-learn's interface has stopped early, those up to the best round, as its own `predict`
 * has it; else all, as a booster's has it.
 */
function treesThatAnswer(learner: Fields, forest: Fields, outputs: number): number {
  const trees = forest.list('trees').length;
  if (!learner.has('attributes')) return trees;
  const attributes = learner.within('attributes');
  if (!attributes.has('scikit_learn') || !attributes.has('best_iteration')) return trees;
  const best = Number(attributes.raw('best_iteration'));
  // Before version 2 the rounds were not written down; all were of one size.
  const size =
    Math.max(1, Number(forest.within('gbtree_model_param').raw('num_parallel_tree') ?? 1)) * outputs;
  const ends = forest.has('iteration_indptr')
    ? forest.numbers('iteration_indptr')
    : Array.from({ length: trees / size + 1 }, (_, round) => round * size);
  const end = Number.isInteger(best) && best >= 0 ? ends[best + 1] : undefined;
  if (end === undefined || !(Number.isInteger(end) && end >= 0 && end <= trees))
    throw attributes.wrong(
      'best_iteration',
      `a round below ${ends.length - 1}`,
      attributes.raw('best_iteration'),
    );
  return end;
}

/**
 * Evaluates what XGBoost's `save_model('….json')` writes, in single precision as its `predict` does.
 *
 * @throws InputError naming what is missing, or not known here (a booster that is no forest, splits by category, several targets, an
 * objective)
 */
export function xgboost(model: Fields, inputs: number): Evaluator {
  const learner = model.within('learner');
  const parameters = learner.within('learner_model_param');
  if (Number(parameters.text('num_feature')) !== inputs)
    throw parameters.wrong(
      'num_feature',
      `${inputs}: there are ${inputs} features`,
      parameters.raw('num_feature'),
    );
  const booster = learner.within('gradient_booster');
  if (booster.text('name') !== 'gbtree') throw booster.wrong('name', 'gbtree', booster.raw('name'));
  const name = learner.within('objective').text('name');
  const objective = Object.hasOwn(OBJECTIVES, name) ? OBJECTIVES[name] : undefined;
  if (objective === undefined)
    throw learner.within('objective').wrong('name', `one of ${Object.keys(OBJECTIVES).join(', ')}`, name);
  const outputs = Math.max(1, Number(parameters.text('num_class')));
  if (Number(parameters.raw('num_target') ?? 1) > 1)
    throw parameters.wrong(
      'num_target',
      '1: several targets are not known here',
      parameters.raw('num_target'),
    );
  const forest = booster.within('model');
  const trees = forest
    .list('trees')
    .map((tree, index) => treeOf(new Fields(`${forest.path}.trees[${index}]`, tree), inputs));
  const output = forest.numbers('tree_info');
  if (output.length !== trees.length || output.some((each) => !(each >= 0 && each < outputs)))
    throw booster.wrong(
      'model.tree_info',
      `for each of ${trees.length} trees an output below ${outputs}`,
      output,
    );
  const answering = treesThatAnswer(learner, forest, outputs);
  const margins = Float32Array.from(baseScores(parameters, outputs), objective.margin);
  const sums = new Float32Array(outputs);
  return {
    outputs,
    evaluate: (row, into) => {
      sums.set(margins);
      for (let index = 0; index < answering; index++) {
        const to = output[index] as number;
        sums[to] = (sums[to] as number) + leafOf(trees[index] as Tree, row);
      }
      for (let to = 0; to < outputs; to++) into[to] = sums[to] as number;
      objective.activation(into);
    },
  };
}
