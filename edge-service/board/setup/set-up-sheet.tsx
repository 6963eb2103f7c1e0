import type { ReactNode } from 'react';
import type { HttpRound } from '#shared/contract/http.ts';
import { groupedOpeningCode } from '#shared/opening-code.ts';
import { SaidButton } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import { dayAndTimeMessage } from '#shared/language/time-message.ts';
import { message } from '#shared/language/message.ts';

/** Written in by hand. */
const TO_FILL_IN = '________________';

/** 布置单: what the person who puts up the tables needs on paper, the opening code among it. */
export function SetUpSheet({
  site,
  round,
  close,
}: {
  site: string;
  round: HttpRound;
  close: () => void;
}): ReactNode {
  const say = useSay();
  const code = round.openingCode ?? '';
  return (
    <>
      <p className="no-print actions">
        <SaidButton word="action.back" onClick={close} />
        <SaidButton type="primary" word="action.print" onClick={() => print()} />
      </p>
      <article className="sheet">
        <h2>{say('paper.set-up-sheet', { site, round: round.name })}</h2>
        <section>
          <h3>{say('paper.opening-code')}</h3>
          <p className="opening-code">{groupedOpeningCode(code)}</p>
          <p>{say('paper.opening-code-use', { n: code.length })}</p>
        </section>
        <table>
          <tbody>
            {round.sessions.map((s) => (
              <tr key={`${s.name}${s.from}`}>
                <th>{s.name}</th>
                <td>
                  {say(dayAndTimeMessage(Date.parse(s.from)))} – {say(dayAndTimeMessage(Date.parse(s.to)))}
                </td>
                <td>{s.shift ?? say('paper.everybody')}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>{say('paper.tubes', { mode: message(`tube-mode.${round.tubeMode}`), n: round.capacity })}</p>
        <table>
          <thead>
            <tr>
              <th>{say('term.station')}</th>
              <th>{say('paper.where-it-stands')}</th>
              <th>{say('term.device')}</th>
              <th>{say('paper.signature')}</th>
            </tr>
          </thead>
          <tbody>
            {round.stations.map((s) => (
              <tr key={s.station}>
                <th>{say('station.numbered', { n: s.station })}</th>
                <td>{say(`stand.${s.stand}`)}</td>
                <td>{TO_FILL_IN}</td>
                <td>{TO_FILL_IN}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>{say('paper.keys')}</p>
      </article>
    </>
  );
}
