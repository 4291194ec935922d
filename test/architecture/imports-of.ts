/** What one source file imports. */
export interface Import {
  /** As it is written, such as `../domain/event.js` or `rxjs`; {@link COMPUTED} where no literal says it. */
  readonly specifier: string;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** Names of a list in braces, as they are called there; `*` for everything (namespaces, dynamic imports). */
  readonly names: readonly string[];
}

/** The specifier of `import(expression)`: nobody can tell what it loads. */
export const COMPUTED = '<computed>';

const STRING = /'(\d+)'/.source;
const FROM = new RegExp(
  String.raw`\b(?:import|export)\b\s*(type\b(?!\s*(?:,|from\b)))?([^;'()=]*?)\bfrom\s*${STRING}`,
  'g',
);
const BARE = new RegExp(String.raw`\bimport\s*${STRING}`, 'g');
const CALL = new RegExp(String.raw`(?<![.\w$])(?:import|require)\s*\(\s*(?:${STRING}\s*[,)])?`, 'g');

/** Every import of a TypeScript source: static, of types, re-exports, side effects, and `import()`. */
export function importsOf(source: string): Import[] {
  const { code, strings } = withoutText(source);
  const text = (index: string | undefined): string => strings[Number(index)] as string;
  const found: Import[] = [];
  for (const [, type, clause = '', at] of code.matchAll(FROM)) {
    const names = namesOf(clause);
    const typeOnly =
      type !== undefined || (names.length > 0 && names.every((name) => name.startsWith('type ')));
    found.push({ specifier: text(at), typeOnly, names: names.map((name) => name.replace(/^type /, '')) });
  }
  for (const [, at] of code.matchAll(BARE)) found.push({ specifier: text(at), typeOnly: false, names: [] });
  for (const [, at] of code.matchAll(CALL)) {
    found.push({ specifier: at === undefined ? COMPUTED : text(at), typeOnly: false, names: ['*'] });
  }
  return found;
}

function namesOf(clause: string): string[] {
  const [before = '', list] = clause.split(/[{}]/);
  const listed = (list ?? '')
    .split(',')
    .map((each) => each.trim().split(/\s+as\s+/)[0] as string)
    .filter((each) => each !== '');
  const whole = before.includes('*') ? ['*'] : /\w/.test(before) ? ['default'] : [];
  return [...whole, ...listed];
}

/**
 * The code without its comments, templates and regular expressions, and with `'3'` in place of the fourth string, so
 * that text which speaks of imports is not taken for one.
 */
function withoutText(source: string): { readonly code: string; readonly strings: readonly string[] } {
  const strings: string[] = [];
  /** Depths of braces at which a template goes on. */
  const templates: number[] = [];
  let code = '';
  let depth = 0;
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [match = source[at] as string] = pattern.exec(source) ?? [];
    at += match.length;
    return match;
  };
  const template = (): void => {
    skip(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y);
    if (source[at] === '`') at += 1;
    else {
      at += 2;
      templates.push(depth);
      depth += 1;
    }
  };
  while (at < source.length) {
    const sign = source[at] as string;
    if (source.startsWith('//', at)) skip(/.*/y);
    else if (source.startsWith('/*', at)) skip(/\/\*[\s\S]*?\*\//y);
    else if (sign === "'" || sign === '"') {
      const literal = skip(sign === "'" ? /'(?:[^'\\\n]|\\[\s\S])*'/y : /"(?:[^"\\\n]|\\[\s\S])*"/y);
      code += `'${strings.push(literal.slice(1, -1)) - 1}'`;
    } else if (sign === '`') {
      at += 1;
      template();
    } else if (sign === '/' && /(?:[(,=:[!&|?{};]|=>|\breturn|^)\s*$/.test(code)) {
      skip(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y);
      code += '0';
    } else {
      at += 1;
      if (sign === '{') depth += 1;
      if (sign === '}') depth -= 1;
      if (sign === '}' && templates.at(-1) === depth) {
        templates.pop();
        template();
      } else code += sign;
    }
  }
  return { code, strings };
}
