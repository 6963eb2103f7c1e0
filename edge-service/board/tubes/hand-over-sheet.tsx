import { useState, type ReactNode } from 'react';
import { Empty, Select } from 'antd';
import type { BoardSnapshot } from '#shared/contract/board.ts';
import type { HttpRound } from '#shared/contract/http.ts';
import { useNow } from '../parts/board-context.tsx';
import { handOverParts, handOverSlip, type HandOverSlip } from './hand-over.ts';
import { Said, SaidButton } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import { chained } from '#shared/language/chain.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import { sayText, type Say } from '#shared/language/say.ts';
import { stampText } from '#shared/site-time.ts';

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
  if (part === undefined || part.tubes.length === 0)
    return (
      <>
        <p className="actions">
          <SaidButton word="action.back" onClick={close} />
        </p>
        <Empty
          description={say(round.tubeMode === 'none' ? 'hand-over.no-tubes' : 'hand-over.no-tube-yet')}
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
          options={parts.map((p) => ({
            value: p.key,
            label: say('hand-over.choice', { part: p.name, n: p.tubes.length }),
          }))}
        />
        <SaidButton type="primary" word="action.print" onClick={() => print()} />
        <span className="quiet">{say('hand-over.print-two')}</span>
      </div>
      <article className="sheet hand-over" aria-label={say('term.hand-over')}>
        <header>
          <h2>
            <Said word="term.hand-over" />
          </h2>
          <span>{say('hand-over.two-copies')}</span>
        </header>
        <Facts
          facts={[
            ['hand-over.site', site],
            ['term.round', round.name],
            ['column.date', say(daysOf(from, until))],
            ['column.scope', say(part.name)],
            ['term.stations', say(slip.stations)],
            ['hand-over.box', ''],
          ]}
        />
        <Finality slip={slip} printed={now} />
        <Tubes slip={slip} running={say('hand-over.running', { site, round: round.name, part: part.name })} />
      </article>
    </>
  );
}

function daysOf(from: number, until: number): Message {
  const [first, last] = [from, until].map((at) => stampText(at).slice(0, 10));
  return first === last ? message('hand-over.day', { at: from }) : message('hand-over.days', { from, until });
}

/** Empty ones are written in by hand. */
function Facts({ facts }: { facts: readonly (readonly [what: PlainKey, text: string])[] }): ReactNode {
  return (
    <dl className="hand-over-facts">
      {facts.map(([what, text]) => (
        <div key={what}>
          <dt>
            <Said word={what} />
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Finality({ slip, printed }: { slip: HandOverSlip; printed: number }): ReactNode {
  const say = useSay();
  const { until, notFinal } = slip;
  return (
    <section className="hand-over-finality" data-testid="hand-over-finality">
      {notFinal.length === 0 ? (
        <p>{say('hand-over.complete', { until })}</p>
      ) : (
        <>
          <p>
            <b>{say('hand-over.not-final')}</b> · {say(until)}
          </p>
          <ul>
            {notFinal.map(say).map((why) => (
              <li key={why}>{why}</li>
            ))}
          </ul>
        </>
      )}
      <p>{say('hand-over.printed', { at: printed })}</p>
    </section>
  );
}

/** Fixed, so that every sheet has the same columns. */
const COLUMNS: readonly { heading: PlainKey; width: string; count: boolean }[] = [
  { heading: 'column.index', width: '6%', count: false },
  { heading: 'term.tube-code', width: '18%', count: false },
  { heading: 'term.station', width: '12%', count: false },
  { heading: 'term.swiped', width: '10%', count: true },
  { heading: 'term.swabbed', width: '12%', count: true },
  { heading: 'term.sealed', width: '12%', count: false },
  { heading: 'term.note', width: '30%', count: false },
];

function Tubes({ slip, running }: { slip: HandOverSlip; running: string }): ReactNode {
  const say = useSay();
  return (
    <table>
      <colgroup>
        {COLUMNS.map(({ heading, width }) => (
          <col key={heading} width={width} />
        ))}
      </colgroup>
      <thead>
        <tr className="hand-over-running">
          <th colSpan={COLUMNS.length}>{running}</th>
        </tr>
        <tr>
          {COLUMNS.map(({ heading, count }) => (
            <th key={heading} className={count ? 'count' : ''}>
              <Said word={heading} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {slip.rows.map((row, i) => (
          <tr key={row.opened}>
            <td>{i + 1}</td>
            <td className="tube-code">
              <b>{sayText(say, row.code)}</b>
            </td>
            <td>{sayText(say, row.station)}</td>
            <td className="count">{row.swiped}</td>
            <td className="count">{row.swabbed ?? '—'}</td>
            <td>{row.sealed === null ? '—' : say(row.sealed)}</td>
            <td>{chainedText(say, row.remarks)}</td>
          </tr>
        ))}
        <Totals slip={slip} />
        <tr className="hand-over-signed">
          <td colSpan={COLUMNS.length}>
            <Signatures />
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function Totals({ slip }: { slip: HandOverSlip }): ReactNode {
  const say = useSay();
  const { codes, uncounted } = slip;
  return (
    <tr className="hand-over-totals" data-testid="hand-over-totals">
      <td colSpan={3}>
        <b>{say('hand-over.tubes', { n: slip.tubes })}</b>
      </td>
      <td className="count">
        <b>{say('count.persons', { n: slip.people })}</b>
      </td>
      <td className="count">
        <b>{say('hand-over.swabs', { n: slip.swabs })}</b>
      </td>
      <td colSpan={2}>
        {chainedText(say, [
          uncounted > 0 ? message('hand-over.uncounted', { n: uncounted }) : null,
          codes === null ? null : message('hand-over.codes', codes),
        ])}
      </td>
    </tr>
  );
}

function chainedText(say: Say, messages: readonly (Message | null)[]): string {
  const chain = chained('count.semicolon', messages);
  return chain === null ? '' : say(chain);
}

const SIGNERS = [
  { who: 'hand-over.giver', tubes: 'hand-over.tubes-given' },
  { who: 'hand-over.receiver', tubes: 'hand-over.tubes-received' },
] as const;

function Signatures(): ReactNode {
  return (
    <dl className="hand-over-signatures">
      {SIGNERS.map(({ who, tubes }) => (
        <div key={who}>
          <dt>
            <b>
              <Said word={who} />
            </b>
          </dt>
          <dd />
          <dt>
            <Said word="term.time" />
          </dt>
          <dd className="time" />
          <dt>
            <Said word={tubes} />
          </dt>
          <dd className="tubes" />
        </div>
      ))}
    </dl>
  );
}
