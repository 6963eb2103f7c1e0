import { useRef, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Alert, Empty, Form, Input, type InputRef, Table, Tag } from 'antd';
import { foundSchema, type Found } from '#shared/contract/http-find.ts';
import { WHO_CHARS_MAX } from '#shared/contract/http-requests.ts';
import { parseIdNumber } from '#shared/id-number.ts';
import { useBoard } from '../parts/board-context.tsx';
import { FIND_HINTS, foundLines, nobodyWords, outcomeWords, type FoundLine } from './found-lines.ts';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { dayAndTime, dayText, NO_LATER_THAN } from '#shared/site-time.ts';
import { useSay } from '../parts/language.tsx';

interface Asked {
  who: string;
  reason: string;
}
const REASONS = ['核实是否已检', '本人查询', '上级核查'];
const ENTRY_WORDS = { card: '刷身份证', scan: '扫码', manual: '手工登记' } as const;
const COLUMNS = 9;

/** 查人: one person over all rounds, by name or number, with a reason that is recorded. */
export function FindPage(): ReactNode {
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
            rules={[{ required: true, whitespace: true, message: '请写要查的人' }]}
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
            rules={[{ required: true, whitespace: true, message: '请写理由' }]}
          >
            <Input ref={reason} maxLength={200} style={{ width: 200 }} />
          </Form.Item>
          <span className="offered">
            {REASONS.map((text) => (
              <button type="button" key={text} onClick={() => form.setFieldValue('reason', text)}>
                {text}
              </button>
            ))}
          </span>
          <SaidButton type="primary" htmlType="submit" word="action.search" loading={search.isPending} />
        </Form>
        <p className="quiet">
          查所有轮次的花名册和打卡。查询人、时间和理由会记录下来;护照等其他证件只写号码即可。
          <small lang="en">
            {' '}
            All rounds are searched. Who searched, when and why is recorded; of another document the number is
            enough.
          </small>
        </p>
      </section>
      <Trouble error={search.error} />
      {search.data !== undefined && <Result found={search.data} asked={search.variables} />}
    </>
  );
}

function Result({ found, asked }: { found: Found; asked: Asked }): ReactNode {
  if (found.rounds.every((r) => r.people.length === 0)) return <Nobody found={found} who={asked.who} />;
  const capped = found.rounds.filter((r) => r.more);
  return (
    <>
      <p className="quiet">{`“${asked.who}” · 理由:${asked.reason}(已记录) · 本页有证件号,请勿拍照外传`}</p>
      {!found.exact && (
        <Alert
          className="trouble"
          type="info"
          showIcon
          title={
            <Said
              word={{
                zh: `没有人正好叫“${asked.who}”,下面是姓名里含这几个字的人`,
                en: 'nobody has just this name: these names contain it',
              }}
            />
          }
        />
      )}
      {capped.length > 0 && (
        <Alert
          className="trouble"
          type="warning"
          showIcon
          title={
            <Said
              word={{
                zh: `符合的人太多,每轮只列出 ${capped[0]?.people.length ?? 0} 人:请写全名,或用证件号、工号查`,
                en: 'too many fit: write the whole name, or search by number',
              }}
            />
          }
        />
      )}
      <FoundTable found={found} />
    </>
  );
}

/** Nobody in any round: in words, with what to try. */
function Nobody({ found, who }: { found: Found; who: string }): ReactNode {
  const told = found.rounds.filter((r) => r.outcome !== 'searched');
  const id = parseIdNumber(who);
  return (
    <section className="card" data-testid="nobody">
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            {found.rounds.length === 0
              ? '还没有轮次,没有可查的'
              : `${found.rounds.length} 轮里都没有找到“${who}”`}
            <br />
            <small lang="en">found in no round</small>
          </>
        }
      />
      <ul className="hints">
        {!id.ok && /^\d{15,18}[xX]?$/.test(who) && (
          <li className="warn">这不是一个正确的身份证号({faultWords[id.code]}),请逐位核对</li>
        )}
        {FIND_HINTS.map((hint) => (
          <li key={hint.zh}>
            <Said word={hint} />
          </li>
        ))}
        {told.map((r) => (
          <li key={r.id}>
            {r.name}:
            <Said word={nobodyWords(r)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const faultWords = {
  length: '位数不对',
  characters: '有不该有的字符',
  province: '前两位不是省份代码',
  date: '出生日期不对',
  'check-digit': '校验位不对',
} as const;

function FoundTable({ found }: { found: Found }): ReactNode {
  const say = useSay();
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
                {dayText(Date.parse(round.from))} · {say(`round-state.${round.state}`)}
              </small>
              {round.outcome === 'in-part' && <div className="quiet">没有按姓名查完</div>}
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
              <Tag color={outcomeWords[outcome].color}>
                <Said word={outcomeWords[outcome]} />
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
              : `${swipe.timeDoubtful ? NO_LATER_THAN : ''}${dayAndTime(Date.parse(swipe.time))}`,
        },
        {
          title: <Said word="term.station" />,
          onCell: ofSwipe,
          render: (_, { swipe }) => (swipe === null || swipe.station === null ? '—' : `${swipe.station}号台`),
        },
        {
          title: <Said word="term.tube-code" />,
          onCell: ofSwipe,
          render: (_, { swipe }) => swipe?.tube ?? '—',
        },
        {
          title: <Said word="term.entry" />,
          onCell: ofSwipe,
          render: (_, { swipe }) => (swipe === null ? '—' : ENTRY_WORDS[swipe.entry]),
        },
        {
          title: <Said word="term.note" />,
          onCell: ofSwipe,
          dataIndex: 'note',
        },
      ]}
    />
  );
}

/** Name, numbers and whether the roster has them; or why the round shows nobody. */
function Who({ line: { person, round } }: { line: FoundLine }): ReactNode {
  if (person === null)
    return (
      <span className="quiet">
        <Said word={nobodyWords(round)} />
      </span>
    );
  return (
    <>
      <b>{person.name ?? '(没有姓名)'}</b> {!person.onRoster && <Tag color="gold">名单外</Tag>}
      <br />
      {[person.number, person.staffNumber === null ? null : `工号 ${person.staffNumber}`]
        .filter((number) => number !== null)
        .join(' · ')}
    </>
  );
}
