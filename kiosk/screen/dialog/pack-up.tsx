import type { ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { Words } from './dialog-words.tsx';
import { ENTER, ESCAPE, KeyButton, type PressAll } from './key-button.tsx';
import { SymbolView } from '../words/symbols.tsx';
import type { Line } from '../words/line.ts';

/** 收工: what must be true before the table may go, with the numbers to compare with paper. */
export function PackUp({
  state,
  fault,
  pressAll,
}: {
  state: KioskState;
  fault: Line | null;
  pressAll: PressAll;
}): ReactNode {
  const waiting = state.lastSequence - state.received;
  const checks = [
    {
      good: waiting === 0,
      zh:
        waiting === 0
          ? `本机末号 ${state.lastSequence} = 已收 ${state.received}`
          : `还有 ${waiting} 条没有传完 (末号 ${state.lastSequence},已收 ${state.received})`,
      en: waiting === 0 ? 'All received' : `${waiting} records still to send`,
    },
    ...(state.stand === 'before' && state.tubeMode !== 'none'
      ? [
          {
            good: state.tube === null,
            zh:
              state.tube === null
                ? '没有没封的管'
                : `管 ${state.tube.code ?? ''} 还没有封 (${state.tube.count} 人)`,
            en: state.tube === null ? 'No open tube' : 'Seal the open tube first (+)',
          },
          {
            good: state.looseCount === 0,
            zh: state.looseCount === 0 ? '没有未归管的人' : `未归管 ${state.looseCount} 人`,
            en: state.looseCount === 0 ? 'Nobody without a tube' : 'People without a tube',
          },
        ]
      : []),
  ];
  return (
    <>
      <ul className="checks">
        {checks.map((check) => (
          <li key={check.en} className={check.good ? 'check-good' : 'check-open'}>
            <SymbolView name={check.good ? 'check' : 'cross'} />
            <span>
              {check.zh} <em>{check.en}</em>
            </span>
          </li>
        ))}
        <li className="check-plain">
          <span>
            本台已刷 {state.stationCount} 人 <em>swiped at this table</em>
          </span>
        </li>
      </ul>
      <Words line={fault} className="fault" />
      <nav className="key-bar">
        <KeyButton cap="−" zh="返回" en="back" keys={[ESCAPE]} pressAll={pressAll} />
        <KeyButton
          cap="Enter"
          zh="本台收工"
          en="end this round here"
          keys={[ENTER]}
          pressAll={pressAll}
          strong
        />
      </nav>
    </>
  );
}
