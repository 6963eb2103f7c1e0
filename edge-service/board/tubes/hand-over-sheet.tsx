import { useState, type ReactNode } from 'react';
import { Empty, Select } from 'antd';
import type { BoardSnapshot } from '#shared/contract/board.ts';
import type { HttpRound } from '#shared/contract/http.ts';
import { useNow } from '../parts/board-context.tsx';
import { handOverParts, handOverSlip, type HandOverSlip } from './hand-over.ts';
import { Said, SaidButton } from '../parts/said.tsx';
import { dateText, dayAndTime } from '#shared/site-time.ts';
import { useSay } from '../parts/language.tsx';

/** 交接单: chosen by batch or station, and printed; two people sign it when the tubes are handed over. */
export function HandOverSheet(props: {
  site: string;
  round: HttpRound;
  snapshot: BoardSnapshot;
  staleSince: number | null;
  close: () => void;
}): ReactNode {
  const say = useSay();
  const { site, round, snapshot, staleSince, close } = props;
  const now = useNow();
  const [chosen, setChosen] = useState<string | null>(null);
  const parts = handOverParts(snapshot.tubes);
  const part = parts.find((p) => p.key === chosen) ?? parts[0];
  const from = Math.min(...round.sessions.map((s) => Date.parse(s.from)));
  const until = Math.max(...round.sessions.map((s) => Date.parse(s.to)));
  const days =
    dateText(from) === dateText(until) ? dateText(from) : `${dateText(from)} 至 ${dateText(until)}`;
  if (part === undefined || part.tubes.length === 0)
    return (
      <>
        <p className="actions">
          <SaidButton word="action.back" onClick={close} />
        </p>
        <Empty
          description={
            round.tubeMode === 'none'
              ? '本轮不记管,没有交接单 · no tubes in this round'
              : '还没有管 · no tube yet'
          }
        />
      </>
    );
  const slip = handOverSlip(part, { snapshot, roundFrom: from, now, staleSince });
  return (
    <>
      <div className="no-print hand-over-choice">
        <SaidButton word="action.back" onClick={close} />
        <Select
          aria-label={say('term.hand-over')}
          value={part.key}
          onChange={setChosen}
          style={{ minWidth: 220 }}
          options={parts.map((p) => ({ value: p.key, label: `${p.name} · ${p.tubes.length} 支管` }))}
        />
        <SaidButton type="primary" word="action.print" onClick={() => print()} />
        <span className="quiet">
          一式两份:打印时份数选 2{' '}
          <small lang="en">print two copies: one stays, one goes with the tubes</small>
        </span>
      </div>
      <article className="sheet hand-over" aria-label={say('term.hand-over')}>
        <header>
          <h2>
            <Said word="term.hand-over" />
          </h2>
          <span>一式两份</span>
        </header>
        <Facts
          facts={[
            ['采样点', 'site', site],
            ['轮次', 'round', round.name],
            ['日期', 'date', days],
            ['范围', 'covers', part.name],
            ['采样台', 'stations', slip.stations],
            ['箱号', 'box', ''],
          ]}
        />
        <Finality slip={slip} printed={now} />
        <Tubes slip={slip} running={`${site} · ${round.name} · ${part.name}`} />
      </article>
    </>
  );
}

/** Empty ones are written in by hand. */
function Facts({
  facts,
}: {
  facts: readonly (readonly [zh: string, en: string, text: string])[];
}): ReactNode {
  return (
    <dl className="hand-over-facts">
      {facts.map(([zh, en, text]) => (
        <div key={zh}>
          <dt>
            {zh} <small lang="en">{en}</small>
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Finality({ slip, printed }: { slip: HandOverSlip; printed: number }): ReactNode {
  return (
    <section className="hand-over-finality" data-testid="hand-over-finality">
      {slip.notFinal.length === 0 ? (
        <p>
          {slip.until},已到齐 <small lang="en">everything has arrived</small>
        </p>
      ) : (
        <>
          <p>
            <b>本单未定,还会变</b> <small lang="en">not final</small> · {slip.until}
          </p>
          <ul>
            {slip.notFinal.map((why) => (
              <li key={why}>{why}</li>
            ))}
          </ul>
        </>
      )}
      <p>
        打印 {dayAndTime(printed)} <small lang="en">printed</small>
      </p>
    </section>
  );
}

/** Fixed, so that every sheet has the same columns. */
const WIDTHS = [
  { column: '序号', width: '7%' },
  { column: '管号', width: '20%' },
  { column: '采样台', width: '10%' },
  { column: '刷', width: '9%' },
  { column: '采样员数', width: '12%' },
  { column: '封管', width: '12%' },
  { column: '备注', width: '30%' },
] as const;

function Tubes({ slip, running }: { slip: HandOverSlip; running: string }): ReactNode {
  const { rows, codes } = slip;
  return (
    <table>
      <colgroup>
        {WIDTHS.map(({ column, width }) => (
          <col key={column} width={width} />
        ))}
      </colgroup>
      <thead>
        <tr className="hand-over-running">
          <th colSpan={7}>交接单 · {running}</th>
        </tr>
        <tr>
          <th>
            <Said word={{ zh: '序号', en: 'No.' }} />
          </th>
          <th>
            <Said word="term.tube-code" />
          </th>
          <th>
            <Said word="term.station" />
          </th>
          <th className="count">
            <Said word="term.swiped" />
          </th>
          <th className="count">
            <Said word="term.swabbed" />
          </th>
          <th>
            <Said word="term.sealed" />
          </th>
          <th>
            <Said word="term.note" />
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={row.opened}>
            <td>{i + 1}</td>
            <td className="tube-code">
              <b>{row.code}</b>
            </td>
            <td>{row.station}</td>
            <td className="count">{row.swiped}</td>
            <td className="count">{row.swabbed ?? '—'}</td>
            <td>{row.sealed ?? '—'}</td>
            <td>{row.remarks.join(';')}</td>
          </tr>
        ))}
        <tr className="hand-over-totals" data-testid="hand-over-totals">
          <td colSpan={3}>
            合计 <b>{slip.tubes}</b> 支管 <small lang="en">tubes</small>
          </td>
          <td className="count">
            <b>{slip.people}</b> 人
          </td>
          <td className="count">
            <b>{slip.swabs}</b> 支
          </td>
          <td colSpan={2}>
            {[
              ...(slip.uncounted > 0 ? [`另有 ${slip.uncounted} 支管采样员没数`] : []),
              ...(codes === null ? [] : [`起止管号 ${codes.first} 至 ${codes.last}`]),
            ].join(';')}
          </td>
        </tr>
        <tr className="hand-over-signed">
          <td colSpan={7}>
            <Signatures />
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function Signatures(): ReactNode {
  return (
    <dl className="hand-over-signatures">
      {(
        [
          ['交', '送样人', 'handed over by', '交出管数'],
          ['收', '接收人', 'received by', '实收管数'],
        ] as const
      ).map(([act, who, en, tubes]) => (
        <div key={act}>
          <dt>
            <b>{act}</b> {who} <small lang="en">{en}</small>
          </dt>
          <dd />
          <dt>时间</dt>
          <dd className="time" />
          <dt>{tubes}</dt>
          <dd className="tubes" />
        </div>
      ))}
    </dl>
  );
}
