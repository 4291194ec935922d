// The pages of docs/api, from the declarations in dist (npm run build comes first).
// `node test/package/api-pages.mjs` writes them; with `--check` it writes nothing and says what is not as it should be.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript-5';
import { exampleFaults } from './api-examples.mjs';

const FOLDER = 'docs/api';
const KINDS = ['Functions', 'Classes', 'Constants', 'Types'];
/** Overloads that are printed of one function; the rest is counted. */
const MOST_OVERLOADS = 3;

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.entries(manifest.exports)
  .filter(([, target]) => target.types !== undefined)
  .map(([name, { types }]) => ({
    name: name === '.' ? manifest.name : `${manifest.name}${name.slice(1)}`,
    page: name === '.' ? 'millrace.md' : `${name.slice(2).replaceAll('/', '-')}.md`,
    file: types,
  }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const missing = entries.find(({ file }) => !existsSync(file));
if (missing !== undefined) {
  console.error(`${missing.file} is missing: npm run build makes it`);
  process.exit(2);
}

const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  skipLibCheck: true,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  strict: true,
};
const program = ts.createProgram(
  entries.map(({ file }) => file),
  options,
);
const checker = program.getTypeChecker();
const byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function kindOf(symbol) {
  if (symbol.flags & ts.SymbolFlags.Function) return 'Functions';
  if (symbol.flags & ts.SymbolFlags.Class) return 'Classes';
  if ((symbol.flags & ts.SymbolFlags.Variable) === 0) return 'Types';
  const type = checker.getTypeOfSymbol(symbol);
  return type.getCallSignatures().length > 0 ? 'Functions' : 'Constants';
}

/** The declaration as the compiler prints it, without what nobody outside can call. */
function signatureOf(declaration) {
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const source = node.getSourceFile().text;
  let text = source.slice(node.getStart(), node.end);
  if (ts.isClassDeclaration(node))
    for (const member of [...node.members].reverse())
      if (
        ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private ||
        member.name?.getText().startsWith('#')
      )
        text = text.slice(0, member.pos - node.getStart()) + text.slice(member.end - node.getStart());
  return text
    .replace(/^(export )?(declare )?/, '')
    .replace(/^ +/gm, (spaces) => ' '.repeat(spaces.length / 2));
}

function signaturesOf(symbol, kind) {
  const all = symbol.declarations
    .filter((declaration) => kind === 'Types' || !ts.isInterfaceDeclaration(declaration))
    .map(signatureOf);
  if (all.length <= MOST_OVERLOADS) return all.join('\n');
  return [
    ...all.slice(0, MOST_OVERLOADS),
    `// and ${all.length - MOST_OVERLOADS} more of the same shape`,
  ].join('\n');
}

function described(symbol, exported, entry) {
  const kind = kindOf(symbol);
  return {
    name: exported.name,
    kind,
    entry,
    signature: signaturesOf(symbol, kind),
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    tags: symbol
      .getJsDocTags(checker)
      .map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) })),
  };
}

/** What each entry exports; a name that two entries export is described by the first, and pointed to by the other. */
function readPages() {
  const known = new Map();
  return entries
    .toSorted((a, b) => (a.name === manifest.name ? -1 : b.name === manifest.name ? 1 : byName(a, b)))
    .map((entry) => {
      const file = program.getSourceFile(entry.file);
      const own = [];
      const elsewhere = [];
      for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(file))) {
        const alias = exported.flags & ts.SymbolFlags.Alias;
        const symbol = alias ? checker.getAliasedSymbol(exported) : exported;
        const before = known.get(symbol);
        if (before !== undefined && before.name === exported.name) elsewhere.push(before);
        else {
          const item = described(symbol, exported, entry);
          known.set(symbol, item);
          own.push(item);
        }
      }
      own.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || byName(a, b));
      anchored(own);
      return { entry, own, elsewhere: elsewhere.sort(byName) };
    });
}

/** Anchors as GitHub makes them: lower case, and the second of the same name has a number. */
function anchored(items) {
  const counts = new Map(KINDS.map((kind) => [kind.toLowerCase(), 1]));
  for (const item of items) {
    const slug = item.name.toLowerCase();
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    item.anchor = count === 0 ? slug : `${slug}-${count}`;
  }
}

function linked(text, page, places) {
  return text.replace(/\{@link\s+([\w$.]+)\s*\}/g, (_, name) => {
    const place = places.get(name);
    return place === undefined ? `\`${name}\`` : `[\`${name}\`](${linkTo(place, page)})`;
  });
}

const linkTo = (item, page) => `${item.entry.page === page ? '' : item.entry.page}#${item.anchor}`;

/** Diagrams and code stand in fences of their own; an example without a fence is TypeScript. */
function tagText({ name, text }) {
  if (name === 'example') return text.includes('```') ? text : `\`\`\`ts\n${text}\n\`\`\``;
  const title =
    { throws: 'Throws', param: 'Parameter', returns: 'Returns', default: 'Default' }[name] ?? `@${name}`;
  const rest = name === 'param' ? text.replace(/^(\S+)\s*(?:-\s*)?/, '`$1`: ') : text;
  return `**${title}** ${rest}`;
}

function pageOf({ entry, own, elsewhere }, places) {
  const lines = [`# ${entry.name}`, '', '[All entries](README.md)', ''];
  for (const kind of KINDS) {
    const items = own.filter((item) => item.kind === kind);
    if (items.length === 0) continue;
    lines.push(`## ${kind}`, '');
    for (const item of items) {
      lines.push(`### ${item.name}`, '');
      if (item.text !== '') lines.push(linked(item.text, entry.page, places), '');
      lines.push('```ts', item.signature, '```', '');
      for (const tag of item.tags) lines.push(linked(tagText(tag), entry.page, places), '');
    }
  }
  if (elsewhere.length > 0) {
    const links = elsewhere.map((item) => `[\`${item.name}\`](${linkTo(item, entry.page)})`);
    lines.push('## Exported here too', '', links.join(', '), '');
  }
  return `${lines
    .join('\n')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function indexOf(pages) {
  const lines = [
    '# API reference',
    '',
    'Every exported name, from the doc comments. `npm run api` writes these pages, and a test compares them with what it',
    'would write: a change of what this package exports is seen here.',
    '',
  ];
  for (const { entry, own, elsewhere } of pages.toSorted((a, b) => byName(a.entry, b.entry))) {
    lines.push(`## [${entry.name}](${entry.page})`, '');
    for (const kind of KINDS) {
      const items = own.filter((item) => item.kind === kind);
      if (items.length > 0)
        lines.push(
          `${kind}: ${items.map((item) => `[${item.name}](${entry.page}#${item.anchor})`).join(', ')}`,
          '',
        );
    }
    if (elsewhere.length > 0) lines.push(`And ${elsewhere.length} of other entries.`, '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function faultsOf(items) {
  const faults = [];
  for (const { name, kind, entry, text, tags } of items) {
    if (text === '') faults.push(`${entry.name}: ${name} has no doc comment`);
    if (kind !== 'Types' && !tags.some((tag) => tag.name === 'example'))
      faults.push(`${entry.name}: ${name} has no @example`);
  }
  return faults;
}

const pages = readPages();
const items = pages.flatMap(({ own }) => own);
const places = new Map(items.toReversed().map((item) => [item.name, item]));
const texts = new Map(pages.map((page) => [page.entry.page, pageOf(page, places)]));
texts.set('README.md', indexOf(pages));

const check = process.argv.includes('--check');
const faults = [...faultsOf(items), ...exampleFaults(items, entries, options, program)];
const committed = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
for (const gone of committed.filter((name) => !texts.has(name)))
  if (check) faults.push(`${FOLDER}/${gone} belongs to no entry: npm run api`);
  else rmSync(join(FOLDER, gone));
if (!check) mkdirSync(FOLDER, { recursive: true });
for (const [name, text] of texts) {
  const path = join(FOLDER, name);
  if (!check) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text)
    faults.push(`${relative('.', resolve(path))} is not what the declarations say: npm run api`);
}
for (const fault of faults) console.error(fault);
console.log(`${items.length} exported names in ${pages.length} entries, ${faults.length} faults`);
process.exitCode = check && faults.length > 0 ? 1 : 0;
