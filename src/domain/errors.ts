/**
 * What a user configured is wrong: the message names the setting, the value and what would be right.
 *
 * @example
 * try {
 *   new Grid('-0.01', 'tick');
 * } catch (error) {
 *   if (error instanceof ConfigurationError) console.error(error.message);
 * }
 */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
}

/**
 * Input from outside (a file, a frame off the wire) is wrong: the message names the field and the value.
 *
 * @example
 * try {
 *   checkEvent(JSON.parse(line));
 * } catch (error) {
 *   if (error instanceof InputError) console.error(error.message);
 * }
 */
export class InputError extends Error {
  override readonly name: string = 'InputError';
}

/** Shows a value in an error message: short, quoted, never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `"${value.slice(0, 57)}..."` : `"${value}"`;
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return `an object with keys ${Object.keys(value).slice(0, 6).join(', ') || '(none)'}`;
}
