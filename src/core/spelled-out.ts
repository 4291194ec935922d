import type { Link } from './linked-pass.js';
import { routesOf } from './routes.js';

/**
 * How many parts share a function at most. V8 inlines 920 bytes of bytecode into one function and no more, which is what the
 * steps of five or six small parts and the functions that they call come to; each function more is a call more, some 3 ns.
 * A whole chain in one function is mostly calls.
 */
const MOST_IN_GROUP = 6;

/**
 * V8 inlines no function of more than 460 bytes of bytecode. The handler of exceptions, which costs nothing until one
 * is thrown, is made so long that a group stays a function of its own, wherever it is called.
 */
const HANDLER = 'context.active = active;\n'.repeat(72);

/**
 * The source of a chain's calls, one after the other, for events of any `kind`: `ways` calls the functions in `groups`, each
 * of which takes a `frame` through some parts. It is about `call0`, `state0` and so on, by place in the list.
 */
export function spelledOut(
  links: readonly Link[],
  number: number,
): { readonly groups: string; readonly ways: string } {
  const calls = new Map(
    links.map((link, place) => [
      link,
      link.kind === 'stage'
        ? `active = ${link.index}; call${place}(state${place}, frame, context);
        if (context.asked) context.giveRequests(frame);`
        : `active = ${link.index}; frame[${JSON.stringify(link.field)}] = call${place}(frame);`,
    ]),
  );
  const groups: string[] = [];
  /** The calls of a route: groups of its parts, which are added to the source. */
  const through = (route: readonly Link[]): string => {
    const names: string[] = [];
    const count = Math.ceil(route.length / MOST_IN_GROUP);
    const startOf = (group: number) => Math.floor((group * route.length) / count);
    for (let group = 0; group < count; group++) {
      const name = `group${number}_${groups.length}`;
      names.push(`${name}(frame);`);
      groups.push(`function ${name}(frame) {
      let active = 0;
      try {
        ${route
          .slice(startOf(group), startOf(group + 1))
          .map((link) => calls.get(link))
          .join('\n')}
      } catch (error) {
        ${HANDLER}
        throw error;
      }
    }`);
    }
    return names.join('\n');
  };
  const { named, others } = routesOf(links);
  const turns = named.map(({ kinds, links: route }) => {
    const cases = kinds.map((kind) => `kind === ${JSON.stringify(kind)}`).join(' || ');
    return `if (${cases}) { ${through(route)} } else`;
  });
  const ways = `${turns.join(' ')} { ${through(others)} }`;
  return { ways, groups: groups.join('\n') };
}
