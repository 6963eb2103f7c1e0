import { useState, type ReactNode } from 'react';
import { Radio, Tag } from 'antd';
import { type HttpRound } from '#shared/contract/http.ts';
import { rosterStoredSchema } from '#shared/contract/http-taken.ts';
import { FileUpload, type Way } from '../parts/file-upload.tsx';
import { rowsOf } from '../lab/lab-upload.tsx';
import { Heading, Said } from '../parts/bilingual.tsx';
import { words } from '../parts/words.ts';

const ADDS: Way = { word: words.addToRoster, means: '', query: { add: 'true' } };
const REPLACES: Way = { word: words.replaceRoster, means: '', query: {} };
const REPLACES_UNLESS_FEWER: Way = { ...REPLACES, query: { shrink: 'refuse' } };

/** 花名册: HR's own workbook; rows that need work come back as a file, never a refusal of the whole. */
export function RosterPage({ round }: { round: HttpRound }): ReactNode {
  const [adds, setAdds] = useState(false);
  const hasRoster = round.rosterVersion > 0;
  return (
    <>
      <Heading word={words.roster}>
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
                <Said word={words.replaceRoster} />
              </Radio>
              <Radio value={true}>
                <Said word={words.addToRoster} />
              </Radio>
            </Radio.Group>
          </div>
        )}
        <FileUpload
          path={`/api/v1/rounds/${round.id}/roster`}
          ways={[adds ? ADDS : REPLACES_UNLESS_FEWER]}
          answer={rosterStoredSchema}
          offers={{ 'roster-shrinks': [ADDS, REPLACES] }}
          // What comes next is most likely the file of bad rows, corrected.
          onStored={(s) => setAdds(s.badRows !== null)}
          told={(s) =>
            `共 ${s.rows} 人,可用 ${s.people - s.toCorrect},需处理 ${rowsOf(s.errors)}${s.toCorrect > 0 ? `(其中 ${s.toCorrect} 人已先按工号等收入,号码待更正)` : ''}。已导入为第 ${s.version} 版,在册 ${s.roster}${s.repaired > 0 ? `,自动修正 ${s.repaired} 处` : ''}`
          }
        />
      </section>
    </>
  );
}
