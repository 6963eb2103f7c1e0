import type { ReactNode } from 'react';
import { Tag } from 'antd';
import { rosterStoredSchema, type HttpRound } from '#shared/http.ts';
import { FileUpload } from './file-upload.tsx';
import { rowsOf } from './lab-upload.tsx';
import { Heading } from './said.tsx';
import { words } from './words.ts';

/** 花名册: HR's own workbook; rows that need work come back as a file, never a refusal of the whole. */
export function RosterPage({ round }: { round: HttpRound }): ReactNode {
  return (
    <>
      <Heading word={words.roster}>
        <Tag color={round.rosterVersion === 0 ? 'gold' : 'green'}>
          {round.rosterVersion === 0 ? '还没有花名册' : `第 ${round.rosterVersion} 版`}
        </Tag>
      </Heading>
      <section className="card">
        <p>
          {round.name}:上传人力资源的花名册(XLSX 或
          CSV)。表头自动识别;合并的车间格、每车间一张表、小计行都可以。
          <br />
          <small lang="en">
            The workbook as HR keeps it: headings are found; merged cells, several sheets and subtotals are
            fine.
          </small>
        </p>
        <FileUpload
          path={`/api/v1/rounds/${round.id}/roster`}
          ways={[{ word: words.upload, means: '', query: {} }]}
          answer={rosterStoredSchema}
          told={(s) =>
            `共 ${s.rows} 人,可用 ${s.people},需处理 ${rowsOf(s.errors)}。已导入为第 ${s.version} 版${s.repaired > 0 ? `,自动修正 ${s.repaired} 处` : ''}`
          }
        />
      </section>
    </>
  );
}
