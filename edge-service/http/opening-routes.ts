import type { z } from 'zod';
import { openingsQuerySchema, openingsSchema } from '#shared/contract/http-openings.ts';
import type { ReportArgs } from '../threads/report-table.ts';
import { languageOf, languageQuery } from './asked-language.ts';
import { give } from './file-routes.ts';
import type { EdgeHttp, EdgeParts } from './http-server.ts';
import { CSV_TYPE, XLSX_TYPE } from './openapi.ts';

const fileQuery = openingsQuerySchema.extend(languageQuery);

/** 谁看过: the log of opened personal data, on a page and as files. Names nobody who was looked at. */
export function addOpeningRoutes(app: EdgeHttp, { ledger }: Pick<EdgeParts, 'ledger'>): void {
  app.get(
    '/api/v1/openings',
    {
      config: { access: 'opening.read' },
      schema: { querystring: openingsQuerySchema, response: { 200: openingsSchema } },
    },
    (request) => ledger.report('openings.list', askedIn(request.query)),
  );
  app.get(
    '/api/v1/openings.xlsx',
    {
      config: { access: 'opening.read', refuses: ['export-not-made'], gives: XLSX_TYPE },
      schema: { querystring: fileQuery },
    },
    async (request, reply) => {
      const asked = { ...askedIn(request.query), format: 'xlsx' as const, language: languageOf(request) };
      const file = await ledger.report('export.openings', asked);
      return give(reply, { plain: 'openings.xlsx', language: asked.language }, file);
    },
  );
  app.get(
    '/api/v1/openings.csv',
    {
      config: { access: 'opening.read', refuses: ['export-not-made'], gives: CSV_TYPE },
      schema: { querystring: fileQuery },
    },
    async (request, reply) => {
      const asked = { ...askedIn(request.query), format: 'csv' as const, language: languageOf(request) };
      const file = await ledger.report('export.openings', asked);
      return give(reply, { plain: 'openings.csv', language: asked.language }, file);
    },
  );
}

const timeOf = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text));

function askedIn({
  by,
  what,
  round,
  from,
  to,
}: z.infer<typeof openingsQuerySchema>): ReportArgs<'openings.list'> {
  return {
    by: by ?? null,
    what: what ?? null,
    round: round ?? null,
    from: timeOf(from),
    to: timeOf(to),
  };
}
