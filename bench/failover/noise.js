// @ts-check

/** How late a timer fires in a process that does nothing else. @param {{ duration: number }} task */
export async function work({ duration }) {
  const late = [];
  for (const end = performance.now() + duration; performance.now() < end; ) {
    const due = performance.now() + 5;
    await new Promise((resolve) => setTimeout(resolve, 5));
    late.push(Math.max(0, performance.now() - due));
  }
  const sorted = late.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}
