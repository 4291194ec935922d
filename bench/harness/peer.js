// @ts-check
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where peers are looked for: the folder of `MILLRACE_PEERS`, then the project's own packages. */
const FOLDERS = [process.env['MILLRACE_PEERS'], process.cwd()].flatMap((folder) =>
  folder === undefined ? [] : [resolve(folder)],
);

/** @param {string} name @param {string} [within] a package whose own dependency it is */
function find(name, within) {
  for (const folder of FOLDERS) {
    try {
      const require = createRequire(join(folder, 'package.json'));
      return within === undefined
        ? require.resolve(name)
        : createRequire(require.resolve(within)).resolve(name);
    } catch {}
  }
  return undefined;
}

/** The `require` of a package that is no dependency of the project, as from within it. @param {string} name */
export function requireOf(name) {
  const path = find(name);
  if (path === undefined) throw new Error(`not installed: ${name}`);
  return createRequire(path);
}

/** Whether a package that is no dependency of the project is there. @param {string} name */
export const isInstalled = (name) => find(name) !== undefined;

/**
 * @param {string} name
 * @param {string} [within] a package whose own dependency it is
 * @returns {Promise<any>}
 */
export async function peer(name, within) {
  const path = find(name, within);
  if (path === undefined) throw new Error(`not installed: ${within ?? name}`);
  const module = await import(pathToFileURL(path).href);
  return module.default ?? module;
}
