import { createRequire } from 'node:module';
import { ConfigurationError, InputError } from '../domain/errors.js';

/** What is used of either runtime. */
interface Runtime {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options?: object): Promise<RuntimeSession>;
  };
}

interface RuntimeSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Readonly<Record<string, unknown>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, { readonly data: unknown; dispose?(): void }>>>;
  release(): Promise<void>;
}

/** What computes an ONNX model. */
export type OnnxRuntime = 'onnxruntime-node' | 'onnxruntime-web';

/** An open ONNX model in this thread. */
export interface OnnxSession {
  readonly runtime: OnnxRuntime;
  predict(row: ArrayLike<number>): Promise<Float64Array>;
  close(): Promise<void>;
}

const missing = (error: unknown): boolean =>
  (error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND' ||
  (error as { code?: unknown }).code === 'MODULE_NOT_FOUND';

const require = createRequire(import.meta.url);

/** Threads of its own would take the processor from the loop, and the order of sums would depend on the machine. */
const ONE_THREAD = { intraOpNumThreads: 1, interOpNumThreads: 1 };

/** The native runtime where it is installed and loads, else the one in WebAssembly. */
async function loadRuntime(): Promise<[OnnxRuntime, Runtime]> {
  try {
    return ['onnxruntime-node', require('onnxruntime-node') as Runtime];
  } catch {
    // Not installed, or not for this machine.
  }
  try {
    const runtime = await import('onnxruntime-web');
    // One thread: workers of its own would outlive the session.
    runtime.env.wasm.numThreads = 1;
    // The two packages have one interface (onnxruntime-common), of which each declares types of its own.
    return ['onnxruntime-web', runtime as unknown as Runtime];
  } catch (error) {
    if (!missing(error)) throw error;
    throw new ConfigurationError(
      'onnxModel needs the package "onnxruntime-node" or "onnxruntime-web", and neither is installed: npm install onnxruntime-node',
    );
  }
}

/**
 * Opens an ONNX model of one input of shape [1, n] in single precision. `output` names the output that counts.
 *
 * @throws ConfigurationError when no runtime is installed, InputError when the model is none
 */
export async function openSession(
  name: string,
  bytes: Uint8Array,
  inputs: number,
  output: string | undefined,
): Promise<OnnxSession> {
  const [which, { InferenceSession, Tensor }] = await loadRuntime();
  let session: RuntimeSession;
  try {
    session = await InferenceSession.create(bytes, ONE_THREAD);
  } catch (error) {
    throw new InputError(`model ${name} is no ONNX model that ${which} reads: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const [input = ''] = session.inputNames;
  if (session.inputNames.length !== 1)
    throw new InputError(`model ${name} must have one input, not ${session.inputNames.join(', ')}`);
  const wanted = output ?? session.outputNames.at(-1) ?? '';
  if (!session.outputNames.includes(wanted))
    throw new InputError(`model ${name} has the outputs ${session.outputNames.join(', ')}, not "${wanted}"`);
  return {
    runtime: which,
    predict: async (row) => {
      const tensor = new Tensor('float32', Float32Array.from(row), [1, inputs]);
      const result = (await session.run({ [input]: tensor }, [wanted]))[wanted];
      if (!(result?.data instanceof Float32Array) && !(result?.data instanceof Float64Array))
        throw new InputError(`model ${name}: the output "${wanted}" must be numbers`);
      const values = Float64Array.from(result.data);
      result.dispose?.();
      return values;
    },
    close: () => session.release(),
  };
}
