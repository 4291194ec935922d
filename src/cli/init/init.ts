import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { CommandError } from '../command-error.js';
import { copyTemplate } from './copy-template.js';

const HELP = `millrace init DIR [--name NAME] [--package FILE]: a desk of your own, with its tests, in a new folder

  DIR              where: it must not exist yet, or be empty
  --name NAME      what the package and the desk are called   [the folder's name]
  --package FILE   a tarball of millrace, as npm pack makes it, to depend on   [this version, from the registry]
`;

/** Of package names that every registry takes. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Writes a starter and says what comes next. @throws CommandError naming what is wrong with the command line */
export function init(args: readonly string[]): string {
  const { help, directory, given, tarball } = read(args);
  if (help) return HELP;
  const folder = resolve(directory);
  const name = given ?? basename(folder).toLowerCase();
  if (!NAME.test(name))
    throw new CommandError(
      `"${name}" is no name for a package: small letters, digits, ".", "_" and "-", such as my-desk; see --name`,
    );
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new CommandError(`${directory} is not empty: init writes into a new folder only`);
  if (tarball !== undefined && !(existsSync(tarball) && statSync(tarball).isFile()))
    throw new CommandError(`--package ${tarball}: there is no such file; npm pack makes one`);
  const manifest = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as Manifest;
  const { dependencies, devDependencies, version } = manifest;
  const files = copyTemplate(new URL('../../../templates/desk/', import.meta.url), folder, {
    name,
    millrace: tarball === undefined ? `^${version}` : `file:${pathFrom(folder, tarball)}`,
    rxjs: dependencies['rxjs'] ?? '^7.8.2',
    types: devDependencies['@types/node'] ?? '^20.0.0',
    typescript: devDependencies['typescript'] ?? 'latest',
    vitest: devDependencies['vitest'] ?? 'latest',
  });
  return [
    ...files.map((file) => `  ${file}`),
    '',
    `${name} is ready:`,
    '',
    `  cd ${directory}`,
    '  npm install',
    '  npm test',
    '  npm start',
    '',
  ].join('\n');
}

/** A path as it is written in a manifest. */
const pathFrom = (folder: string, file: string): string =>
  relative(folder, resolve(file)).split(sep).join('/');

function read(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        package: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [directory = '', ...more] = positionals;
    if (!values.help && (directory === '' || more.length > 0))
      throw new Error(`init wants one DIR, not ${positionals.length}; see millrace init --help`);
    return { help: values.help, directory, given: values.name, tarball: values.package };
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}
