import { type Activation, hyperbolic, identity, rectified, sigmoid, softmax } from './activations.js';
import { Fields } from './fields.js';
import type { Evaluator } from './lightgbm.js';

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  identity,
  relu: rectified,
  tanh: hyperbolic,
  logistic: sigmoid(),
  softmax,
};

interface Layer {
  readonly inputs: number;
  /** Row by row: the weights of one output lie together. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly activation: Activation;
  readonly values: Float64Array;
}

function layerOf(fields: Fields, inputs: number): Layer {
  const bias = Float64Array.from(fields.numbers('bias'));
  const rows = fields.list('weights');
  if (rows.length !== bias.length) throw fields.wrong('weights', `${bias.length} rows, one an output`, rows);
  const weights = new Float64Array(bias.length * inputs);
  rows.forEach((row, output) => {
    const numbers = new Fields(`${fields.path}.weights`, { [output]: row }).numbers(String(output));
    if (numbers.length !== inputs) throw fields.wrong(`weights[${output}]`, `${inputs} numbers`, numbers);
    weights.set(numbers, output * inputs);
  });
  const name = fields.text('activation');
  const activation = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (activation === undefined)
    throw fields.wrong('activation', `one of ${Object.keys(ACTIVATIONS).join(', ')}`, name);
  return { inputs, weights, bias, activation, values: new Float64Array(bias.length) };
}

/**
 * Evaluates a network of dense layers: `{ mean?, scale?, layers: [{ weights, bias, activation }] }`, with `weights` a row
 * an output. Inputs are standardised by `mean` and `scale` first, where these are given.
 *
 * @throws InputError naming what does not fit
 */
export function dense(model: Fields, inputs: number): Evaluator {
  const standard = (name: string, otherwise: number): Float64Array => {
    if (!model.has(name)) return new Float64Array(inputs).fill(otherwise);
    const values = model.numbers(name);
    if (values.length !== inputs) throw model.wrong(name, `${inputs} numbers`, values);
    return Float64Array.from(values);
  };
  const mean = standard('mean', 0);
  const scale = standard('scale', 1);
  scale.forEach((value, input) => {
    if (!(value > 0)) throw model.wrong(`scale[${input}]`, 'above 0', value);
  });
  const layers: Layer[] = [];
  model.list('layers').forEach((layer, index) => {
    layers.push(
      layerOf(new Fields(`${model.path}.layers[${index}]`, layer), layers.at(-1)?.bias.length ?? inputs),
    );
  });
  const last = layers.at(-1);
  if (last === undefined) throw model.wrong('layers', 'at least one layer', model.raw('layers'));
  const first = new Float64Array(inputs);
  return {
    outputs: last.bias.length,
    evaluate: (row, into) => {
      for (let input = 0; input < inputs; input++)
        first[input] = ((row[input] as number) - (mean[input] as number)) / (scale[input] as number);
      let from: Float64Array = first;
      for (const { inputs: width, weights, bias, activation, values } of layers) {
        for (let output = 0; output < bias.length; output++) {
          let sum = 0;
          const at = output * width;
          for (let input = 0; input < width; input++)
            sum += (weights[at + input] as number) * (from[input] as number);
          values[output] = sum + (bias[output] as number);
        }
        activation(values);
        from = values;
      }
      into.set(from);
    },
  };
}
