import { useRef, type ComponentRef, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Form, Input, InputNumber, Popconfirm, Table, Tag, type InputRef } from 'antd';
import { z } from 'zod';
import type { Role } from '#shared/permissions.ts';
import { listOf, type HttpRound } from '#shared/contract/http.ts';
import { labEntrySchema, type LabEntered } from '#shared/contract/http-taken.ts';
import { isEntryOnly } from '../parts/page-access.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { LabUpload } from './lab-upload.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import { message } from '#shared/language/message.ts';

interface Typed {
  tube: string;
  count: number;
}

/**
 * 盲录: tube and number of swabs by hand, or the laboratory's list as a file; nothing on the page that could guide the hand.
 * Two people enter; the page says only whether they agree.
 */
export function BlindEntryPage({ round, roles }: { round: HttpRound; roles: readonly Role[] }): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const queries = useQueryClient();
  const [form] = Form.useForm<Typed>();
  const first = useRef<InputRef>(null);
  const second = useRef<ComponentRef<typeof InputNumber>>(null);
  const path = `/api/v1/rounds/${round.id}/lab-counts/entries`;
  const own = useQuery({
    queryKey: ['lab-entries', round.id],
    queryFn: () => client.get(path, listOf('entries', labEntrySchema)),
    refetchInterval: LISTS_AGAIN_MS, // the second person enters elsewhere
  });
  const enter = useMutation({
    mutationFn: (typed: Typed) =>
      client.send('POST', path, { json: { tube: typed.tube.trim(), count: typed.count } }, labEntrySchema),
    onSuccess: () => {
      form.resetFields();
      first.current?.focus();
      return queries.invalidateQueries();
    },
  });
  const entries = own.data?.entries ?? [];
  return (
    <>
      <Heading word="term.blind-entry" />
      {!isEntryOnly(roles) && (
        <Alert className="trouble" type="warning" showIcon title={say('lab.not-blind')} />
      )}
      <section className="card blind">
        <p>{say('lab.how-to-enter')}</p>
        <Form form={form} layout="inline" onFinish={(typed) => enter.mutate(typed)} requiredMark={false}>
          <Form.Item
            name="tube"
            label={<Said word="term.tube-code" />}
            rules={[{ required: true, whitespace: true, max: 40, message: say('lab.enter-tube') }]}
          >
            <Input
              ref={first}
              size="large"
              autoFocus
              autoComplete="off"
              style={{ width: 240 }}
              onPressEnter={(event) => {
                if (event.currentTarget.value.trim() === '') return; // submitting says what is missing
                event.preventDefault();
                second.current?.focus();
              }}
            />
          </Form.Item>
          <Form.Item
            name="count"
            label={<Said word="term.swabs" />}
            rules={[{ required: true, message: say('lab.enter-swabs') }]}
          >
            <InputNumber<number>
              ref={second}
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
            word="action.submit"
            loading={enter.isPending}
          />
        </Form>
        <Trouble error={enter.error} />
      </section>
      <Trouble error={own.error} />
      {entries.length > 0 && (
        <Table<LabEntered>
          className="entries"
          rowKey="id"
          size="middle"
          pagination={{ pageSize: 12, hideOnSinglePage: true, showSizeChanger: false }}
          dataSource={entries}
          columns={[
            { title: <Said word="term.tube-code" />, render: (_, e) => <TubeEntered entry={e} /> },
            { title: <Said word="term.your-entry" />, dataIndex: 'count' },
            { title: <Said word="term.second-entry" />, render: (_, e) => agreed(e) },
            {
              title: '',
              align: 'right',
              render: (_, e) => !e.final && <TakeBack entry={e} path={path} />,
            },
          ]}
        />
      )}
      <LabUpload key={round.id} round={round} />
    </>
  );
}

function TubeEntered({ entry }: { entry: LabEntered }): ReactNode {
  const say = useSay();
  return (
    <>
      <b>{entry.tube ?? say('lab.whole-site')}</b>
      {entry.warnings.map((w) => (
        <Tag key={w.code} color="gold" className="entry-warning">
          <Said word={w} />
        </Tag>
      ))}
    </>
  );
}

/** One's own slip, as long as nobody else has entered the same. */
function TakeBack({ entry, path }: { entry: LabEntered; path: string }): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const queries = useQueryClient();
  const of = entry.tube === null ? '' : `?${new URLSearchParams({ tube: entry.tube })}`;
  const back = useMutation({
    mutationFn: () => client.send('DELETE', `${path}${of}`, null, z.unknown()),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <>
      <Popconfirm
        title={say('lab.take-back-question', {
          tube: entry.tube ?? message('lab.whole-site'),
          count: entry.count,
        })}
        okText={say('action.take-back')}
        cancelText={say('action.cancel')}
        onConfirm={() => back.mutate()}
      >
        <SaidButton size="small" word="action.take-back" loading={back.isPending} />
      </Popconfirm>
      <Trouble error={back.error} />
    </>
  );
}

function agreed(entry: LabEntered): ReactNode {
  if (entry.agreed === null)
    return (
      <Tag>
        <Said word="lab.awaits-second" />
      </Tag>
    );
  return (
    <Tag color={entry.agreed ? 'green' : 'red'}>
      <Said word={entry.agreed ? 'lab.both-agree' : 'lab.both-differ'} />
    </Tag>
  );
}
