/** The limit of a rule that has no number, and its answer to whoever would change it. */
export const NO_NUMBER: { readonly limit: 1; readonly allows: () => string } = {
  limit: 1,
  allows: () => 'left alone: this rule has no number',
};
