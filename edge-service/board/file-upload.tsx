import { useRef, useState, type ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { z } from 'zod';
import type { labStoredSchema, rosterStoredSchema } from '#shared/http.ts';
import { useBoard } from './app-context.tsx';
import { ProblemError } from './edge-client.ts';
import { FieldErrors, Said, SaidButton, Trouble } from './said.tsx';
import { words } from './words.ts';

type Stored = z.infer<typeof rosterStoredSchema> | z.infer<typeof labStoredSchema>;

interface Upload<S extends Stored> {
  /** Where the file goes, with its query if there is one; `partial=good` is added for the good rows alone. */
  path: string;
  answer: z.ZodType<S>;
  /** What was stored, in a sentence. */
  told: (stored: S) => string;
}

/**
 * A file from a person: taken whole, or, if rows need work, told row by row and taken in its good rows when the person
 * says so; the bad ones come back as a file to correct.
 */
export function FileUpload<S extends Stored>({ path, answer, told }: Upload<S>): ReactNode {
  const { client } = useBoard();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const send = useMutation({
    mutationFn: (given: { file: File; good: boolean }) => {
      const url = given.good ? `${path}${path.includes('?') ? '&' : '?'}partial=good` : path;
      return client.send('PUT', url, { file: given.file, type: 'application/octet-stream' }, answer);
    },
    onSuccess: async (stored) => {
      if (stored.badRows !== null) saveText(stored.badRows.name, stored.badRows.csv);
      await queries.invalidateQueries();
    },
  });
  const badRows = send.error instanceof ProblemError && send.error.code === 'bad-rows';
  return (
    <div className="upload">
      <input
        ref={input}
        type="file"
        accept=".xlsx,.csv,.json"
        aria-label={words.upload.zh}
        onChange={(event) => {
          const given = event.target.files?.[0] ?? null;
          event.target.value = ''; // the same file, corrected, may be chosen again
          setFile(given);
          if (given !== null) send.mutate({ file: given, good: false });
        }}
      />
      <SaidButton
        type="primary"
        word={words.upload}
        loading={send.isPending}
        onClick={() => input.current?.click()}
      />
      {file !== null && <span className="quiet"> {file.name}</span>}
      <Trouble error={send.error}>
        {badRows && file !== null && (
          <p>
            <SaidButton
              type="primary"
              word={words.importGood}
              loading={send.isPending}
              onClick={() => send.mutate({ file, good: true })}
            />
          </p>
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
        <SaidButton
          size="small"
          word={words.downloadBad}
          onClick={() => saveText(badRows.name, badRows.csv)}
        />
      )}
      {errors.length > 0 && <FieldErrors errors={errors} />}
      {warnings.length > 0 && (
        <>
          <p>
            <Said word={words.warnings} />
          </p>
          <FieldErrors errors={warnings} />
        </>
      )}
    </>
  );
}

/** Hands a text to the browser as a file to save. */
function saveText(name: string, text: string): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
