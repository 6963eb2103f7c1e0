import type { ReactNode } from 'react';
import { Skeleton } from 'antd';
import { useNow } from '../parts/board-context.tsx';
import { figuresOf, ladderParts, partWords, type LadderPart, type LadderView } from './ladder-line.ts';
import type { LiveState } from './live-board.ts';
import { message } from '#shared/language/message.ts';
import { age } from '../parts/age.ts';
import { useSay } from '../parts/language.tsx';
import { Said } from '../parts/said.tsx';

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
        <strong>
          <Said word={live.words} />
        </strong>
      </div>
    );
  const { snapshot } = live;
  const view: LadderView = {
    ...snapshot,
    asOf: figuresOf(snapshot, live.live === 'current' ? now : live.heardAt),
  };
  const parts = ladderParts(view);
  const { swipes, voided, repeats, people, withoutTube, sampledWithoutCard } = snapshot.ladder;
  const { seenAtSeveralStations, expectedBasis } = snapshot;
  const more = [
    message('count.sum', { swipes, voided, repeats, people }),
    ...(withoutTube > 0 ? [message('count.without-tube', { n: withoutTube })] : []),
    ...(sampledWithoutCard > 0 ? [message('count.sampled-without-card', { n: sampledWithoutCard })] : []),
    ...(seenAtSeveralStations > 0
      ? [message('count.at-several-stations', { n: seenAtSeveralStations })]
      : []),
    message('count.expected-basis', { basis: message(`expected-basis.${expectedBasis}`) }),
  ];
  return (
    <section
      className={`ladder ${live.live === 'stale' ? 'ladder-stale' : ''}`}
      aria-label={say('count.figures-of-round')}
    >
      {live.live === 'stale' && (
        <div className="stale" role="alert">
          {say('machine.edge-lost', { at: live.heardAt, age: age(now - live.heardAt) })}
        </div>
      )}
      <p className="ladder-line" data-testid="ladder">
        <Part part={parts.roster} /> · <Part part={parts.expected} /> · <Part part={parts.people} main /> ·{' '}
        <Part part={parts.untested} /> · <span className="as-of">{say(parts.asOf)}</span>
      </p>
      <p className="ladder-more">{more.map((each) => say(each)).join(' · ')}</p>
    </section>
  );
}

/** `实检 972 (名单内 …)`: the figure large, what it is made of beside it. */
function Part({ part, main }: { part: LadderPart; main?: boolean }): ReactNode {
  const say = useSay();
  return (
    <span className={main === true ? 'part part-main' : 'part'}>
      {say(part.name)} <b>{part.figure}</b>
      {partWords(say, part)}
    </span>
  );
}
