/** How often a property is tried: as often as it says, or MILLRACE_HISTORIES times if that is less. */
export const runs = (usual: number): number =>
  Math.min(usual, Number(process.env['MILLRACE_HISTORIES'] ?? usual));
