import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { z } from 'zod';
import { problemSchema } from '#shared/contract/http.ts';
import { PROBLEM_CODES } from './problems.ts';
import { type Action, may } from '#shared/permissions.ts';

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

/** RFC 9457, with the closed list of codes. */
function problem(): object {
  const { $schema: _, ...schema } = z.toJSONSchema(problemSchema);
  return { ...schema, properties: { ...schema.properties, code: { type: 'string', enum: PROBLEM_CODES } } };
}

/** What `/api/openapi.json` says: the zod schemas of the routes, and what these cannot say (files, sessions, refusals). */
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
          content: { 'application/problem+json': { schema: problem() } },
        },
      },
    },
  },
  transform: (given) => {
    const { schema, url } = jsonSchemaTransform(given);
    const told = { ...schema }; // a route that needs no schema has none, whatever the types say
    const { access, takes, gives } = given.route.config ?? {};
    const answer =
      gives === undefined
        ? { 204: { type: 'null', description: 'done' } }
        : { 200: { content: contentOf([gives]) } };
    return {
      url,
      schema: {
        ...told,
        ...(takes === undefined ? {} : { body: { content: contentOf(takes) } }),
        response: told.response ?? answer,
        security: securityOf(access),
      },
    };
  },
  transformObject: (given) => {
    if (!('openapiObject' in given)) throw new Error('the description is not OpenAPI 3');
    const { openapiObject: whole } = given;
    for (const operations of Object.values(whole.paths ?? {}))
      for (const operation of Object.values(operations ?? {}) as { responses: object }[])
        Object.assign(operation.responses, { default: { $ref: '#/components/responses/problem' } });
    return whole;
  },
});
