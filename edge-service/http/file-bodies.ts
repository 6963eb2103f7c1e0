import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { littered } from '#shared/node/cleared-heap.ts';
import { type Pieces, PieceStore } from '../tables/pieces.ts';
import { FILE_BODY_BYTES_MAX, FileTurns } from './file-turns.ts';
import type { EdgeHttp, EdgeParts } from './http-server.ts';
import { HttpProblem } from './problems.ts';
import { message } from '#shared/language/message.ts';

/**
 * For routes that take files: bodies are taken as bytes and recognised by them, because what a browser calls an XLSX file
 * depends on what is installed there. `app` must be a scope of its own: its parsers are replaced. Of many files at once few
 * are read (file-turns.ts); the others wait unread, and their senders with them.
 */
export function takeFiles(app: EdgeHttp, { clock }: Pick<EdgeParts, 'clock'>): void {
  const turns = new FileTurns(clock);
  app.decorateRequest('endTurn', null);
  app.addHook('preParsing', async (request, reply, body) => {
    const length = Number(request.headers['content-length'] ?? FILE_BODY_BYTES_MAX);
    if (length > FILE_BODY_BYTES_MAX) throw new HttpProblem('file-too-long');
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    reply.raw.once('close', leave);
    const end = await turns.turn(length, gone.signal);
    reply.raw.off('close', leave);
    if (end === null) throw new HttpProblem('files-waiting');
    request.endTurn = end;
    if (reply.raw.closed) end();
    // Where the client is gone before all has come, nothing is answered.
    else reply.raw.once('close', () => request.raw.complete || end());
    return body;
  });
  app.addHook('onSend', async (request) => request.endTurn?.());
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_: FastifyRequest, body: Readable) => piecesOf(body));
  // A form wraps the file in lines of its own, which would be read as a CSV file without a header.
  app.addContentTypeParser(/^multipart\//, async (_: FastifyRequest, body: Readable) => {
    await piecesOf(body);
    throw formProblem();
  });
}

/** A body as it comes; refused as soon as it is too long, and what still comes is then left to the answer. */
function piecesOf(body: Readable): Promise<Pieces> {
  return new Promise((resolve, reject) => {
    const file = new PieceStore();
    let length = 0;
    const take = (piece: Uint8Array): void => {
      length += piece.length;
      if (length > FILE_BODY_BYTES_MAX) end(() => reject(new HttpProblem('file-too-long')));
      else file.add(piece);
      littered(piece.length);
    };
    const whole = (): void => end(() => resolve({ pieces: file.pieces }));
    const failed = (error: Error): void => end(() => reject(error));
    const end = (told: () => void): void => {
      body.off('data', take).off('end', whole).off('error', failed);
      told();
    };
    body.on('data', take).on('end', whole).on('error', failed);
  });
}

/** The file that a request brings; taken out of it, because a request lives until its answer has gone. */
export function bodyFile(request: FastifyRequest): Pieces {
  const body = (request.body as Pieces | undefined) ?? null; // a request without a body was never parsed
  request.body = null;
  if (body === null || body.pieces.length === 0)
    throw new HttpProblem('not-a-table', { said: message('file.none-sent') });
  return body;
}

function formProblem(): HttpProblem {
  return new HttpProblem('not-a-table', {
    said: message('file.multipart'),
  });
}
