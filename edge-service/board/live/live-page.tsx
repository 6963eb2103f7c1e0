import type { ReactNode } from 'react';
import { Empty, Tag } from 'antd';
import type { BoardSnapshot, InstallRow, StationRow } from '#shared/contract/board.ts';
import { useNow } from '../parts/board-context.tsx';
import { Heading, Said } from '../parts/said.tsx';
import { age } from '../parts/age.ts';
import { useSay } from '../parts/language.tsx';
import { message, type PlainKey, type Sayable } from '#shared/language/message.ts';
import { whenMessage } from '#shared/language/time-message.ts';
import { codeOrNone } from '#shared/language/tube-code.ts';

/** 实时: every station with its people, open tube, last contact, what it still holds, its reader, and trouble. */
export function LivePage({ snapshot }: { snapshot: BoardSnapshot }): ReactNode {
  const say = useSay();
  const stations = snapshot.stations.toSorted((a, b) => a.station - b.station);
  return (
    <>
      <Heading word="term.live" />
      {stations.length === 0 && <Empty description={say('machine.no-station')} />}
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
  const { openTube } = station;
  const troubled = station.installs.some((i) => troubleOf(i) !== null);
  const name = say('station.numbered', { n: station.station });
  return (
    <article
      className={`station ${troubled ? 'station-troubled' : station.installs.length === 0 ? 'station-silent' : ''}`}
      aria-label={name}
    >
      <header>
        <h4>{name}</h4>
        {station.stand !== null && <span className="stand">{say(`stand.${station.stand}`)}</span>}
      </header>
      <div className="station-figure">
        <b>{station.people}</b>
        <span>{say('term.tested')}</span>
        <span className="swipes">{say('count.swipes-of', { n: station.swipes })}</span>
      </div>
      <dl>
        <dt>{say('machine.tube')}</dt>
        <dd>
          {openTube === null
            ? say('machine.no-open-tube')
            : say('machine.open-tube', {
                tube: codeOrNone(openTube.code),
                n: openTube.count,
              })}
        </dd>
        {station.installs.length === 0 && (
          <>
            <dt>{say('machine.contact')}</dt>
            <dd>
              <Tag color="gold">{say('machine.never-heard')}</Tag>
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
  const trouble = troubleOf(install);
  const { lastContact } = install;
  return (
    <>
      {several && <dt className="device">{name}</dt>}
      {several && <dd />}
      <dt>{say('machine.contact')}</dt>
      <dd>
        {install.connected ? (
          <Tag color="green">{say('machine.on-line')}</Tag>
        ) : (
          <Tag color="volcano">
            {lastContact === null
              ? say('machine.off-line')
              : say('machine.off-line-for', { age: age(now - lastContact) })}
          </Tag>
        )}
        {lastContact === null
          ? say('machine.never-in-contact')
          : say('machine.last-heard', { when: whenMessage(lastContact, now) })}
      </dd>
      <dt>{say('term.waiting')}</dt>
      <dd className={install.waiting > 0 && !install.settled ? 'warn' : ''}>
        {install.settled
          ? say('machine.settled')
          : install.waiting === 0
            ? say('machine.nothing-to-come')
            : say('machine.records-to-come', { n: install.waiting })}
        <span className="quiet">
          {' '}
          {say('machine.received-of', { received: install.watermark, head: install.head })}
        </span>
      </dd>
      <ReaderLine install={install} now={now} />
      {install.doubtfulTimes > 0 && (
        <Warning
          name="machine.clock"
          word={message('machine.doubtful-times', { n: install.doubtfulTimes })}
        />
      )}
      {trouble !== null && <Warning name="term.trouble" word={trouble} />}
    </>
  );
}

function ReaderLine({ install, now }: { install: InstallRow; now: number }): ReactNode {
  const say = useSay();
  const { reader, readerSince, wrongObjects } = install;
  const well = reader === null || reader === 'ready';
  return (
    <>
      <dt>{say('reader.one')}</dt>
      <dd className={well ? '' : 'warn'}>
        {reader === null ? '—' : say(`reader-state.${reader}`)}
        {!well && readerSince !== null && ` ${say(whenMessage(readerSince, now))}`}
        {wrongObjects > 0 && (
          <span className="quiet"> {say('machine.wrong-objects', { n: wrongObjects })}</span>
        )}
      </dd>
    </>
  );
}

const Warning = ({ name, word }: { name: PlainKey; word: Sayable }): ReactNode => (
  <>
    <dt className="warn">
      <Said word={name} />
    </dt>
    <dd className="warn">
      <Said word={word} />
    </dd>
  </>
);

/** What a person should look at, in words; null when all is well. */
function troubleOf(install: InstallRow): Sayable | null {
  if (install.trouble !== null) return `trouble.${install.trouble}`;
  if (install.settled) return null;
  if (!install.connected)
    return install.waiting > 0 ? 'machine.off-line-holds-records' : 'machine.off-line-swiping';
  if (install.reader === 'gone' || install.reader === 'fault') return 'machine.reader-needs-care';
  return null;
}
