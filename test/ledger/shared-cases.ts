import { readFileSync } from 'node:fs';

/** One case of the shared collection: facts about what other engines compute. */
interface SharedCase<Input, Expected> {
  readonly id: string;
  readonly input: Input;
  readonly expected: Expected;
}

/** Finds a case by its id. */
export type FindCase = <Input, Expected>(id: string) => SharedCase<Input, Expected>;

/** Reads the collection. */
export function readCases(path: string): FindCase {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: SharedCase<unknown, unknown>[] };
  return <Input, Expected>(id: string) => {
    const found = cases.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no shared case ${id}`);
    return found as SharedCase<Input, Expected>;
  };
}
