import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifyContextConfig, FastifySchema } from 'fastify';
import { COMPONENTS, usedSchemas } from './component-schemas.ts';
import { PROBLEM_CODES, type ProblemCode, statusOf } from './problems.ts';
import { type Action, callersOf, may, ROLES } from '#shared/permissions.ts';

export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const CSV_TYPE = 'text/csv';
export const BYTES_TYPE = 'application/octet-stream';

const BYTES = { type: 'string', format: 'binary' } as const;
const SCHEMAS: Readonly<Record<string, object>> = {
  [CSV_TYPE]: { type: 'string' },
  [XLSX_TYPE]: BYTES,
  'application/json': { type: 'array', items: { type: 'object' } },
  [BYTES_TYPE]: BYTES,
};
/** How a table may come: it is known by its bytes, so any of these names will do. */
export const TABLE_TYPES: readonly string[] = Object.keys(SCHEMAS);

const SESSION = [{ session: [] }, { cookie: [] }];
/** No route is without access rules but those of the board's page, which are not described. */
const securityOf = (access: Action | undefined): Record<string, string[]>[] => {
  if (access !== undefined && may([], access)) return [];
  return access !== undefined && may(['kiosk'], access) ? [{ kiosk: [] }, ...SESSION] : SESSION;
};

const contentOf = (types: readonly string[]): Record<string, { schema: object }> =>
  Object.fromEntries(types.map((type) => [type, { schema: SCHEMAS[type] ?? BYTES }]));

/** What any operation may be refused for. */
const ANYWHERE: readonly ProblemCode[] = [
  'foreign-origin',
  'fault',
  'disk-full',
  'database-damaged',
  'stopping',
];
/** What a file that is sent may be refused for. */
const OF_FILES: readonly ProblemCode[] = [
  'not-a-table',
  'old-spreadsheet',
  'file-damaged',
  'bad-rows',
  'files-waiting',
];

interface Described {
  method: string | string[];
  schema?: FastifySchema | undefined;
  config?: FastifyContextConfig | undefined;
}

/** Every code an operation may be refused with: its own, and those that follow from what it takes and who may call. */
function refusalsOf({ method, schema, config = {} }: Described): ProblemCode[] {
  const { access, takes, refuses = [] } = config;
  const open = access !== undefined && may([], access);
  const everyRole = access !== undefined && ROLES.every((role) => may([role], access));
  const parsed = method !== 'GET' || schema?.params !== undefined || schema?.querystring !== undefined;
  const codes: readonly ProblemCode[] = [
    ...refuses,
    ...ANYWHERE,
    ...(open ? [] : (['no-session'] as const)),
    ...(open || everyRole ? [] : (['forbidden'] as const)),
    ...(parsed ? (['invalid-request'] as const) : []),
    ...(method === 'GET' ? [] : (['file-too-long'] as const)),
    ...(takes === undefined ? [] : OF_FILES),
  ];
  return PROBLEM_CODES.filter((code) => codes.includes(code));
}

const PROBLEM = { $ref: '#/components/schemas/Problem' };

/** The codes with the status each of them has. */
function byStatus(codes: readonly ProblemCode[]): [string, ProblemCode[]][] {
  const statuses = [...new Set(codes.map(statusOf))];
  return statuses.map((status) => [String(status), codes.filter((code) => statusOf(code) === status)]);
}
/** Operations that refuse alike share a response. */
const nameOf = (told: readonly ProblemCode[]): string => told.join('.');

function responseOf(told: readonly ProblemCode[]): object {
  const schema = { allOf: [PROBLEM, { type: 'object', properties: { code: { enum: told } } }] };
  return { description: told.join(', '), content: { 'application/problem+json': { schema } } };
}

/** What an operation says of itself beside its shapes; `x-refusals` becomes its responses. */
interface Operation {
  responses: Record<string, object>;
  'x-refusals'?: ProblemCode[];
}

const transform = createJsonSchemaTransform({ schemaRegistry: COMPONENTS });
const addSchemas = createJsonSchemaTransformObject({ schemaRegistry: COMPONENTS });

/** What `/api/openapi.json` says: the zod schemas of the routes, and what these cannot say (files, sessions, roles, refusals). */
export const openapiSettings = (names: { sessionCookie: string }): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Muster edge', version: '1', description: 'docs/http.md' },
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'the token of POST /session' },
        cookie: { type: 'apiKey', in: 'cookie', name: names.sessionCookie },
        kiosk: { type: 'http', scheme: 'bearer', description: 'the token of POST /pairings/redeem' },
      },
      responses: {
        problem: {
          description: 'Refused: `code` is one of a closed list, `title` is Chinese, `detail` English.',
          content: { 'application/problem+json': { schema: PROBLEM } },
        },
      },
    },
  },
  transform: (given) => {
    const { schema, url } = transform(given);
    const told = { ...schema }; // a route that needs no schema has none, whatever the types say
    const { access, takes, gives } = given.route.config ?? {};
    const answer =
      gives === undefined
        ? { 204: { type: 'null', description: 'done' } }
        : { 200: { content: contentOf([gives]) } };
    const callers = access === undefined ? [] : callersOf(access);
    return {
      url,
      schema: {
        ...told,
        ...(takes === undefined ? {} : { body: { content: contentOf(takes) } }),
        response: told.response ?? answer,
        security: securityOf(access),
        'x-action': access,
        'x-roles': ROLES.filter((role) => callers.includes(role)),
        'x-refusals': refusalsOf(given.route),
      },
    };
  },
  transformObject: (given) => {
    if (!('openapiObject' in given)) throw new Error('the description is not OpenAPI 3');
    const whole = addSchemas(given) as Extract<typeof given, { openapiObject: unknown }>['openapiObject'];
    const responses: Record<string, object> = { ...whole.components?.responses };
    for (const operations of Object.values(whole.paths ?? {}))
      for (const operation of Object.values(operations ?? {}) as Operation[]) {
        for (const [status, told] of byStatus(operation['x-refusals'] ?? [])) {
          responses[nameOf(told)] = responseOf(told);
          operation.responses[status] = { $ref: `#/components/responses/${nameOf(told)}` };
        }
        operation.responses['default'] = { $ref: '#/components/responses/problem' };
        delete operation['x-refusals'];
      }
    Object.assign(whole.components ?? {}, { responses });
    const { Problem: problem } = (whole.components?.schemas ?? {}) as Record<string, { properties?: object }>;
    Object.assign(problem?.properties ?? {}, { code: { type: 'string', enum: PROBLEM_CODES } });
    return usedSchemas(whole);
  },
});
