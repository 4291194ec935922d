import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A package leaves out files of these names, so that the template has them under others. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/**
 * Copies the files of a template, with `{{word}}` replaced, and gives their paths within the folder.
 *
 * @throws Error when the template has a word that is not given: then nothing was written
 */
export function copyTemplate(
  template: URL,
  folder: string,
  words: Readonly<Record<string, string>>,
): readonly string[] {
  const from = fileURLToPath(template);
  const filled = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const place = join(entry.parentPath.slice(from.length), RENAMED[entry.name] ?? entry.name);
      const text = readFileSync(path, 'utf8').replaceAll(/\{\{(\w+)\}\}/g, (_, word: string) => {
        const value = words[word];
        if (value === undefined) throw new Error(`${path} asks for {{${word}}}`);
        return value;
      });
      return { place, text };
    })
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  for (const { place, text } of filled) {
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    writeFileSync(join(folder, place), text, { flag: 'wx' });
  }
  return filled.map(({ place }) => place);
}
