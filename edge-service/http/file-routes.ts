/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RoundId } from '#shared/ids.ts';
import { rosterStoredSchema } from '#shared/contract/http-taken.ts';
import { writtenReason } from '#shared/opening-reason.ts';
import { amendsProblem } from './amends-problem.ts';
import { asker, type EdgeHttp, type EdgeParts } from './http-server.ts';
import { roundParams } from './round-routes.ts';
import type { PreparedRoster } from '../roster/roster-import.ts';
import { languageOf, languageQuery } from './asked-language.ts';
import type { Language } from '#shared/language/languages.ts';
import { askedOf, columnsQuery, saidColumns } from './asked-columns.ts';
import { bodyFile } from './file-bodies.ts';
import { ROSTER_FIELDS } from '../roster/roster-fields.ts';
import { headersShown } from '../tables/column-choice.ts';
import { CSV_TYPE, TABLE_TYPES, XLSX_TYPE } from './openapi.ts';
import { OpeningLog, ROSTER_CHANGES } from './opening-log.ts';
import { HttpProblem, type ProblemCode } from './problems.ts';
import type { FileRefused } from '../tables/prepared-file.ts';
import type { PreparedLab } from '../lab/lab-import.ts';
import { message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';

/** What a file about people may be refused for. */
const OF_PEOPLE: readonly ProblemCode[] = ['no-round', 'round-purged', 'export-not-made'];
/** A yes or no in a query. */
export const flag = z.enum(['true', 'false']);

/** Rosters in. */
export function addRosterRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const { ledger } = parts;
  const log = new OpeningLog(parts);

  app.put(
    '/api/v1/rounds/:id/roster',
    {
      config: {
        access: 'roster.import',
        refuses: [
          'no-round',
          'round-closed',
          'round-purged',
          'roster-shrinks',
          'roster-changed',
          'roster-amends',
        ],
        takes: TABLE_TYPES,
      },
      schema: {
        params: roundParams,
        querystring: z.object({
          ...languageQuery,
          ...columnsQuery,
          partial: z.literal('good').optional(),
          add: flag.default('false').describe('true: on top of the roster, by credential; else in its place'),
          shrink: z
            .literal('refuse')
            .optional()
            .describe('409 roster-shrinks, nothing stored, where fewer people would be on the roster'),
          reason: z
            .string()
            .trim()
            .min(1)
            .max(200)
            .optional()
            .describe(
              'why the roster of a round that has begun is amended; without it 409 roster-amends lists who',
            ),
        }),
        response: { 200: rosterStoredSchema },
      },
    },
    async (request) => {
      const { id: round } = request.params;
      const file = bodyFile(request);
      const prepared = await ledger.report('roster.prepare', {
        round,
        file,
        partial: request.query.partial === 'good',
        language: languageOf(request),
        add: request.query.add === 'true',
        refuseShrink: request.query.shrink === 'refuse',
        reason: request.query.reason ?? null,
        columns: saidColumns(request.query, ROSTER_FIELDS),
        ...askedOf(request.query),
      });
      // The refusal lists by name who stands on the roster and not in the file.
      if (prepared.outcome === 'amends') {
        const people = prepared.joined.length + prepared.left.length + prepared.changed.length;
        await log.note(request, { round, ...ROSTER_CHANGES, people });
      }
      if (prepared.outcome !== 'good' && prepared.outcome !== 'preview') throw refusalOf(prepared);
      const { persons, usable, toCorrect, repaired, errors, warnings } = prepared;
      const told = {
        columns: headersShown(prepared.columns),
        rows: persons,
        people: usable,
        toCorrect,
        repaired,
        errors,
        warnings,
        badRows: badRowsOf(prepared, say(languageOf(request), message('sheet.roster-to-settle'))),
      };
      if (prepared.outcome === 'preview')
        return { stored: false, version: prepared.version, roster: prepared.people, ...told };
      const { rows, base, file: workbook, hash, forms } = prepared;
      const by = asker(request).name;
      const reason = request.query.reason ?? null;
      const { version } = await ledger.write('roster.store', {
        round,
        rows,
        base,
        file: workbook,
        hash,
        reason,
        by,
      });
      if (forms.length > 0) await ledger.write('columns.remember', { kind: 'roster', forms, by });
      return { stored: true, version, roster: rows.people, ...told };
    },
  );
}

const languageOnly = z.object(languageQuery);

/** Files out. */
export function addExportRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const { ledger } = parts;
  const log = new OpeningLog(parts);

  const send = async (
    request: FastifyRequest,
    reply: FastifyReply,
    asked: {
      round: RoundId;
      kind: 'headcount' | 'missing' | 'own';
      format: 'xlsx' | 'csv';
      language: Language;
    },
  ): Promise<FastifyReply> => {
    const file = await ledger.report('export.file', asked);
    const what = `${asked.kind}.${asked.format}`;
    const { people } = file;
    // A file that names people is an opening of personal data like any other, and nobody gets it unlogged.
    const reason = writtenReason('opening.reason-export');
    await log.note(request, { round: asked.round, what, reason, people });
    return give(reply, { plain: what, language: asked.language }, file);
  };

  app.get(
    '/api/v1/rounds/:id/headcount.xlsx',
    {
      config: { access: 'people.export', refuses: [...OF_PEOPLE, 'no-own-file'], gives: XLSX_TYPE },
      schema: {
        params: roundParams,
        querystring: z.object({ ...languageQuery, form: z.literal('own').optional() }),
      },
    },
    (request, reply) =>
      send(request, reply, {
        round: request.params.id,
        kind: request.query.form === 'own' ? 'own' : 'headcount',
        format: 'xlsx',
        language: languageOf(request),
      }),
  );
  app.get(
    '/api/v1/rounds/:id/headcount.csv',
    {
      config: { access: 'people.export', refuses: OF_PEOPLE, gives: CSV_TYPE },
      schema: { params: roundParams, querystring: languageOnly },
    },
    (request, reply) =>
      send(request, reply, {
        round: request.params.id,
        kind: 'headcount',
        format: 'csv',
        language: languageOf(request),
      }),
  );
  app.get(
    '/api/v1/rounds/:id/missing.xlsx',
    {
      config: { access: 'people.export', refuses: OF_PEOPLE, gives: XLSX_TYPE },
      schema: { params: roundParams, querystring: languageOnly },
    },
    (request, reply) =>
      send(request, reply, {
        round: request.params.id,
        kind: 'missing',
        format: 'xlsx',
        language: languageOf(request),
      }),
  );
  app.get(
    '/api/v1/rounds/:id/missing.csv',
    {
      config: { access: 'people.export', refuses: OF_PEOPLE, gives: CSV_TYPE },
      schema: { params: roundParams, querystring: languageOnly },
    },
    (request, reply) =>
      send(request, reply, {
        round: request.params.id,
        kind: 'missing',
        format: 'csv',
        language: languageOf(request),
      }),
  );
  // Numbers and no people: nothing is opened that would have to be logged.
  app.get(
    '/api/v1/rounds/:id/report.xlsx',
    {
      config: { access: 'report.export', refuses: ['no-round', 'export-not-made'], gives: XLSX_TYPE },
      schema: {
        params: roundParams,
        querystring: z.object({
          ...languageQuery,
          rounds: z.literal('all').optional().describe('all: a row for every round that was opened'),
        }),
      },
    },
    async (request, reply) => {
      const asked = {
        round: request.params.id,
        all: request.query.rounds === 'all',
        language: languageOf(request),
      };
      return give(
        reply,
        { plain: 'report.xlsx', language: asked.language },
        await ledger.report('export.report', asked),
      );
    },
  );
  app.get(
    '/api/v1/rounds/:id/reconciliation.xlsx',
    {
      config: { access: 'reconciliation.export', refuses: ['no-round', 'export-not-made'], gives: XLSX_TYPE },
      schema: { params: roundParams, querystring: languageOnly },
    },
    async (request, reply) => {
      const asked = { round: request.params.id, language: languageOf(request) };
      const file = await ledger.report('export.reconciliation', asked);
      return give(reply, { plain: 'reconciliation.xlsx', language: asked.language }, file);
    },
  );
}

/** A file to be kept under its name in its language; `plain` for what can read ASCII alone. */
export function give(
  reply: FastifyReply,
  { plain, language }: { plain: string; language: Language },
  file: { name: string; bytes: Uint8Array },
): FastifyReply {
  return reply
    .type(plain.endsWith('.xlsx') ? XLSX_TYPE : `${CSV_TYPE}; charset=utf-8`)
    .header('content-language', language)
    .header(
      'content-disposition',
      `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    )
    .send(Buffer.from(file.bytes));
}

export const badRowsOf = (
  { badRows }: { badRows: Uint8Array | null },
  name: string,
): { name: string; xlsx: string } | null =>
  badRows === null ? null : { name, xlsx: Buffer.from(badRows).toString('base64') };

/** Why a file was not stored. */
export function refusalOf(
  prepared: Exclude<PreparedRoster | PreparedLab, { outcome: 'good' | 'preview' }>,
): HttpProblem {
  if (prepared.outcome === 'bad') {
    const kept = 'toCorrect' in prepared ? prepared.toCorrect : 0;
    const usable = prepared.usable - kept;
    const bad = new Set(prepared.errors.map((e) => `${e.sheet ?? ''}/${e.row}`)).size;
    const rows = { rows: usable + bad, usable, bad };
    return new HttpProblem('bad-rows', {
      errors: prepared.errors,
      columns: headersShown(prepared.columns),
      said:
        kept === 0
          ? message('file.rows-to-settle', rows)
          : message('file.rows-to-settle-some-kept', { ...rows, kept }),
    });
  }
  if (prepared.outcome === 'amends') return amendsProblem(prepared);
  if (prepared.outcome === 'shrinks') {
    const { from, to } = prepared;
    return new HttpProblem('roster-shrinks', {
      said: message('roster.shrinks', { from, to }),
    });
  }
  return fileProblem(prepared);
}

const fileProblem = ({ code, said }: FileRefused): HttpProblem => new HttpProblem(code, { said });
