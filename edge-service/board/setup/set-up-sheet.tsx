import type { ReactNode } from 'react';
import type { HttpRound } from '#shared/contract/http.ts';
import { groupedOpeningCode } from '#shared/opening-code.ts';
import { SaidButton } from '../parts/said.tsx';
import { dayAndTime } from '#shared/site-time.ts';
import { useSay } from '../parts/language.tsx';

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
        <h2>
          {site} · {round.name} 布置单 <small lang="en">set-up sheet</small>
        </h2>
        <section>
          <h3>
            开场码 <small lang="en">opening code</small>
          </h3>
          <p className="opening-code">{groupedOpeningCode(code)}</p>
          <p>
            采样台开机时连不上主机才用:在采样台上输入这 {code.length} 位数字。请勿拍照外传,用后收回。
            <br />
            <small lang="en">
              Only when a kiosk starts without the edge: type these {code.length} digits there. Do not
              photograph; collect the sheet afterwards.
            </small>
          </p>
        </section>
        <table>
          <tbody>
            {round.sessions.map((s) => (
              <tr key={`${s.name}${s.from}`}>
                <th>{s.name}</th>
                <td>
                  {dayAndTime(Date.parse(s.from))} – {dayAndTime(Date.parse(s.to))}
                </td>
                <td>{s.shift ?? '所有人'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>
          {say(`tube-mode.${round.tubeMode}`)} · 每管 {round.capacity} 人
        </p>
        <table>
          <thead>
            <tr>
              <th>采样台</th>
              <th>站位</th>
              <th>设备</th>
              <th>签名</th>
            </tr>
          </thead>
          <tbody>
            {round.stations.map((s) => (
              <tr key={s.station}>
                <th>{s.station}号台</th>
                <td>{say(`stand.${s.stand}`)}</td>
                <td>{TO_FILL_IN}</td>
                <td>{TO_FILL_IN}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>键盘:数字 · * = X · + 换管 · − 撤销 · 0 手工登记 · Enter 确定。看到绿色才算。</p>
      </article>
    </>
  );
}
