import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Built, describeBuilt } from '../desk/built.js';

type Models = typeof import('../../src/models/index.js');

const FIXTURES = resolve('test/models/fixtures');
const VIEW = { name: 'test', fingerprint: 'f1'.repeat(32), columns: ['a', 'b', 'c', 'd'] };
const ONNX = { path: join(FIXTURES, 'mlp.onnx'), view: VIEW, trainedOn: VIEW.fingerprint };
const { rows, expected } = JSON.parse(readFileSync(join(FIXTURES, 'mlp.json'), 'utf8')) as {
  readonly rows: readonly number[][];
  readonly expected: readonly number[][];
};
const folder = mkdtempSync(join(tmpdir(), 'millrace-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Four inputs, `width` units, as many again, one output: everything counts the same. */
function wide(width: number): object {
  const layer = (inputs: number, outputs: number, activation: string) => ({
    weights: Array.from({ length: outputs }, () => new Array<number>(inputs).fill(1 / inputs)),
    bias: new Array<number>(outputs).fill(0),
    activation,
  });
  const layers = [layer(4, width, 'relu'), layer(width, width, 'relu'), layer(width, 1, 'identity')];
  return {
    name: 'wide',
    kind: 'dense',
    fingerprint: VIEW.fingerprint,
    columns: VIEW.columns,
    model: { layers },
  };
}

describeBuilt('a model in a worker', 'dist/models/index.js', ({ path }) => {
  const load = () => import(path) as Promise<Models>;

  it('answers as here does, and an error there is an error here', async () => {
    const { openModel } = await load();
    const here = await openModel({ ...ONNX, place: 'here' });
    const there = await openModel({ ...ONNX, place: 'worker' });
    expect([here.place, there.place]).toEqual(['here', 'worker']);
    expect(there.runtime).toBe(here.runtime);
    const answers = await Promise.all(rows.map((each) => there.predict(each)));
    for (const [index, each] of rows.entries()) expect(answers[index]).toEqual(await here.predict(each));
    await expect(openModel({ ...ONNX, place: 'worker', output: 'none' })).rejects.toThrow('not "none"');
    await Promise.all([here.close(), there.close()]);
    await expect(there.predict(rows[0] as number[])).rejects.toThrow('is closed');
  }, 60_000);

  it('is where one of four million weights goes by itself, and a small one stays', async () => {
    const { openModel } = await load();
    const open = async (name: string, model: object) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(model));
      return await openModel({ path: file, view: VIEW });
    };
    const [large, small] = [await open('large', wide(2_000)), await open('small', wide(8))];
    expect([large.place, large.runtime]).toEqual(['worker', 'millrace']);
    expect([small.place, small.runtime]).toEqual(['here', 'millrace']);
    for (const model of [large, small]) {
      expect((await model.predict([1, 2, 3, 6]))[0]).toBeCloseTo(3, 9);
      await model.close();
    }
  }, 60_000);
});

/** Where .ci/run installs the native runtime, whose own install script would fetch what a graphics card needs. */
const NATIVE = resolve('.onnx/node_modules');
const PREDICT = `
  const { openModel } = await import(process.argv[1]);
  const { onnx, rows } = JSON.parse(process.argv[2]);
  const told = {};
  for (const place of ['here', 'worker']) {
    const model = await openModel({ ...onnx, place });
    const answers = [];
    for (const row of rows) answers.push([...(await model.predict(row))]);
    told[place] = { runtime: model.runtime, answers };
    await model.close();
  }
  console.log(JSON.stringify(told));`;

if (existsSync(NATIVE) || process.env['CI'] === 'true') {
  describe('ONNX through the native runtime', () => {
    it('gives what its trainer gives, here and in a worker', () => {
      const { path } = new Built('dist/models/index.js');
      const told = JSON.parse(
        execFileSync(
          process.execPath,
          ['--input-type=module', '-e', PREDICT, path, JSON.stringify({ onnx: ONNX, rows })],
          { encoding: 'utf8', env: { ...process.env, NODE_PATH: NATIVE } },
        ),
      ) as Record<'here' | 'worker', { readonly runtime: string; readonly answers: readonly number[][] }>;
      for (const { runtime, answers } of [told.here, told.worker]) {
        expect(runtime).toBe('onnxruntime-node');
        expect(answers).toHaveLength(expected.length);
        for (const [row, values] of answers.entries())
          for (const [output, value] of values.entries())
            expect(Math.abs(value - (expected[row]?.[output] as number))).toBeLessThanOrEqual(1e-6);
      }
    }, 60_000);
  });
} else {
  console.warn(
    'skipped: ONNX through the native runtime (.onnx is missing: npm install --prefix .onnx --ignore-scripts onnxruntime-node)',
  );
  describe.skip('ONNX through the native runtime (skipped: .onnx is missing)', () => {
    it('needs onnxruntime-node', () => {});
  });
}
