import { useState, type ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Tag } from 'antd';
import { type HttpRound } from '#shared/contract/http.ts';
import { labStoredSchema } from '#shared/contract/http-taken.ts';
import { useBoard } from '../parts/board-context.tsx';
import { FileUpload, type Way } from '../parts/file-upload.tsx';
import { Heading, SaidButton, Trouble } from '../parts/said.tsx';
import { followed } from '#shared/language/chain.ts';
import { message, type Message } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import type { z } from 'zod';
import { useSay } from '../parts/language.tsx';

/** The laboratory's list as a file, whole or in halves: until it is marked complete a tube not on it is 未回. */
export function LabUpload({ round }: { round: HttpRound }): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const queries = useQueryClient();
  const [chosen, setWhole] = useState<boolean | null>(null);
  const whole = chosen ?? round.labComplete;
  const mark = useMutation({
    mutationFn: (complete: boolean) =>
      client.send(
        'POST',
        `/api/v1/rounds/${round.id}/lab-counts/complete`,
        { json: { complete } },
        labStoredSchema,
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <section className="card">
      <Heading word="term.lab-counts">
        {round.labVersion === 0 ? (
          <Tag>{say('lab.no-list-yet')}</Tag>
        ) : (
          <>
            <Tag color={round.labComplete ? 'green' : 'gold'}>
              {say('lab.list-version', { version: round.labVersion, lines: round.labLines })} ·{' '}
              {say(round.labComplete ? 'lab.list-whole' : 'lab.list-not-whole')}
            </Tag>
            <SaidButton
              size="small"
              word={round.labComplete ? 'action.list-not-complete' : 'action.list-complete'}
              loading={mark.isPending}
              onClick={() => mark.mutate(!round.labComplete)}
            />
          </>
        )}
      </Heading>
      <p className="quiet">{say('lab.what-file')}</p>
      <p>
        <Checkbox checked={whole} onChange={(event) => setWhole(event.target.checked)}>
          {say('lab.whole-with-this')}
        </Checkbox>
      </p>
      <FileUpload
        path={`/api/v1/rounds/${round.id}/lab-counts`}
        ways={waysOf(say, round, whole)}
        answer={labStoredSchema}
        told={(stored) => say(storedWords(stored))}
      />
      <Trouble error={mark.error} />
    </section>
  );
}

/** A second list is a further half or one in place of the first; which, only a person knows. */
function waysOf(say: Say, round: HttpRound, whole: boolean): [Way, ...Way[]] {
  const complete = String(whole);
  const lines = { lines: round.labLines };
  const replace: Way = {
    word: 'action.replace-list',
    means: say(whole ? 'lab.replaces-whole' : 'lab.replaces', lines),
    query: { complete },
  };
  const add: Way = {
    word: 'action.add-to-list',
    means: say(whole ? 'lab.adds-whole' : 'lab.adds', lines),
    query: { complete, add: 'true' },
  };
  if (round.labLines === 0) return [replace];
  return round.labComplete ? [replace, add] : [add, replace];
}

/** What of a list was taken in. */
const storedWords = ({ version, lines, otherFirms, errors }: z.infer<typeof labStoredSchema>): Message =>
  followed('list.comma', message('lab.stored', { version, lines }), [
    otherFirms === 0 ? null : message('lab.other-firms', { n: otherFirms }),
    errors.length === 0 ? null : message('lab.rows-to-settle', { n: rowsOf(errors) }),
  ]);

/** How many rows a list of errors is about. */
export const rowsOf = (errors: readonly { row: number; sheet: string | null }[]): number =>
  new Set(errors.map((e) => `${e.sheet ?? ''}/${e.row}`)).size;
