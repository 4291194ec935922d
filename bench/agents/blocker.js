// @ts-check

let blocked = false;

/** Computes once for as long as it is told, then answers at once. @param {{ snapshot: { blocks: number } }} shown */
export const decide = ({ snapshot }) => {
  if (snapshot.blocks > 0 && !blocked) {
    blocked = true;
    const end = performance.now() + snapshot.blocks;
    while (performance.now() < end);
  }
  return [];
};
