type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type Unit = 'ms' | 's' | 'm' | 'h';

/** Signs with a meaning of their own, which therefore name no value. */
type Sign = '-' | '|' | '#' | '(' | ')' | '^' | '!' | '@';

// `${number}` would also accept `-1s` and `1e3s`, which the parser reads as letters, so digits are taken one by one.
type IsDuration<Token extends string> = Token extends `${Digit}${infer Rest}` ? IsAmount<Rest> : false;
type IsAmount<Rest extends string> = Rest extends Unit
  ? true
  : Rest extends `${Digit}${infer More}`
    ? IsAmount<More>
    : Rest extends `.${Digit}${infer More}`
      ? IsFraction<More>
      : false;
type IsFraction<Rest extends string> = Rest extends Unit
  ? true
  : Rest extends `${Digit}${infer More}`
    ? IsFraction<More>
    : false;

// Eight characters a step: the compiler stops after a thousand steps, and a diagram of an hour may be longer than that.
type Letters<
  Token extends string,
  Found = never,
> = Token extends `${infer A}${infer B}${infer C}${infer D}${infer E}${infer F}${infer G}${infer H}${infer Rest}`
  ? Letters<Rest, Found | Exclude<A | B | C | D | E | F | G | H, Sign>>
  : FewLetters<Token, Found>;
type FewLetters<Token extends string, Found> = Token extends `${infer Head}${infer Rest}`
  ? FewLetters<Rest, Found | Exclude<Head, Sign>>
  : Found;

type TokenLetters<Token extends string> = Token extends `@${string}`
  ? never
  : IsDuration<Token> extends true
    ? never
    : Letters<Token>;

/**
 * The letters that a literal diagram uses, as the compiler reads them; `string` where the diagram is not a literal.
 *
 * @example
 * type Used = MarbleLetters<'a-b 10ms (cd|) e'>; // 'a' | 'b' | 'c' | 'd' | 'e'
 */
export type MarbleLetters<Diagram extends string, Found = never> = string extends Diagram
  ? string
  : Diagram extends `${infer Token} ${infer Rest}`
    ? MarbleLetters<Rest, Found | TokenLetters<Token>>
    : Found | TokenLetters<Diagram>;

/**
 * Exactly one value for each letter of the diagram.
 *
 * A missing letter, a letter that the diagram lacks and a value of another type are type errors. A diagram that is not
 * a literal takes any letters; what it lacks is then found at run time.
 *
 * @example
 * const values: MarbleValues<'a-b|', number> = { a: 1, b: 2 };
 */
export type MarbleValues<Diagram extends string, Value> = string extends Diagram
  ? Readonly<Record<string, Value>>
  : [MarbleLetters<Diagram>] extends [never]
    ? // `{}` would accept every object, so that a letter too many would compile.
      Readonly<Record<string, never>>
    : { readonly [Letter in MarbleLetters<Diagram> & string]: Value };
