/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import { z } from 'zod';
import { tubeCodeSchema } from '#shared/event/event.ts';
import { listOf } from '#shared/contract/http.ts';
import {
  labEntrySchema,
  labLineSchema,
  labStoredSchema,
  type LabEntered,
} from '#shared/contract/http-taken.ts';
import { labEntryRequestSchema } from '#shared/contract/http-requests.ts';
import { isBlind } from '#shared/permissions.ts';
import { asker, type EdgeHttp, type EdgeParts } from './http-server.ts';
import { TABLE_TYPES } from './openapi.ts';
import { askedOf, columnsQuery, saidColumns } from './asked-columns.ts';
import { bodyFile } from './file-bodies.ts';
import { LAB_FIELDS } from '../lab/lab-fields.ts';
import { headersShown } from '../tables/column-choice.ts';
import { message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import { languageOf, languageQuery } from './asked-language.ts';
import { badRowsOf, refusalOf, flag } from './file-routes.ts';
import { demandRound, roundParams } from './round-routes.ts';
import type { OwnEntry } from '../lab/lab-entries.ts';
import { note } from '../lab/lab-words.ts';

/** Lists of the laboratory as files; bodies are taken as rosters are. */
export function addLabListRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const { ledger } = parts;

  app.put(
    '/api/v1/rounds/:id/lab-counts',
    {
      config: { access: 'lab.enter', refuses: ['no-round', 'round-closed'], takes: TABLE_TYPES },
      schema: {
        params: roundParams,
        querystring: z.object({
          ...languageQuery,
          ...columnsQuery,
          complete: flag.default('true'),
          add: flag.default('false'),
          partial: z.literal('good').optional(),
        }),
        response: { 200: labStoredSchema },
      },
    },
    async (request) => {
      const { id: round } = request.params;
      const file = bodyFile(request);
      const prepared = await ledger.report('lab.prepare', {
        round,
        file,
        partial: request.query.partial === 'good',
        language: languageOf(request),
        blind: isBlind(asker(request).roles),
        columns: saidColumns(request.query, LAB_FIELDS),
        ...askedOf(request.query),
      });
      if (prepared.outcome !== 'good' && prepared.outcome !== 'preview') throw refusalOf(prepared);
      const { lines, otherFirms, errors, warnings } = prepared;
      // With rows left out, a tube that is not stored may well be on the list.
      const complete = request.query.complete === 'true' && errors.length === 0;
      const told = {
        columns: headersShown(prepared.columns),
        otherFirms,
        complete,
        errors,
        warnings,
        badRows: badRowsOf(prepared, say(languageOf(request), message('sheet.lab-list-to-settle'))),
      };
      if (prepared.outcome === 'preview')
        return { stored: false, version: prepared.version, lines: lines.length, ...told };
      const by = asker(request).name;
      const stored = await ledger.write('lab.store', {
        round,
        lines,
        complete,
        add: request.query.add === 'true',
        hash: prepared.hash,
        by,
      });
      if (prepared.forms.length > 0)
        await ledger.write('columns.remember', { kind: 'lab', forms: prepared.forms, by });
      return { stored: true, ...stored, ...told };
    },
  );
}

/** Counts by hand, what is booked, and whether that is all. */
export function addLabCountRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const { ledger } = parts;

  app.post(
    '/api/v1/rounds/:id/lab-counts/entries',
    {
      config: { access: 'lab.enter', refuses: ['no-round', 'round-closed', 'tube-ambiguous'] },
      schema: { params: roundParams, body: labEntryRequestSchema, response: { 201: labEntrySchema } },
    },
    async (request, reply) => {
      const { name, roles } = asker(request);
      const blind = isBlind(roles);
      const { tube, count, batch, station } = request.body;
      const stored = await ledger.write('lab.entry', {
        round: request.params.id,
        by: name,
        entry: { tube, count, batch, station, blind },
      });
      reply.code(201);
      return entryBody(stored, blind);
    },
  );

  app.get(
    '/api/v1/rounds/:id/lab-counts/entries',
    {
      config: { access: 'lab.enter', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: listOf('entries', labEntrySchema) } },
    },
    async (request) => {
      const { id: round } = request.params;
      await demandRound(parts, round);
      const { name: by, roles } = asker(request);
      const entries = await ledger.report('lab.entries', { round, by });
      return { entries: entries.map((entry) => entryBody(entry, isBlind(roles))) };
    },
  );

  app.delete(
    '/api/v1/rounds/:id/lab-counts/entries',
    {
      config: { access: 'lab.enter', refuses: ['no-round', 'round-closed', 'no-entry', 'entry-final'] },
      schema: {
        params: roundParams,
        querystring: z.object({ tube: tubeCodeSchema.nullable().default(null) }),
      },
    },
    async (request, reply) => {
      const { tube } = request.query;
      await ledger.write('lab.withdraw', { round: request.params.id, by: asker(request).name, tube });
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/v1/rounds/:id/lab-counts/complete',
    {
      config: { access: 'lab.enter', refuses: ['no-round', 'round-closed'] },
      schema: {
        params: roundParams,
        body: z.strictObject({ complete: z.boolean() }),
        response: { 200: labStoredSchema },
      },
    },
    async (request) => {
      const { complete } = request.body;
      const stored = await ledger.write('lab.complete', {
        round: request.params.id,
        by: asker(request).name,
        complete,
      });
      return {
        stored: true,
        columns: [],
        ...stored,
        otherFirms: 0,
        complete,
        errors: [],
        warnings: [],
        badRows: null,
      };
    },
  );

  app.get(
    '/api/v1/rounds/:id/lab-counts',
    {
      config: { access: 'lab.read', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: listOf('lines', labLineSchema) } },
    },
    async (request) => {
      const { name, roles } = asker(request);
      const { id: round } = request.params;
      await demandRound(parts, round);
      // The second of two blind entries must not see the first.
      const lines = await ledger.report('lab.lines', { round, onlyBy: isBlind(roles) ? name : null });
      return {
        lines: lines.map((l, i) => ({
          id: `${i + 1}`,
          tube: l.tube,
          count: l.count,
          batch: l.batch,
          station: l.station,
        })),
      };
    },
  );
}

/** What a person entered. Blind, nothing in it depends on which codes were opened here. */
const entryBody = ({ unknown, ...entry }: OwnEntry, blind: boolean): LabEntered => ({
  id: entry.tube ?? 'site',
  ...entry,
  warnings: unknown && !blind ? [note('tube-unknown')] : [],
});
