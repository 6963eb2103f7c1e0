import { useState, type ReactNode } from 'react';
import { Input, Radio, Tag } from 'antd';
import { type HttpRound } from '#shared/contract/http.ts';
import { rosterStoredSchema } from '#shared/contract/http-taken.ts';
import { FileUpload, type Way } from '../parts/file-upload.tsx';
import { rowsOf } from '../lab/lab-upload.tsx';
import { RosterHistory } from './roster-history.tsx';
import { Heading, Said } from '../parts/said.tsx';

const ADDS: Way = { word: 'action.add-to-roster', means: '', query: { add: 'true' } };
const REPLACES: Way = { word: 'action.replace-roster', means: '', query: {} };
const REPLACES_UNLESS_FEWER: Way = { ...REPLACES, query: { shrink: 'refuse' } };

/** 花名册: HR's own workbook; rows that need work come back as a file, never a refusal of the whole. */
export function RosterPage({ round }: { round: HttpRound }): ReactNode {
  const [adds, setAdds] = useState(false);
  const [reason, setReason] = useState('');
  const hasRoster = round.rosterVersion > 0;
  const amends = hasRoster && (round.state === 'open' || round.state === 'settling');
  const why = reason.trim();
  const amending: Way = {
    word: 'action.amend-roster',
    means: '',
    query: { ...(adds && ADDS.query), reason: why },
  };
  return (
    <>
      <Heading word="term.roster">
        <Tag color={hasRoster ? 'green' : 'gold'}>
          {hasRoster ? `第 ${round.rosterVersion} 版` : '还没有花名册'}
        </Tag>
        {round.rosterToCorrect > 0 && <Tag color="gold">号码待更正 {round.rosterToCorrect} 人</Tag>}
      </Heading>
      <section className="card">
        <p>
          {round.name}:上传人事的花名册(XLSX 或 CSV)。表头自动识别;合并的车间格、每车间一张表、小计行都可以。
          <br />
          <small lang="en">
            The workbook as HR keeps it: headings are found; merged cells, several sheets and subtotals are
            fine.
          </small>
        </p>
        {round.rosterToCorrect > 0 && (
          <p>
            有 {round.rosterToCorrect} 人先按工号等收入,号码待更正:在“需处理”文件里改好,选“补入”再上传。
            <br />
            <small lang="en">
              {round.rosterToCorrect} on the roster by their staff number, their ID number to be corrected:
              put it right in the file of bad rows and add that.
            </small>
          </p>
        )}
        {hasRoster && (
          <div className="choices">
            <Radio.Group value={adds} onChange={(event) => setAdds(event.target.value === true)}>
              <Radio value={false}>
                <Said word="action.replace-roster" />
              </Radio>
              <Radio value={true}>
                <Said word="action.add-to-roster" />
              </Radio>
            </Radio.Group>
          </div>
        )}
        {amends && (
          <label className="amend-reason">
            本轮已开始,花名册以开轮时为准。要改,先写理由;上传后先列出增、减、改的人,确认后才导入。
            <small lang="en">
              {' '}
              The round has begun with its roster: give a reason, then see who joins, leaves and changes
              before it is taken.
            </small>
            <Input
              value={reason}
              maxLength={200}
              placeholder="理由,例如:新入职 3 人 · reason"
              aria-label="修改理由 Reason"
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
        )}
        <FileUpload
          path={`/api/v1/rounds/${round.id}/roster`}
          ways={[adds ? ADDS : REPLACES_UNLESS_FEWER]}
          answer={rosterStoredSchema}
          offers={{ 'roster-shrinks': [ADDS, REPLACES], 'roster-amends': why === '' ? [] : [amending] }}
          // What comes next is most likely the file of bad rows, corrected.
          onStored={(s) => {
            setAdds(s.badRows !== null);
            setReason('');
          }}
          told={(s) =>
            `共 ${s.rows} 人,可用 ${s.people - s.toCorrect},需处理 ${rowsOf(s.errors)}${s.toCorrect > 0 ? `(其中 ${s.toCorrect} 人已先按工号等收入,号码待更正)` : ''}。已导入为第 ${s.version} 版,在册 ${s.roster}${s.repaired > 0 ? `,自动修正 ${s.repaired} 处` : ''}`
          }
        />
      </section>
      {round.openedAt !== null && hasRoster && <RosterHistory round={round} />}
    </>
  );
}
