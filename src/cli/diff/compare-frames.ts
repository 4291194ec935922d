import type { Core } from '../../core/core.js';
import type { Frame } from '../../core/frame.js';
import type { Command } from '../../domain/command.js';

/** Where two cores part: the first field, in the order of the stages, that is not the same. */
export interface Divergence {
  readonly seq: number;
  readonly sub: number;
  readonly ts: number;
  readonly kind: string;
  /** The stage that fills the field; `derived events` when one core derived what the other did not. */
  readonly stage: string;
  readonly field: string;
  readonly old: unknown;
  readonly new: unknown;
  readonly commands: { readonly old: readonly unknown[]; readonly new: readonly unknown[] };
}

/** What a frame asks the world to do, as plain data. */
export function commandsOf(frame: Frame | undefined): readonly unknown[] {
  const { commands = [] } = (frame ?? {}) as { readonly commands?: readonly Command[] };
  return commands.map((command) => {
    if (command.kind !== 'submit') return command;
    const { approved: _, ...rest } = command;
    return rest;
  });
}

/** The fields that both cores fill, each with its stage, in the order of the new core's stages. */
export function sharedFields(
  old: Core<Frame>,
  other: Core<Frame>,
): readonly { readonly stage: string; readonly field: string }[] {
  const known = new Set(old.parts.flatMap(({ adds }) => Object.keys(adds)));
  return other.parts.flatMap(({ name, adds }) =>
    Object.keys(adds)
      .filter((field) => known.has(field) && field !== 'commands')
      .map((field) => ({ stage: name, field })),
  );
}

/** The first difference between the frames of one event, or `undefined`. */
export function divergence(
  fields: readonly { readonly stage: string; readonly field: string }[],
  old: readonly Frame[],
  other: readonly Frame[],
): Divergence | undefined {
  for (let index = 0; index < Math.max(old.length, other.length); index++) {
    const [a, b] = [old[index], other[index]];
    const frame = (a ?? b) as Frame;
    const at = { seq: frame.seq, sub: frame.sub, ts: frame.ts, kind: frame.event.kind };
    const commands = { old: commandsOf(a), new: commandsOf(b) };
    if (a === undefined || b === undefined || text(a.event) !== text(b.event)) {
      return { ...at, stage: 'derived events', field: 'event', old: a?.event, new: b?.event, commands };
    }
    for (const { stage, field } of fields) {
      const [before, after] = [fieldOf(a, field), fieldOf(b, field)];
      if (text(before) !== text(after)) return { ...at, stage, field, old: before, new: after, commands };
    }
    if (text(commands.old) !== text(commands.new))
      return { ...at, stage: 'dispatch', field: 'commands', ...commands, commands };
  }
  return undefined;
}

const fieldOf = (frame: Frame, field: string): unknown =>
  (frame as Frame & Readonly<Record<string, unknown>>)[field];

/** What is plain in a value, spelled out; a live view counts for its pass only and is no part of it. */
export function text(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) => {
      if (typeof item === 'number') return Number.isFinite(item) ? item : `${item}`;
      if (typeof item === 'bigint') return `${item}n`;
      if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
      if (item instanceof Map) return [...item];
      if (ArrayBuffer.isView(item)) return Array.from(item as Uint8Array | Float64Array);
      const prototype: unknown = Object.getPrototypeOf(item);
      return prototype === Object.prototype || prototype === null ? item : undefined;
    }) ?? 'undefined'
  );
}
