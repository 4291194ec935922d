/**
 * Trained models in a pipeline: trees and dense networks in process, ONNX through its runtime, each refused with features
 * that it was not trained on.
 *
 * @packageDocumentation
 */

export { loadModel, predictOne } from './load-model.js';
export type { Model, ModelInputs, RemoteModel } from './model.js';
export { type OpenedModel, type OpenModelOptions, openModel } from './open-model.js';
