import { styleText } from 'node:util';

/** Where a report is printed. */
export interface Paper {
  readonly isTTY?: boolean;
}

export type Paint = (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string;

/** Colours for a terminal, unless NO_COLOR is set; none elsewhere. */
export function paintFor(paper: Paper): Paint {
  const coloured = paper.isTTY === true && !process.env['NO_COLOR'];
  return coloured ? (style, text) => styleText(style, text) : (_style, text) => text;
}
