import { posix } from 'node:path';
import { COMPUTED, type Import, importsOf } from './imports-of.js';

/** What the files of one folder under `src` may import, beside each other. */
interface Layer {
  /** Other folders of `src`, or any. */
  readonly folders: readonly string[] | 'any';
  /** Packages and modules of Node, or any. */
  readonly packages: readonly string[] | 'any';
  /** Packages of which only types may be imported. */
  readonly types?: readonly string[];
}

/** At the edge: what talks to the world, knows the core, and neither its operators nor others at the edge. */
const EDGE: Layer = { folders: ['domain', 'core', 'books', 'journal', 'services'], packages: 'any' };

/** The five classes of RxJS that `src/core/rx.ts` hands to the core. */
const RX: readonly string[] = ['BehaviorSubject', 'Observable', 'Subject', 'Subscriber', 'Subscription'].map(
  (name) => `rxjs/internal/${name}`,
);

/** Who may import whom; the entry `src/index.ts` is the folder ''. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  domain: { folders: [], packages: ['big.js'] },
  // Not the whole of rxjs: it takes several times as long to load as all of this package.
  core: { folders: ['domain'], packages: [...RX, '@msgpack/msgpack', 'node:crypto'], types: ['rxjs'] },
  books: { folders: ['domain'], packages: [] },
  operators: { folders: ['domain', 'core', 'books'], packages: [], types: ['rxjs'] },
  streams: EDGE,
  agents: EDGE,
  models: EDGE,
  venues: EDGE,
  journal: EDGE,
  // Clients of outside services, and what processes of one host share.
  services: { folders: ['domain'], packages: 'any' },
  queues: EDGE,
  'feature-store': EDGE,
  failover: EDGE,
  scaling: EDGE,
  monitoring: EDGE,
  // Shows what a monitor measured.
  dashboard: { ...EDGE, folders: ['domain', 'core', 'books', 'monitoring'] },
  logging: EDGE,
  cli: { folders: 'any', packages: 'any' },
  testing: { folders: 'any', packages: 'any' },
  // Around a backtest: plays cores against the simulated venue, and knows no operator.
  research: { folders: [...EDGE.folders, 'streams', 'venues'], packages: 'any' },
  '': { folders: ['domain', 'core'], packages: [] },
};

/** An import that the layers forbid and that is needed all the same. One that no file makes any more is an error. */
export interface Exception {
  /** A file, or a folder with its last slash, under `src`. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    from: 'src/venues/coinbase/',
    to: 'src/streams/readers/',
    reason: 'frames of the venue are decoded alike, live and out of a recording',
  },
  {
    from: 'src/venues/binance/',
    to: 'src/streams/readers/',
    reason: 'frames of the venue are decoded alike, live and out of a recording',
  },
  {
    from: 'src/venues/ccxt/ccxt-class.ts',
    to: COMPUTED,
    reason: 'ccxt exports its classes by no path of their own, and the whole of it is slow to load',
  },
  {
    from: 'src/research/sweep/study.ts',
    to: COMPUTED,
    reason: 'a study is a module of the user, loaded by the URL that he names',
  },
];

/** Packages that are slow to load or native: each in one file, and none behind the main entry. */
export const HEAVY: readonly RegExp[] = [
  /^ccxt\b/,
  /^zeromq\b/,
  /^apache-arrow\b/,
  /^hyparquet-writer\b/,
  /^(io|@)?redis\b/,
  /^@nats-io\/transport-node\b/,
  /^@nats-io\/jetstream\b/,
  /^@nats-io\/kv\b/,
  /^rabbitmq-client\b/,
  /^kafkajs\b/,
  /^onnxruntime-node\b/,
  /^onnxruntime-web\b/,
];

const MINT = 'src/domain/approval.ts';
const ENTRY = 'src/index.ts';

/** What was read, and what of it is forbidden. */
export interface Verdict {
  readonly files: number;
  readonly imports: number;
  readonly violations: readonly string[];
}

/** Holds sources, by path from the project's folder, against the rules. */
export function judge(
  sources: ReadonlyMap<string, string>,
  exceptions: readonly Exception[] = EXCEPTIONS,
): Verdict {
  const all = new Map([...sources].map(([path, text]) => [path, importsOf(text)]));
  const violations: string[] = [];
  const excused = new Set<Exception>();
  for (const [path, imports] of all) {
    for (const each of imports) {
      const target = targetOf(path, each.specifier);
      const why = forbidden(path, target, each) ?? mints(path, target, each);
      if (why === undefined) continue;
      const exception = exceptions.find(({ from, to }) => covers(from, path) && covers(to, target));
      if (exception === undefined) violations.push(`${path} imports ${target}: ${why}`);
      else excused.add(exception);
    }
  }
  for (const { from, to } of exceptions.filter((each) => !excused.has(each))) {
    violations.push(`the exception for ${from} and ${to} excuses nothing`);
  }
  for (const heavy of HEAVY) {
    const users = [...all].filter(([, imports]) => imports.some(({ specifier }) => heavy.test(specifier)));
    if (users.length > 1)
      violations.push(`${heavy.source} is imported in ${users.map(([path]) => path).join(', ')}`);
  }
  const loaded = loadedBy(ENTRY, all);
  violations.push(
    ...[...loaded.keys()]
      .filter((target) => HEAVY.some((heavy) => heavy.test(target)))
      .map((target) => `${ENTRY} loads ${target}, by way of ${loaded.get(target)}`),
  );
  const imports = [...all.values()].reduce((sum, each) => sum + each.length, 0);
  return { files: all.size, imports, violations };
}

const covers = (place: string, path: string): boolean =>
  place.endsWith('/') ? path.startsWith(place) : path === place;

/** The path of a file, or the name of a package. */
function targetOf(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}

/** `operators` of `src/operators/risk/risk.ts`, '' of `src/index.ts`. */
function folderOf(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? (parts[1] as string) : '';
}

function forbidden(path: string, target: string, { specifier, typeOnly }: Import): string | undefined {
  const folder = folderOf(path);
  const layer = Object.hasOwn(LAYERS, folder) ? LAYERS[folder] : undefined;
  if (layer === undefined) return `no rule says what src/${folder} may import`;
  if (specifier.startsWith('.')) {
    if (!target.startsWith('src/')) return 'nothing under src imports what lies beside it';
    const other = folderOf(target);
    if (other === folder || layer.folders === 'any' || layer.folders.includes(other)) return undefined;
    return `${folder || 'the entry'} may import ${layer.folders.join(', ') || 'no other folder'}`;
  }
  if (/^millrace\b/.test(specifier)) return 'nothing under src imports the package itself';
  if (/^(@vitest\/|vitest\b)/.test(specifier))
    return folder === 'testing' ? undefined : 'vitest belongs under src/testing';
  if (specifier === COMPUTED)
    return folder === 'cli' ? undefined : 'an import whose name is computed escapes the rules';
  if (layer.packages === 'any' || layer.packages.includes(specifier)) return undefined;
  if (typeOnly && layer.types?.includes(specifier) === true) return undefined;
  const types = (layer.types ?? []).map((name) => `types of ${name}`);
  return `${folder || 'the entry'} may import ${[...layer.packages, ...types].join(', ') || 'no package'}`;
}

/** Approvals are made in one place, or they mean nothing. */
function mints(path: string, target: string, { names }: Import): string | undefined {
  if (target !== MINT || path.startsWith('src/operators/risk/')) return undefined;
  return names.includes('mintApproved') || names.includes('*')
    ? 'only src/operators/risk mints approvals'
    : undefined;
}

/** Everything that runs when a file is loaded, with who asks for it. */
function loadedBy(entry: string, all: ReadonlyMap<string, readonly Import[]>): ReadonlyMap<string, string> {
  const loaded = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const { specifier, typeOnly } of all.get(path) ?? []) {
      const target = targetOf(path, specifier);
      if (typeOnly || loaded.has(target)) continue;
      loaded.set(target, path);
      waiting.push(target);
    }
  }
  return loaded;
}
