import { useState, type ReactNode } from 'react';
import { Input, Radio, Tag } from 'antd';
import { type HttpRound } from '#shared/contract/http.ts';
import { rosterStoredSchema } from '#shared/contract/http-taken.ts';
import { FileUpload, type Way } from '../parts/file-upload.tsx';
import { rowsOf } from '../lab/lab-upload.tsx';
import { RosterContents } from './roster-contents.tsx';
import { RosterHistory } from './roster-history.tsx';
import { Heading, Said } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import type { z } from 'zod';
import { followed } from '#shared/language/chain.ts';
import { message, type Message } from '#shared/language/message.ts';

const ADDS: Way = { word: 'action.add-to-roster', means: '', query: { add: 'true' } };
const REPLACES: Way = { word: 'action.replace-roster', means: '', query: {} };
const REPLACES_UNLESS_FEWER: Way = { ...REPLACES, query: { shrink: 'refuse' } };

/** 花名册: HR's own workbook; rows that need work come back as a file, never a refusal of the whole. */
export function RosterPage({ round }: { round: HttpRound }): ReactNode {
  const say = useSay();
  const [adds, setAdds] = useState(false);
  const [reason, setReason] = useState('');
  const hasRoster = round.rosterVersion > 0;
  const amends = hasRoster && (round.state === 'open' || round.state === 'settling');
  const why = reason.trim();
  const amending: Way = {
    word: 'action.amend-roster',
    means: '',
    query: { ...(adds && ADDS.query), reason: why },
  };
  return (
    <>
      <Heading word="term.roster">
        <Tag color={hasRoster ? 'green' : 'gold'}>
          {hasRoster ? say('round.version', { n: round.rosterVersion }) : say('roster.none-yet')}
        </Tag>
        {round.rosterToCorrect > 0 && (
          <Tag color="gold">{say('roster.to-correct-people', { n: round.rosterToCorrect })}</Tag>
        )}
      </Heading>
      <section className="card">
        <p>{say('roster.what-file', { round: round.name })}</p>
        {round.rosterToCorrect > 0 && <p>{say('roster.how-to-correct', { n: round.rosterToCorrect })}</p>}
        {hasRoster && (
          <div className="choices">
            <Radio.Group value={adds} onChange={(event) => setAdds(event.target.value === true)}>
              <Radio value={false}>
                <Said word="action.replace-roster" />
              </Radio>
              <Radio value={true}>
                <Said word="action.add-to-roster" />
              </Radio>
            </Radio.Group>
          </div>
        )}
        {amends && (
          <label className="amend-reason">
            {say('roster.reason-first')}
            <Input
              value={reason}
              maxLength={200}
              placeholder={say('roster.reason-example')}
              aria-label={say('roster.reason')}
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
        )}
        <FileUpload
          path={`/api/v1/rounds/${round.id}/roster`}
          ways={[adds ? ADDS : REPLACES_UNLESS_FEWER]}
          answer={rosterStoredSchema}
          offers={{ 'roster-shrinks': [ADDS, REPLACES], 'roster-amends': why === '' ? [] : [amending] }}
          // What comes next is most likely the file of bad rows, corrected.
          onStored={(s) => {
            setAdds(s.badRows !== null);
            setReason('');
          }}
          told={(stored) => say(storedWords(stored))}
        />
      </section>
      {hasRoster && <RosterContents round={round} />}
      {round.openedAt !== null && hasRoster && <RosterHistory round={round} />}
    </>
  );
}

/** What of a roster was taken in. */
function storedWords(stored: z.infer<typeof rosterStoredSchema>): Message {
  const { rows, people, toCorrect: kept, errors, version, roster, repaired } = stored;
  const counts = { rows, usable: people - kept, bad: rowsOf(errors), version, people: roster };
  return followed(
    'list.comma',
    kept === 0 ? message('roster.stored', counts) : message('roster.stored-some-kept', { ...counts, kept }),
    [repaired === 0 ? null : message('roster.repaired', { n: repaired })],
  );
}
