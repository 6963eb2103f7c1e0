/** Requests as the edge's own description (`/api/openapi.json`) says they look. */
import type { SeededRandom } from '../support/seeded-random.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  pattern?: string;
  format?: string;
  minLength?: number;
  minItems?: number;
  minimum?: number;
  maximum?: number;
}

interface Described {
  parameters?: { name: string; in: 'path' | 'query'; schema: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}

export interface Contract {
  paths: Record<string, Record<string, Described>>;
  components?: { schemas?: Record<string, Schema> };
}

export interface Operation extends Described {
  method: string;
  /** With its parameters in braces. */
  path: string;
}

export const operationsOf = (contract: Contract): Operation[] =>
  Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      ...described,
      method: method.toUpperCase(),
      path,
    })),
  );

/** Fits no pattern and every text without one. */
const TEXT = '样本';

export class ContractSamples {
  readonly #schemas: Record<string, Schema>;
  /** Texts that mean something at this site: whatever a pattern asks for is looked for among them. */
  readonly #known: readonly string[];

  constructor(contract: Contract, known: readonly string[]) {
    this.#schemas = contract.components?.schemas ?? {};
    this.#known = known;
  }

  /** A value the schema takes, as far as it can be made of what is known here. */
  of(schema: Schema, random: SeededRandom): unknown {
    if (schema.$ref !== undefined)
      return this.of(this.#schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, random);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return random.pick(schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return this.of(random.pick(choices), random);
    if (schema.allOf !== undefined)
      return Object.assign({}, ...schema.allOf.map((part) => this.of(part, random))) as unknown;
    const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
    switch (type) {
      case 'string':
        return this.#text(schema, random);
      case 'integer':
      case 'number':
        return Math.min(Math.max(schema.minimum ?? 0, random.below(12)), schema.maximum ?? Infinity);
      case 'boolean':
        return random.next() < 0.5;
      case 'array':
        return Array.from({ length: (schema.minItems ?? 0) + random.below(3) }, () =>
          this.of(schema.items ?? {}, random),
        );
      case 'object':
        return this.#object(schema, random);
      default:
        return null;
    }
  }

  #object({ properties = {}, required = [] }: Schema, random: SeededRandom): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => required.includes(name) || random.next() < 0.5)
        .map(([name, schema]) => [name, this.of(schema, random)]),
    );
  }

  #text({ pattern, format, minLength = 0 }: Schema, random: SeededRandom): string {
    if (format === 'date-time') return new Date(1_700_000_000_000 + random.below(1e9)).toISOString();
    if (pattern !== undefined || format === 'uuid') {
      const wanted = new RegExp(pattern ?? '^[0-9a-f]{8}-', 'u');
      const fitting = this.#known.filter((text) => wanted.test(text));
      return fitting.length === 0 ? TEXT : random.pick(fitting);
    }
    const text = random.next() < 0.5 ? random.pick(this.#known) : TEXT;
    return text.padEnd(minLength, '长');
  }
}
