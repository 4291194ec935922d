/** Whether a leader said, before it started again, that it goes on alone: its mirror may not take over then. */
export function wentAlone(
  happenings: readonly { readonly node: string; readonly text: string }[],
  leader: string,
): boolean {
  for (const { node, text } of happenings) {
    if (node !== leader) continue;
    if (text === 'starts') return false;
    if (text.startsWith('solo,')) return true;
  }
  return false;
}
