import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../../domain/errors.js';
import { documentOf } from './document.js';
import { STYLE } from './style.js';

/** The page as one document, and the policy under which a browser runs it. */
export interface BuiltPage {
  readonly html: string;
  readonly policy: string;
}

/** The page's own scripts, in an order in which each finds what it uses; they share one scope. */
const SCRIPTS: readonly string[] = [
  'format',
  'dom',
  'theme',
  'token',
  'stream',
  'charts',
  'summary-part',
  'market-part',
  'agent-part',
  'order-part',
  'health-part',
  'control-part',
  'main',
];

/** Charts are drawn by these, read from their packages; each leaves a global name. */
const LIBRARIES = [
  { name: 'uplot', script: 'dist/uPlot.iife.min.js', style: 'dist/uPlot.min.css' },
  {
    name: 'lightweight-charts',
    script: 'dist/lightweight-charts.standalone.production.js',
    style: undefined,
  },
] as const;

/**
 * Puts the page together: markup, style, the libraries and its own scripts in one document that needs nothing else.
 *
 * Its policy names each script and each style by its hash: what is not among them does not run, whatever text comes from outside.
 *
 * @throws ConfigurationError where a library is not installed
 */
export function buildPage(title: string): BuiltPage {
  const libraries = LIBRARIES.map(({ name, script, style }) => ({
    script: readLibrary(name, script),
    style: style === undefined ? '' : readLibrary(name, style),
  }));
  const scripts = [...libraries.map(({ script }) => script), ownScript()];
  const styles = [...libraries.map(({ style }) => style).filter((text) => text !== ''), STYLE];
  for (const text of scripts)
    if (/<\/script/i.test(text)) throw new Error('a script of the live page would end before its end');
  return {
    html: documentOf(title, styles, scripts),
    policy: [
      "default-src 'none'",
      `script-src ${scripts.map(hashOf).join(' ')}`,
      `style-src ${styles.map(hashOf).join(' ')}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

/** The modules as one script: what they import of each other is in scope already. */
function ownScript(): string {
  const modules = SCRIPTS.map((name) =>
    readFileSync(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), 'utf8')
      .replaceAll(/^import [\s\S]*?;\n/gm, '')
      .replaceAll(/^export /gm, ''),
  );
  return `'use strict';\n(() => {\n${modules.join('\n')}\n})();\n`;
}

function readLibrary(name: string, file: string): string {
  const { resolve } = createRequire(import.meta.url);
  let folder: string;
  try {
    folder = dirname(resolve(`${name}/package.json`));
  } catch {
    throw new ConfigurationError(
      `the live page needs the package "${name}", which is not installed: npm install ${name}`,
    );
  }
  const text = readFileSync(join(folder, file), 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');
  if (!file.endsWith('.js')) return text;
  // Whoever is served a copy is served its licence.
  const licence = readFileSync(join(folder, 'LICENSE'), 'utf8').replaceAll('*/', '* /');
  return `/*! ${name}\n${licence}*/\n${text}`;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
