import type { ReactNode } from 'react';
import { Skeleton } from 'antd';
import { useNow } from '../parts/board-context.tsx';
import {
  atLeast,
  figuresOf,
  ladderParts,
  missingFigures,
  outstanding,
  reportedExpected,
  type LadderView,
} from './ladder-line.ts';
import type { LiveState } from './live-board.ts';
import { clockText } from '#shared/site-time.ts';
import { age } from '../parts/age.ts';
import { useSay } from '../parts/language.tsx';

/** The one line always on top: the ladder in words, how far it can be trusted, and since when it is stale. */
export function LadderBar({ live }: { live: LiveState }): ReactNode {
  const say = useSay();
  const now = useNow();
  if (live.live === 'connecting')
    return (
      <div className="ladder">
        <Skeleton active title={false} paragraph={{ rows: 2 }} />
      </div>
    );
  if (live.live === 'refused')
    return (
      <div className="ladder ladder-stale" role="alert">
        <strong>{live.zh}</strong> <small lang="en">{live.en}</small>
      </div>
    );
  const { snapshot } = live;
  const view: LadderView = {
    ...snapshot,
    asOf: figuresOf(snapshot, live.live === 'current' ? now : live.heardAt),
  };
  const parts = ladderParts(view);
  const { ladder } = snapshot;
  const sum = `打卡 ${ladder.swipes} − 作废 ${ladder.voided} − 重复 ${ladder.repeats} = 实检 ${ladder.people}`;
  return (
    <section className={`ladder ${live.live === 'stale' ? 'ladder-stale' : ''}`} aria-label="本轮数字 Ladder">
      {live.live === 'stale' && (
        <div className="stale" role="alert">
          与主机断开,以下数字截至 {clockText(live.heardAt)}({age(now - live.heardAt)}前),正在重连
          <small lang="en"> disconnected: figures as of {clockText(live.heardAt)}</small>
        </div>
      )}
      <p className="ladder-line" data-testid="ladder">
        <Part text={parts.roster} /> · <Part text={parts.expected} /> · <Part text={parts.people} main /> ·{' '}
        <Part text={parts.untested} /> · <span className="as-of">{parts.asOf}</span>
      </p>
      <p className="ladder-more">
        {sum}
        {ladder.withoutTube > 0 && ` · 未归管 ${ladder.withoutTube}`}
        {ladder.sampledWithoutCard > 0 && ` · 采了未刷 ${ladder.sampledWithoutCard}`}
        {snapshot.seenAtSeveralStations > 0 && ` · 多台出现 ${snapshot.seenAtSeveralStations}`}
        {` · 应检口径:${say(`expected-basis.${snapshot.expectedBasis}`)}`}
        <small lang="en">
          {` on the books ${ladder.roster} · expected ${reportedExpected(view)} · tested ${atLeast(ladder)}${ladder.people} (${ladder.onRoster} on the roster + ${ladder.walkIns} ${ladder.walkIns === 1 ? 'walk-in' : 'walk-ins'}) · not tested ${ladder.untested} (${missingFigures(
            view,
          )
            .map(
              ({ en, people, toIdentify }) =>
                `${people} ${en}${toIdentify === 0 ? '' : `, ${toIdentify} of them to identify`} + `,
            )
            .join('')}${ladder.excused} with reason)`}
          {snapshot.closing !== null
            ? ` · closed${ladder.complete ? '' : ', some records never came'}${snapshot.closing.notBegun.length > 0 ? ' before every session had begun' : ''}`
            : ladder.complete
              ? ' · complete'
              : outstanding(snapshot.stations) === ''
                ? ' · not yet complete'
                : ' · more may arrive'}
        </small>
      </p>
    </section>
  );
}

/** `实检 972 (名单内 …)`: the figure large, what it is made of beside it. */
function Part({ text, main }: { text: string; main?: boolean }): ReactNode {
  const [, label = text, figure = '', rest = ''] = /^(\S+) (\S+)(.*)$/.exec(text) ?? [];
  return (
    <span className={main === true ? 'part part-main' : 'part'}>
      {label} <b>{figure}</b>
      {rest}
    </span>
  );
}
