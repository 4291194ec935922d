import { resolve } from 'node:path';
import ts from 'typescript-5';

/** A placeholder of an example (`core`, `recording`, `...`): a name that nothing declares. */
const PLACEHOLDERS = new Set([2304, 2552, 18004, 2503, 7006, 7031]);

/** The code of an example: what stands in its fences of TypeScript, or all of it when it has none. */
function codeOf(text) {
  if (!text.includes('```')) return text;
  return [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)]
    .filter(([, language]) => language === 'ts')
    .map(([, , code]) => code)
    .join('\n');
}

/** A lower-case name that is not called is a placeholder (`signal`, `bar`), though a builder of that name is exported. */
const called = (name, code) =>
  new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$&')}(?:<[^()]*>)?\\(`).test(code);

/** Frames of a pipeline that the example leaves out have the fields of any frame, and no others. */
const LEFT_OUT = /type '(?:Frame|unknown)'|frame: (?:Frame|unknown)\b|\(source: Observable<unknown>/;

/** Examples with a fault of these codes are right: the pipeline that they leave out chooses the overload. */
const KNOWN = { expectPipeline: 2345 };

/** Type-checks the examples, each as a function of its own that sees every exported name; placeholders may be anything. */
export function exampleFaults(items, entries, options, program) {
  const root = resolve('.');
  const files = new Map();
  const faults = [];
  for (const [index, item] of items.entries())
    for (const [at, { text }] of item.tags.filter(({ name }) => name === 'example').entries()) {
      const code = codeOf(text).replace(/\.\.\.(?=\s*[)\]},])/g, 'leftOut');
      if (code.trim() === '') continue;
      const used = new Set(code.match(/[A-Za-z_$][\w$]*/g));
      const declared = new Set(
        [...code.matchAll(/\b(?:const|let|function|class)\s+([\w$]+)/g)].map(([, name]) => name),
      );
      const imports = [...code.matchAll(/^import .*$/gm)].map(([line]) => line);
      const seen = new Set(imports.flatMap((line) => line.match(/[A-Za-z_$][\w$]*/g)));
      for (const { name, kind, entry } of [item, ...items])
        if (
          used.has(name) &&
          !declared.has(name) &&
          !seen.has(name) &&
          (kind !== 'Functions' || called(name, code))
        ) {
          seen.add(name);
          imports.push(`import { ${name} } from '${resolve(entry.file.replace('.d.ts', '.js'))}';`);
        }
      const body = code.replace(/^import .*$/gm, '');
      files.set(resolve(root, `dist/example-${index}-${at}.ts`), {
        item,
        text: `${imports.join('\n')}\nasync function example() {\n${body}\n}\n`,
      });
    }
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => files.get(name)?.text ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, language) => {
    const file = files.get(name);
    if (file !== undefined) return ts.createSourceFile(name, file.text, language, true);
    return program.getSourceFile(name) ?? getSourceFile(name, language);
  };
  const examples = ts.createProgram(
    [...entries.map(({ file }) => resolve(file)), ...files.keys()],
    options,
    host,
  );
  for (const [name, { item }] of files) {
    const source = examples.getSourceFile(name);
    const found = [...examples.getSyntacticDiagnostics(source), ...examples.getSemanticDiagnostics(source)];
    for (const { code, messageText, start } of found) {
      const message = ts.flattenDiagnosticMessageText(messageText, ' ');
      const place = source.text.slice(start, start + 40).split('\n')[0];
      if (!PLACEHOLDERS.has(code) && !LEFT_OUT.test(message) && KNOWN[item.name] !== code)
        faults.push(`${item.entry.name}: the example of ${item.name}: ${message} (TS${code}, at ${place})`);
    }
  }
  return faults;
}
