/** One column: its head, and on which side its text stands. */
export interface Column {
  readonly head: string;
  readonly left?: boolean;
}

/** Lays rows out under their heads; a row may be shorter than the heads. Lines are indented by two. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${columns
      .map(({ left }, index) => {
        const [cell, width] = [cells[index] ?? '', widths[index] as number];
        return left ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('   ')}`.trimEnd();
  return [line(columns.map(({ head }) => head)), ...rows.map(line)];
}

/** Breaks a text into lines of such a width, the first after `lead` and the others as far to the right. */
export function wrap(lead: string, text: string, width: number): string[] {
  const indent = ' '.repeat(lead.length);
  const lines: string[] = [];
  let line = lead;
  let fresh = true;
  for (const word of text.split(' ')) {
    if (!fresh && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line += fresh ? word : ` ${word}`;
    fresh = false;
  }
  return [...lines, line];
}
