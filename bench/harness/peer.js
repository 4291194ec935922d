// @ts-check
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where peers are looked for: the folder of `MILLRACE_PEERS`, then the project's own packages. */
const FOLDERS = [process.env['MILLRACE_PEERS'], process.cwd()].flatMap((folder) =>
  folder === undefined ? [] : [resolve(folder)],
);

/** @param {string} name @returns {string | undefined} the folder in whose `node_modules` it is */
const folderOf = (name) => FOLDERS.find((folder) => existsSync(join(folder, 'node_modules', name)));

/** Whether a package that is no dependency of the project is there. @param {string} name */
export const isInstalled = (name) => folderOf(name) !== undefined;

/** What to do about packages that are not there. @param {readonly string[]} names as npm takes them */
export const howToInstall = (names) =>
  `not installed: npm install --prefix DIR ${names.join(' ')}, then MILLRACE_PEERS=DIR`;

/** @param {string} name */
function placeOf(name) {
  const folder = folderOf(name);
  if (folder === undefined) throw new Error(howToInstall([name]));
  return folder;
}

/** @param {string} path */
async function loaded(path) {
  const module = await import(pathToFileURL(path).href);
  return module.default ?? module;
}

/**
 * @param {string} name
 * @param {string} [within] a package whose own dependency it is
 * @returns {Promise<any>}
 */
export async function peer(name, within) {
  const require = createRequire(join(placeOf(within ?? name), 'package.json'));
  return loaded(
    within === undefined ? require.resolve(name) : createRequire(require.resolve(within)).resolve(name),
  );
}

/**
 * A file of a package that its entry does not export.
 *
 * @param {string} name
 * @param {string} path
 * @returns {Promise<any>} the whole module
 */
export const peerFile = (name, path) =>
  import(pathToFileURL(join(placeOf(name), 'node_modules', name, path)).href);

/** The `require` of a package, as from within it. @param {string} name */
export const requireOf = (name) =>
  createRequire(createRequire(join(placeOf(name), 'package.json')).resolve(name));
