import { useRef, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Alert, Empty, Form, Input, type InputRef, Table, Tag } from 'antd';
import { foundSchema, type Found } from '#shared/contract/http-find.ts';
import { WHO_CHARS_MAX } from '#shared/contract/http-requests.ts';
import { parseIdNumber } from '#shared/id-number.ts';
import { useBoard } from '../parts/board-context.tsx';
import { listed, message, type PlainKey, type Text } from '#shared/language/message.ts';
import { dayAndTimeMessage } from '#shared/language/time-message.ts';
import { FIND_HINTS, foundLines, nobodyMessage, OUTCOME_TAGS, type FoundLine } from './found-lines.ts';
import { Heading, Said, SaidButton, Trouble, useTextSay } from '../parts/said.tsx';
import { NO_LATER_THAN } from '#shared/site-time.ts';
import { useSay } from '../parts/language.tsx';
import { nameText, numberText } from './person-words.ts';

interface Asked {
  who: string;
  reason: string;
}
const REASON_LENGTH = 200;
/** Reasons people give most, one press each. */
const OFFERED = [
  'reason.whether-tested',
  'reason.on-own-request',
  'reason.superiors-check',
] as const satisfies readonly PlainKey[];
const ENTRY_WORDS = { card: 'cell.by-card', scan: 'cell.by-scan', manual: 'cell.by-hand' } as const;
const COLUMNS = 9;

/** 查人: one person over all rounds, by name or number, with a reason that is recorded. */
export function FindPage(): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const [form] = Form.useForm<Asked>();
  const reason = useRef<InputRef>(null);
  const search = useMutation({
    gcTime: 0, // who was found does not stay in the page's memory once another page is open
    mutationFn: (json: Asked) => client.send('POST', '/api/v1/people/search', { json }, foundSchema),
  });
  return (
    <>
      <Heading word="term.find" />
      <section className="card tight">
        <Form
          form={form}
          className="find-form"
          layout="inline"
          autoComplete="off"
          requiredMark={false}
          onFinish={({ who, reason: why }) => search.mutate({ who: who.trim(), reason: why.trim() })}
        >
          <Form.Item
            name="who"
            label={<Said word="term.whom-to-find" />}
            rules={[{ required: true, whitespace: true, message: say('find.enter-whom') }]}
          >
            <Input
              autoFocus
              maxLength={WHO_CHARS_MAX}
              style={{ width: 240 }}
              onPressEnter={(event) => {
                if (reason.current?.input?.value.trim() !== '' || event.currentTarget.value.trim() === '')
                  return; // everything is there, or submitting says what is missing
                event.preventDefault();
                reason.current.focus();
              }}
            />
          </Form.Item>
          <Form.Item
            name="reason"
            label={<Said word="term.reason" />}
            rules={[
              { required: true, whitespace: true, message: say('field.reason', { most: REASON_LENGTH }) },
            ]}
          >
            <Input ref={reason} maxLength={REASON_LENGTH} style={{ width: 200 }} />
          </Form.Item>
          <span className="offered">
            {OFFERED.map((key) => say<PlainKey>(key)).map((text) => (
              <button type="button" key={text} onClick={() => form.setFieldValue('reason', text)}>
                {text}
              </button>
            ))}
          </span>
          <SaidButton type="primary" htmlType="submit" word="action.search" loading={search.isPending} />
        </Form>
        <p className="quiet">{say('find.about')}</p>
      </section>
      <Trouble error={search.error} />
      {search.data !== undefined && <Result found={search.data} asked={search.variables} />}
    </>
  );
}

function Result({ found, asked }: { found: Found; asked: Asked }): ReactNode {
  const say = useSay();
  if (found.rounds.every((r) => r.people.length === 0)) return <Nobody found={found} who={asked.who} />;
  const capped = found.rounds.find((r) => r.more);
  return (
    <>
      <p className="quiet">{say('find.searched', asked)}</p>
      {!found.exact && (
        <Alert
          className="trouble"
          type="info"
          showIcon
          title={say('find.names-contain', { who: asked.who })}
        />
      )}
      {capped !== undefined && (
        <Alert
          className="trouble"
          type="warning"
          showIcon
          title={say('find.too-many', { n: capped.people.length })}
        />
      )}
      <FoundTable found={found} />
    </>
  );
}

/** Nobody in any round: in words, with what to try. */
function Nobody({ found, who }: { found: Found; who: string }): ReactNode {
  const say = useSay();
  const told = found.rounds.filter((r) => r.outcome !== 'searched');
  const id = parseIdNumber(who);
  return (
    <section className="card" data-testid="nobody">
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          found.rounds.length === 0
            ? say('find.no-rounds')
            : say('find.nobody', { n: found.rounds.length, who })
        }
      />
      <ul className="hints">
        {!id.ok && /^\d{15,18}[xX]?$/.test(who) && (
          <li className="warn">{say('find.not-an-id-number', { fault: message(`id-fault.${id.code}`) })}</li>
        )}
        {FIND_HINTS.map((hint) => (
          <li key={hint}>{say(hint)}</li>
        ))}
        {told.map((r) => (
          <li key={r.id}>{say('list.colon', { one: r.name, more: nobodyMessage(r) })}</li>
        ))}
      </ul>
    </section>
  );
}

function FoundTable({ found }: { found: Found }): ReactNode {
  const say = useSay();
  const textIn = useTextSay();
  const ofPerson = (line: FoundLine): { rowSpan: number } => ({ rowSpan: line.personRows });
  const ofSwipe = (line: FoundLine): { colSpan?: number } => (line.person === null ? { colSpan: 0 } : {});
  return (
    <Table<FoundLine>
      className="found"
      rowKey="key"
      size="small"
      bordered
      pagination={false}
      scroll={{ x: 1100 }}
      dataSource={foundLines(found)}
      columns={[
        {
          title: <Said word="term.round" />,
          width: 165,
          onCell: (l) => ({ rowSpan: l.roundRows }),
          render: (_, { round }) => (
            <>
              <b>{round.name}</b>
              <br />
              <small className="quiet">
                {say('find.round-on-day', {
                  at: Date.parse(round.from),
                  state: message(`round-state.${round.state}`),
                })}
              </small>
              {round.outcome === 'in-part' && <div className="quiet">{say('find.names-not-searched')}</div>}
            </>
          ),
        },
        {
          title: <Said word="term.person" />,
          onCell: (l) => (l.person === null ? { colSpan: COLUMNS - 1 } : ofPerson(l)),
          render: (_, l) => <Who line={l} />,
        },
        {
          title: <Said word="term.workshop-and-team" />,
          onCell: (l) => (l.person === null ? { colSpan: 0 } : ofPerson(l)),
          render: (_, { person }) =>
            [person?.workshop, person?.team].filter((t) => t !== null && t !== '').join(' · ') || '—',
        },
        {
          title: <Said word="term.result" />,
          onCell: ofSwipe,
          render: (_, { outcome }) =>
            outcome !== null && (
              <Tag color={OUTCOME_TAGS[outcome].color}>
                <Said word={OUTCOME_TAGS[outcome].word} />
              </Tag>
            ),
        },
        {
          title: <Said word="term.time" />,
          className: 'found-time',
          onCell: ofSwipe,
          render: (_, { swipe }) =>
            swipe === null
              ? '—'
              : `${swipe.timeDoubtful ? NO_LATER_THAN : ''}${say(dayAndTimeMessage(Date.parse(swipe.time)))}`,
        },
        {
          title: <Said word="term.station" />,
          onCell: ofSwipe,
          render: (_, { swipe }) =>
            swipe === null || swipe.station === null ? '—' : say('station.numbered', { n: swipe.station }),
        },
        {
          title: <Said word="term.tube-code" />,
          onCell: ofSwipe,
          render: (_, { swipe }) => swipe?.tube ?? '—',
        },
        {
          title: <Said word="term.entry" />,
          onCell: ofSwipe,
          render: (_, { swipe }) => (swipe === null ? '—' : say(ENTRY_WORDS[swipe.entry])),
        },
        {
          title: <Said word="term.note" />,
          onCell: ofSwipe,
          render: (_, { note }) => note !== null && textIn(note),
        },
      ]}
    />
  );
}

/** Name, numbers and whether the roster has them; or why the round shows nobody. */
function Who({ line: { person, round } }: { line: FoundLine }): ReactNode {
  const textIn = useTextSay();
  if (person === null)
    return (
      <span className="quiet">
        <Said word={nobodyMessage(round)} />
      </span>
    );
  const number: Text[] = person.number === null ? [] : [person.number];
  const staff =
    person.staffNumber === null ? [] : [numberText({ kind: 'staff', number: person.staffNumber })];
  return (
    <>
      <b>{textIn(nameText(person.name))}</b>{' '}
      {!person.onRoster && (
        <Tag color="gold">
          <Said word="cell.walk-in" />
        </Tag>
      )}
      <br />
      {textIn(listed('list.dot', [...number, ...staff]) ?? '')}
    </>
  );
}
