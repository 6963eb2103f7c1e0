import { useState, type ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Tag } from 'antd';
import { type HttpRound } from '#shared/contract/http.ts';
import { labStoredSchema } from '#shared/contract/http-taken.ts';
import { useBoard } from '../parts/board-context.tsx';
import { FileUpload, type Way } from '../parts/file-upload.tsx';
import { Heading, SaidButton, Trouble } from '../parts/said.tsx';

/** The laboratory's list as a file, whole or in halves: until it is marked complete a tube not on it is 未回. */
export function LabUpload({ round }: { round: HttpRound }): ReactNode {
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
          <Tag>还没有清单</Tag>
        ) : (
          <>
            <Tag color={round.labComplete ? 'green' : 'gold'}>
              第 {round.labVersion} 版 · {round.labLines} 管 ·{' '}
              {round.labComplete ? '清单已全' : '清单未全:不在上面的管是未回'}
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
      <p className="quiet">XLSX 或 CSV(管号、人数,可有转运箱、采样台)。检测结果一列不读取也不保存。</p>
      <p>
        <Checkbox checked={whole} onChange={(event) => setWhole(event.target.checked)}>
          有了这份,清单就全了(不在上面的管算检测机构没有)
        </Checkbox>
      </p>
      <FileUpload
        path={`/api/v1/rounds/${round.id}/lab-counts`}
        ways={waysOf(round, whole)}
        answer={labStoredSchema}
        told={(s) =>
          `已导入,第 ${s.version} 版清单共 ${s.lines} 管${s.otherFirms > 0 ? `,另有 ${s.otherFirms} 行是别的单位,没有导入` : ''}${s.errors.length > 0 ? `,需处理 ${rowsOf(s.errors)} 行` : ''}`
        }
      />
      <Trouble error={mark.error} />
    </section>
  );
}

/** A second list is a further half or one in place of the first; which, only a person knows. */
function waysOf(round: HttpRound, whole: boolean): [Way, ...Way[]] {
  const complete = String(whole);
  const after = whole ? '清单标为已全:不在上面的管算检测机构没有。' : '清单标为未全:不在上面的管是未回。';
  const replace: Way = {
    word: 'action.replace-list',
    means: `现有清单的 ${round.labLines} 管不再算,只算这份文件里的(旧版仍存着)。${after}`,
    query: { complete },
  };
  const add: Way = {
    word: 'action.add-to-list',
    means: `现有清单的 ${round.labLines} 管留着,文件里同管号的以文件为准。${after}`,
    query: { complete, add: 'true' },
  };
  if (round.labLines === 0) return [replace];
  return round.labComplete ? [replace, add] : [add, replace];
}

/** How many rows a list of errors is about. */
export const rowsOf = (errors: readonly { row: number; sheet: string | null }[]): number =>
  new Set(errors.map((e) => `${e.sheet ?? ''}/${e.row}`)).size;
