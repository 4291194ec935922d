let previous: Promise<void> = Promise.resolve();

/**
 * Waits until everyone who came before has ended its turn.
 *
 * ```ts
 * const endTurn = await takeTurn();
 * try { … } finally { endTurn(); }
 * ```
 *
 * @returns the function that ends the turn; the next one waits for it for ever, hence the `finally`.
 */
export async function takeTurn(): Promise<() => void> {
  const before = previous;
  let endTurn = (): void => undefined;
  previous = new Promise((resolve) => {
    endTurn = resolve;
  });
  await before;
  return endTurn;
}
