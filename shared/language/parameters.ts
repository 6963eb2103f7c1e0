/**
 * The parameters of an ICU message, read from its text by the compiler, so that a message with a parameter too few does not
 * compile. Known: `{name}`, `{n, number}`, `{at, time, clock}`, `{at, date, day}`, `{n, plural, …}`, `{n, selectordinal, …}`
 * and `{kind, select, …}`, nested as deep as wanted (ICU MessageFormat, Unicode Technical Standard 35 part 9 for plurals).
 * A place without a type is `untyped`.
 */
export type ParametersOf<Text extends string> = Merged<Scanned<Text, []>>;

type Type = 'untyped' | 'number' | 'choice';
type Modes = readonly ('branches' | 'text')[];

/** Reads on to the next brace: `Open` is what is open around it, innermost first; nothing is the message itself. */
type Scanned<
  Text extends string,
  Open extends Modes,
  Found = never,
> = Text extends `${infer Before}{${infer After}`
  ? Before extends `${infer _}}${infer Rest}`
    ? Scanned<`${Rest}{${After}`, Popped<Open>, Found>
    : Open extends readonly ['branches', ...Modes]
      ? Scanned<After, ['text', ...Open], Found>
      : Argument<After, Open, Found>
  : Found;

type Argument<After extends string, Open extends Modes, Found> = After extends `${infer Name}}${infer Rest}`
  ? Name extends `${infer Chosen}, ${infer Kind}`
    ? Kind extends `plural,${string}` | `selectordinal,${string}`
      ? Branches<After, Open, Found | [Chosen, 'number']>
      : Kind extends `select,${string}`
        ? Branches<After, Open, Found | [Chosen, 'choice']>
        : Scanned<Rest, Open, Found | [Chosen, 'number']>
    : Scanned<Rest, Open, Found | [Name, 'untyped']>
  : Found;

type Branches<
  After extends string,
  Open extends Modes,
  Found,
> = After extends `${infer _},${infer _Kind},${infer Rest}`
  ? Scanned<Rest, ['branches', ...Open], Found>
  : Found;

type Popped<Open extends Modes> = Open extends readonly [unknown, ...infer Rest extends Modes] ? Rest : [];

type Merged<Found> = {
  [Pair in Found as Pair extends [infer Name extends string, Type] ? Name : never]: Pair extends [
    string,
    infer Value,
  ]
    ? Value
    : never;
};
