import type { ReactNode } from 'react';
import { Empty, Tag } from 'antd';
import type { BoardSnapshot, InstallRow, StationRow } from '#shared/contract/board.ts';
import { useNow } from '../parts/board-context.tsx';
import { Heading } from '../parts/said.tsx';
import { whenText } from '#shared/site-time.ts';
import { age } from '../parts/age.ts';
import { useSay } from '../parts/language.tsx';
import type { Say } from '#shared/language/say.ts';

/** 实时: every station with its people, open tube, last contact, what it still holds, its reader, and trouble. */
export function LivePage({ snapshot }: { snapshot: BoardSnapshot }): ReactNode {
  const stations = snapshot.stations.toSorted((a, b) => a.station - b.station);
  return (
    <>
      <Heading word="term.live" />
      {stations.length === 0 && <Empty description="本轮还没有采样台 · no station yet" />}
      <div className="stations">
        {stations.map((station) => (
          <StationCard key={station.station} station={station} />
        ))}
      </div>
    </>
  );
}

function StationCard({ station }: { station: StationRow }): ReactNode {
  const say = useSay();
  const troubled = station.installs.some((i) => troubleOf(i, say) !== null);
  return (
    <article
      className={`station ${troubled ? 'station-troubled' : station.installs.length === 0 ? 'station-silent' : ''}`}
      aria-label={`${station.station}号台`}
    >
      <header>
        <h4>{station.station}号台</h4>
        {station.stand !== null && (
          <span className="stand">
            {say(`stand.${station.stand}`)} <small lang="en">{say(`stand.${station.stand}`)}</small>
          </span>
        )}
      </header>
      <div className="station-figure">
        <b>{station.people}</b>
        <span>
          实检 <small lang="en">people</small>
        </span>
        <span className="swipes">
          打卡 {station.swipes} <small lang="en">swipes</small>
        </span>
      </div>
      <dl>
        <dt>
          管 <small lang="en">tube</small>
        </dt>
        <dd>
          {station.openTube === null
            ? '没有打开的管'
            : `${station.openTube.code ?? '(无管号)'} · 已刷 ${station.openTube.count} 人`}
        </dd>
        {station.installs.length === 0 && (
          <>
            <dt>
              联系 <small lang="en">contact</small>
            </dt>
            <dd>
              <Tag color="gold">还没有联系过</Tag>
            </dd>
          </>
        )}
        {station.installs.map((install) => (
          <InstallLines key={install.install} install={install} several={station.installs.length > 1} />
        ))}
      </dl>
    </article>
  );
}

function InstallLines({ install, several }: { install: InstallRow; several: boolean }): ReactNode {
  const say = useSay();
  const now = useNow();
  const name = install.device ?? install.install.slice(0, 8);
  const trouble = troubleOf(install, say);
  return (
    <>
      {several && <dt className="device">{name}</dt>}
      {several && <dd />}
      <dt>
        联系 <small lang="en">contact</small>
      </dt>
      <dd>
        {install.connected ? (
          <Tag color="green">在线</Tag>
        ) : (
          <Tag color="volcano">
            断开{install.lastContact === null ? '' : ` ${age(now - install.lastContact)}`}
          </Tag>
        )}
        {install.lastContact === null ? '从未联系' : `上次 ${whenText(install.lastContact, now)}`}
      </dd>
      <dt>
        待传 <small lang="en">waiting</small>
      </dt>
      <dd className={install.waiting > 0 && !install.settled ? 'warn' : ''}>
        {install.settled ? '已结清' : install.waiting === 0 ? '0 条' : `还有 ${install.waiting} 条未到`}
        <span className="quiet">
          {' '}
          已收到 {install.watermark} / {install.head}
        </span>
      </dd>
      <dt>
        读卡器 <small lang="en">reader</small>
      </dt>
      <dd className={install.reader === 'ready' || install.reader === null ? '' : 'warn'}>
        {install.reader === null ? '—' : say(`reader-state.${install.reader}`)}
        {install.reader !== null &&
          install.reader !== 'ready' &&
          install.readerSince !== null &&
          ` ${whenText(install.readerSince, now)}`}
        {install.wrongObjects > 0 && <span className="quiet"> 放错、扫错 {install.wrongObjects} 次</span>}
      </dd>
      {install.doubtfulTimes > 0 && (
        <>
          <dt className="warn">
            时钟 <small lang="en">clock</small>
          </dt>
          <dd className="warn">
            时钟不准:{install.doubtfulTimes} 次打卡的时间不可信,显示为“≤
            最晚可能的时间”;计数不受影响。请校准这台电脑的时钟{' '}
            <small lang="en">
              swipes with a wrong time: {install.doubtfulTimes}; counts stand. Set this machine’s clock
            </small>
          </dd>
        </>
      )}
      {trouble !== null && (
        <>
          <dt className="warn">
            情况 <small lang="en">trouble</small>
          </dt>
          <dd className="warn">{trouble}</dd>
        </>
      )}
    </>
  );
}

/** What a person should look at, in words; null when all is well. */
function troubleOf(install: InstallRow, say: Say): string | null {
  if (install.trouble !== null) return say(`trouble.${install.trouble}`);
  if (install.settled) return null;
  if (!install.connected) return install.waiting > 0 ? '断网,照常打卡;本机存着未到的记录' : '断网,照常打卡';
  if (install.reader === 'gone' || install.reader === 'fault') return '读卡器要处理,可按 0 手工登记';
  return null;
}
