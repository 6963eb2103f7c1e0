import { z } from 'zod';

/** A member as a table of docs/protocol.md names it: `variant` is the answer or event it belongs to, '' in tables without. */
export interface TypedRow {
  variant: string;
  member: string;
  type: string;
}

const TYPE_COLUMN = 'Type and limits';
/** A variant without members stands in its table all the same. */
const NOTHING = '–';

/** The tables of a page that have a column "Type and limits", by their first heading. */
export function typedTables(page: string): Map<string, TypedRow[]> {
  const found = new Map<string, TypedRow[]>();
  const lines = page.split('\n');
  lines.forEach((line, i) => {
    const heading = cells(line);
    const at = heading.indexOf(TYPE_COLUMN);
    if (at < 0) return;
    const title = plain(heading[0]);
    if (found.has(title)) throw new Error(`two tables are called ${title}`);
    const rows: TypedRow[] = [];
    for (let next = i + 2; lines[next]?.startsWith('|'); next++) {
      const row = cells(lines[next] ?? '');
      const variant = at === 1 ? '' : plain(row[0]) || (rows.at(-1)?.variant ?? '');
      rows.push({ variant, member: plain(row[at - 1]), type: row[at] ?? '' });
    }
    found.set(title, rows);
  });
  return found;
}

const plain = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

const cells = (line: string): string[] =>
  line.startsWith('|')
    ? line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    : [];

/** As much of JSON Schema as zod writes for the wire. */
interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: unknown;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: string[];
  const?: string | number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

/** Schemas that the page calls by a word of their own. */
export type Words = Readonly<Record<string, z.ZodType>>;

export const jsonSchemaOf = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return json as JsonSchema;
};

/** The rows a table about this object must have, in the order of the code. */
export function rowsOf(
  schema: z.ZodType,
  given: { words: Words; variant: string; without: readonly string[] },
): TypedRow[] {
  const named = new Map(
    Object.entries(given.words).map(([word, s]) => [JSON.stringify(jsonSchemaOf(s)), word]),
  );
  const rows: TypedRow[] = [];
  const visit = (object: JsonSchema, path: string): void => {
    for (const [name, member] of Object.entries(object.properties ?? {})) {
      if (path === '' && given.without.includes(name)) continue;
      const optional = object.required?.includes(name) ? '' : 'may be left out: ';
      const at = path + name;
      rows.push({ variant: given.variant, member: at, type: optional + typeText(member, named) });
      const one = notNull(member);
      const inner = one.type === 'array' ? notNull(one.items ?? {}) : one;
      if (inner.properties !== undefined && !named.has(JSON.stringify(inner)))
        visit(inner, at + (one.type === 'array' ? '[].' : '.'));
    }
  };
  visit(jsonSchemaOf(schema), '');
  return rows.length > 0 ? rows : [{ variant: given.variant, member: NOTHING, type: NOTHING }];
}

/** The schema without its null. */
const notNull = (schema: JsonSchema): JsonSchema =>
  schema.anyOf?.find((option) => option.type !== 'null') ?? schema;

/** What the page calls a type, limits included. Throws where the page has no words for one. */
function typeText(schema: JsonSchema, named: ReadonlyMap<string, string>): string {
  const word = named.get(JSON.stringify(schema));
  if (word !== undefined) return word;
  if (schema.anyOf !== undefined || Array.isArray(schema.type)) {
    const one = schema.anyOf === undefined ? { ...schema, type: schema.type?.[0] ?? '' } : notNull(schema);
    return `${typeText(one, named)}, or null`;
  }
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return choice(schema.enum);
  const { type, pattern } = schema;
  if (type === undefined && pattern === undefined && Object.keys(schema).length === 0) return 'bytes';
  if (pattern !== undefined) {
    const digits = /^\^\[0-9a-f\]\{(\d+)\}\$$/.exec(pattern)?.[1];
    if (digits === undefined) throw new Error(`the page has no word for ${pattern}`);
    return `${digits} hex digits`;
  }
  if (type === 'string') return `text${bounds(schema.minLength, schema.maxLength)}`;
  if (type === 'integer') {
    const { minimum, maximum } = schema;
    return `whole number${bounds(
      minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum,
      maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum,
    )}`;
  }
  if (type === 'array')
    return `list${bounds(schema.minItems, schema.maxItems)}, each: ${typeText(schema.items ?? {}, named)}`;
  if (type === 'object' || type === 'boolean') return type;
  throw new Error(`the page has no words for ${JSON.stringify(schema)}`);
}

function bounds(min: number | undefined, max: number | undefined): string {
  if (max === undefined) return min === undefined ? '' : `, at least ${min}`;
  return min === undefined ? `, at most ${max}` : `, ${min} to ${max}`;
}

function choice(options: readonly string[]): string {
  const quoted = options.map((option) => `\`${option}\``);
  return quoted.length === 1 ? (quoted[0] ?? '') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** Paths of the objects in a schema that take members it does not name. */
export function looseObjects(schema: JsonSchema, path = ''): string[] {
  const inner = [
    ...Object.entries(schema.properties ?? {}),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((option, i) => [String(i), option] as const),
    ...(schema.items === undefined ? [] : [['[]', schema.items] as const]),
  ];
  const own = schema.type === 'object' && schema.additionalProperties !== false ? [path] : [];
  return [...own, ...inner.flatMap(([name, member]) => looseObjects(member, `${path}/${name}`))];
}
