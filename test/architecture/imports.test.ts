import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from './imports-of.js';
import { type Exception, judge } from './rules.js';

const ROOT = resolve(import.meta.dirname, '../..');

function sourcesUnder(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => [relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8')] as const),
  );
}

describe('who imports whom', () => {
  test('src follows the rules', () => {
    const { files, imports, violations } = judge(sourcesUnder('src'));
    expect(violations).toEqual([]);
    // A check that read nothing would find nothing either.
    expect(files).toBeGreaterThan(100);
    expect(imports).toBeGreaterThan(300);
  });

  const found = (path: string, source: string, exceptions: readonly Exception[] = []): readonly string[] =>
    judge(new Map([[path, source]]), exceptions).violations;

  test.each([
    ['src/domain/x.ts', "import { run } from '../core/run.js';", 'domain may import no other folder'],
    ['src/domain/x.ts', "import { of } from 'rxjs';", 'domain may import big.js'],
    ['src/core/x.ts', "import { readFile } from 'node:fs';", 'core may import rxjs/internal/BehaviorSubject'],
    ['src/core/x.ts', "export * from '../books/index.js';", 'core may import domain'],
    ['src/books/x.ts', "import type { Frame } from '../core/frame.js';", 'books may import domain'],
    [
      'src/operators/x.ts',
      "import { map, type Observable } from 'rxjs';",
      'operators may import types of rxjs',
    ],
    ['src/operators/x.ts', "import 'node:fs';", 'operators may import types of rxjs'],
    [
      'src/operators/risk/x.ts',
      "import { a } from '../../streams/index.js';",
      'operators may import domain, core, books',
    ],
    [
      'src/venues/binance/x.ts',
      "const a = await import('../../operators/index.js');",
      'venues may import domain, core, books, journal',
    ],
    [
      'src/streams/x.ts',
      "type A = import('../venues/simulated/index.js').A;",
      'streams may import domain, core, books, journal',
    ],
    [
      'src/cli/x.ts',
      "import { a } from '../../examples/desk/desk.js';",
      'nothing under src imports what lies',
    ],
    ['src/testing/x.ts', "import { a } from '../../test/x.js';", 'nothing under src imports what lies'],
    ['src/streams/x.ts', "import { run } from 'millrace';", 'nothing under src imports the package itself'],
    ['src/streams/x.ts', "import { expect } from 'vitest';", 'vitest belongs under src/testing'],
    ['src/streams/x.ts', 'const a = await import(name);', 'an import whose name is computed'],
    ['src/index.ts', "export { a } from './streams/index.js';", 'the entry may import domain, core'],
    ['src/new/x.ts', "import { a } from '../domain/x.js';", 'no rule says what src/new may import'],
    [
      'src/core/x.ts',
      "import { isGenuineApproval, mintApproved } from '../domain/approval.js';",
      'only src/operators/risk mints',
    ],
    ['src/testing/x.ts', "import * as all from '../domain/approval.js';", 'only src/operators/risk mints'],
    ['src/testing/x.ts', "const all = import('../domain/approval.js');", 'only src/operators/risk mints'],
    ['src/domain/all.ts', "export * from './approval.js';", 'only src/operators/risk mints'],
  ])('a violation is found in %s: %s', (path, source, why) => {
    expect(found(path, source)).toEqual([expect.stringContaining(why)]);
    expect(found(path, `// nothing\nconst a = 1;\n${source}\n`)).toHaveLength(1);
  });

  test.each([
    ['src/operators/x.ts', "import { type Observable } from 'rxjs';\nimport type { Subject } from 'rxjs';"],
    ['src/operators/risk/x.ts', "import { mintApproved } from '../../domain/approval.js';"],
    ['src/core/x.ts', "import { isGenuineApproval } from '../domain/approval.js';"],
    ['src/testing/x.ts', "import { vi } from 'vitest';\nimport { a } from '../operators/index.js';"],
    ['src/cli/x.ts', 'const desk = await import(path);'],
    [
      'src/domain/x.ts',
      "// import { a } from '../core/a.js'\nconst text = `import 'rxjs'`; /* import('rxjs') */",
    ],
  ])('what is allowed in %s stays so: %s', (path, source) => {
    expect(found(path, source)).toEqual([]);
  });

  test('a heavy package belongs into one file, and not behind the main entry', () => {
    const sources = new Map([
      ['src/index.ts', "export { a } from './core/a.js';"],
      ['src/core/a.ts', "export { a } from '../domain/b.js';\nimport type { A } from '../domain/c.js';"],
      ['src/domain/b.ts', "import ccxt from 'ccxt';"],
      ['src/domain/c.ts', "import { Socket } from 'zeromq';"],
      ['src/venues/d.ts', "import { binance } from 'ccxt/js/binance.js';"],
    ]);
    const { violations } = judge(sources, [
      { from: 'src/domain/b.ts', to: 'ccxt', reason: '' },
      { from: 'src/domain/c.ts', to: 'zeromq', reason: '' },
    ]);
    expect(violations).toEqual([
      '^ccxt\\b is imported in src/domain/b.ts, src/venues/d.ts',
      'src/index.ts loads ccxt, by way of src/domain/b.ts',
    ]);
  });

  test('an exception excuses what it names, and is an error once nothing needs it', () => {
    const source = "import { a } from '../operators/a.js';";
    const exception = { from: 'src/venues/', to: 'src/operators/a.ts', reason: 'a test' };
    expect(found('src/venues/x.ts', source, [exception])).toEqual([]);
    expect(found('src/streams/x.ts', source, [exception])).toEqual([
      expect.stringContaining('src/streams/x.ts imports src/operators/a.ts'),
      'the exception for src/venues/ and src/operators/a.ts excuses nothing',
    ]);
  });
});

describe('reading imports', () => {
  test('of every form', () => {
    const source = [
      "import a from 'a';",
      "import * as b from 'b';",
      "import c, { type C, d as e } from 'c';",
      'import {\n  type F,\n  type G as H,\n} from "f";',
      "import type i from 'i';",
      "import 'j';",
      "export * from 'k';",
      "export type { L } from 'l';",
      "export { m } from 'm';",
      "const n = await import('n');",
      'const o = import(`o`);',
      "const p = require('p');",
      "import type from 'q';",
    ].join('\n');
    expect(
      importsOf(source).map(({ specifier, typeOnly, names }) => [specifier, typeOnly, ...names]),
    ).toEqual([
      ['a', false, 'default'],
      ['b', false, '*'],
      ['c', false, 'default', 'C', 'd'],
      ['f', true, 'F', 'G'],
      ['i', true, 'default'],
      ['k', false, '*'],
      ['l', true, 'L'],
      ['m', false, 'm'],
      ['q', false, 'default'],
      ['j', false],
      ['n', false, '*'],
      ['<computed>', false, '*'],
      ['p', false, '*'],
    ]);
  });

  test('not of what merely speaks of them', () => {
    const source = [
      "/** import { a } from 'a'; */",
      "// import 'b'",
      'const c = \'import { c } from "c"\';',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a template
      'const d = `import ${"d"} from ${`import(${e})`} "d"`;',
      'const f = /import\\(\'f\'\\)[/*\'"`]/.test("f");',
      'const g = a / b; const h = import.meta.url;',
      "const i = { from: 'i', import: 'j' }; loader.import('k');",
      "export const from = 'l';",
    ].join('\n');
    expect(importsOf(source)).toEqual([]);
    expect(importsOf(`${source}\nimport { m } from 'm';`)).toHaveLength(1);
  });
});
