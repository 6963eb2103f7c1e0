import { useRef, useState, type ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { z } from 'zod';
import type { labStoredSchema, rosterStoredSchema } from '#shared/contract/http-taken.ts';
import { useBoard } from './board-context.tsx';
import { ProblemError } from './edge-client.ts';
import { FieldErrors, Said, SaidButton, Trouble } from './said.tsx';
import { useLanguage } from './language.tsx';
import { message, type PlainKey } from '#shared/language/message.ts';
import { sentence } from '#shared/language/sentence.ts';
import { FILE_BYTES_MAX } from '#shared/contract/http-requests.ts';

type Stored = z.infer<typeof rosterStoredSchema> | z.infer<typeof labStoredSchema>;

/** Nothing was sent: the edge would refuse it. */
const tooLong = (): ProblemError =>
  new ProblemError({
    status: 413,
    code: 'file-too-long',
    words: sentence(message('file.too-many-bytes', { most: FILE_BYTES_MAX >> 20 })),
    errors: [],
  });

/** One way of taking a file. */
export interface Way {
  word: PlainKey;
  /** What will have happened afterwards, said before it does; empty where it goes without saying. */
  means: string;
  query: Readonly<Record<string, string>>;
}

interface Upload<S extends Stored> {
  path: string;
  /** The first is the one to expect. A single one is taken at once; of several the person chooses when the file is there. */
  ways: readonly [Way, ...Way[]];
  answer: z.ZodType<S>;
  /** What was stored, in a sentence. */
  told: (stored: S) => string;
  /** What a person may choose after a refusal, by its code. */
  offers?: Readonly<Record<string, readonly Way[]>>;
  onStored?: (stored: S) => void;
}

/**
 * A file from a person: taken whole, or, if rows need work, told row by row and taken in its good rows when the person
 * says so; the bad ones come back as a file to correct.
 */
export function FileUpload<S extends Stored>(upload: Upload<S>): ReactNode {
  const { language, say } = useLanguage();
  const { path, ways, answer, told, offers, onStored } = upload;
  const { client } = useBoard();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [asking, setAsking] = useState(false);
  const send = useMutation({
    mutationFn: (sent: { file: File; way: Way; good: boolean }) => {
      const query = new URLSearchParams({
        lang: language,
        ...sent.way.query,
        ...(sent.good && { partial: 'good' }),
      });
      if (sent.file.size > FILE_BYTES_MAX) throw tooLong();
      const body = { file: sent.file, type: 'application/octet-stream' };
      return client.send('PUT', `${path}?${query}`, body, answer);
    },
    onMutate: () => setAsking(false),
    onSuccess: async (stored) => {
      if (stored.badRows !== null) saveWorkbook(stored.badRows);
      onStored?.(stored);
      await queries.invalidateQueries();
    },
  });
  const refused = send.error instanceof ProblemError ? send.error.code : null;
  const { way: sentBy = ways[0], good = false } = send.variables ?? {};
  const choices =
    refused === 'bad-rows'
      ? [{ word: 'action.import-good' as const, way: sentBy, good: true }]
      : (offers?.[refused ?? ''] ?? []).map((way) => ({ word: way.word, way, good }));
  return (
    <div className="upload">
      <input
        ref={input}
        type="file"
        accept=".xlsx,.xlsm,.xlsb,.xls,.et,.ods,.html,.htm,.csv,.tsv,.txt,.json"
        aria-label={say('action.upload')}
        onChange={(event) => {
          const given = event.target.files?.[0] ?? null;
          event.target.value = ''; // the same file, corrected, may be chosen again
          setFile(given);
          send.reset();
          setAsking(given !== null && ways.length > 1);
          if (given !== null && ways.length === 1) send.mutate({ file: given, way: ways[0], good: false });
        }}
      />
      <SaidButton
        type="primary"
        word="action.upload"
        loading={send.isPending}
        onClick={() => input.current?.click()}
      />
      {file !== null && <span className="quiet"> {file.name}</span>}
      {asking && file !== null && (
        <ul className="ways">
          {ways.map((way, i) => (
            <li key={way.word}>
              <SaidButton
                type={i === 0 ? 'primary' : 'default'}
                word={way.word}
                onClick={() => send.mutate({ file, way, good: false })}
              />
              {way.means}
            </li>
          ))}
        </ul>
      )}
      <Trouble error={send.error}>
        {file !== null && choices.length > 0 && (
          <div className="choices">
            {choices.map(({ word, ...chosen }, i) => (
              <SaidButton
                key={word}
                type={i === 0 ? 'primary' : 'default'}
                word={word}
                loading={send.isPending}
                onClick={() => send.mutate({ file, ...chosen })}
              />
            ))}
          </div>
        )}
      </Trouble>
      {send.data !== undefined && (
        <Alert
          className="trouble"
          type={send.data.errors.length > 0 ? 'warning' : 'success'}
          showIcon
          title={told(send.data)}
          description={<Rest stored={send.data} />}
        />
      )}
    </div>
  );
}

function Rest({ stored }: { stored: Stored }): ReactNode {
  const { badRows, errors, warnings } = stored;
  return (
    <>
      {badRows !== null && (
        <SaidButton size="small" word="action.download-bad" onClick={() => saveWorkbook(badRows)} />
      )}
      {errors.length > 0 && <FieldErrors errors={errors} />}
      {warnings.length > 0 && (
        <>
          <p>
            <Said word="term.warnings" />
          </p>
          <FieldErrors errors={warnings} />
        </>
      )}
    </>
  );
}

/** Hands a workbook to the browser as a file to save. */
function saveWorkbook({ name, xlsx }: { name: string; xlsx: string }): void {
  const link = document.createElement('a');
  const bytes = Uint8Array.from(atob(xlsx), (c) => c.charCodeAt(0));
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
