import { useRef, useState, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Alert, Form, Input, InputNumber, Table, Tag, type InputRef } from 'antd';
import type { z } from 'zod';
import type { Role } from '#shared/board.ts';
import { labEntrySchema, type HttpRound } from '#shared/http.ts';
import { isBlind } from './access.ts';
import { useBoard } from './app-context.tsx';
import { Heading, Said, SaidButton, Trouble } from './said.tsx';
import { words } from './words.ts';

type Entry = z.infer<typeof labEntrySchema>;
interface Typed {
  tube: string;
  count: number;
}
/** What one sitting holds on the screen; older entries are stored all the same. */
const SHOWN_ENTRIES_MAX = 200;

/**
 * 盲录: tube and number of swabs, nothing else on the page that could guide the hand. Two people enter; the page says only
 * whether they agree.
 */
export function BlindEntryPage({ round, roles }: { round: HttpRound; roles: readonly Role[] }): ReactNode {
  const { client } = useBoard();
  const [form] = Form.useForm<Typed>();
  const first = useRef<InputRef>(null);
  const [entries, setEntries] = useState<(Entry & { count: number; key: number })[]>([]);
  const enter = useMutation({
    mutationFn: (typed: Typed) =>
      client.send(
        'POST',
        `/api/v1/rounds/${round.id}/lab-counts/entries`,
        { json: { tube: typed.tube.trim(), count: typed.count } },
        labEntrySchema,
      ),
    onSuccess: (entry, { count }) => {
      setEntries((held) => [{ ...entry, count, key: held.length }, ...held].slice(0, SHOWN_ENTRIES_MAX));
      form.resetFields();
      first.current?.focus();
    },
  });
  return (
    <>
      <Heading word={words.blindEntry} />
      {!isBlind(roles) && (
        <Alert
          className="trouble"
          type="warning"
          showIcon
          title="未盲录:这个账号看得到我方的数"
          description={
            <small lang="en">not blind: this account may see our numbers, and the entry says so</small>
          }
        />
      )}
      <section className="card blind">
        <p>
          照检测机构的清单录入:管号、拭子数。按回车换格,再按回车提交。
          <br />
          <small lang="en">
            Type the tube code and the number of swabs from the laboratory's paper. Enter moves on and
            submits.
          </small>
        </p>
        <Form form={form} layout="inline" onFinish={(typed) => enter.mutate(typed)} requiredMark={false}>
          <Form.Item
            name="tube"
            label={<Said word={words.tubeCode} />}
            rules={[{ required: true, whitespace: true, max: 40, message: '请输入管号' }]}
          >
            <Input ref={first} size="large" autoFocus autoComplete="off" style={{ width: 240 }} />
          </Form.Item>
          <Form.Item
            name="count"
            label={<Said word={words.swabs} />}
            rules={[{ required: true, message: '请输入拭子数' }]}
          >
            <InputNumber<number>
              size="large"
              min={0}
              max={1000}
              precision={0}
              controls={false}
              style={{ width: 120 }}
            />
          </Form.Item>
          <SaidButton
            type="primary"
            size="large"
            htmlType="submit"
            word={words.submit}
            loading={enter.isPending}
          />
        </Form>
        <Trouble error={enter.error} />
      </section>
      {entries.length > 0 && (
        <Table
          size="middle"
          pagination={{ pageSize: 12, hideOnSinglePage: true, showSizeChanger: false }}
          dataSource={entries}
          columns={[
            { title: <Said word={words.tubeCode} />, render: (_, e) => <b>{e.tube}</b> },
            { title: <Said word={words.yourEntry} />, dataIndex: 'count' },
            { title: <Said word={words.secondEntry} />, render: (_, e) => agreed(e) },
          ]}
        />
      )}
    </>
  );
}

function agreed(entry: Entry): ReactNode {
  if (entry.agreed === null) return <Tag>等第二人录入</Tag>;
  return entry.agreed ? <Tag color="green">两人一致</Tag> : <Tag color="red">两人不同,请都再看一遍</Tag>;
}
