import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Modal, Table, Tag } from 'antd';
import type { z } from 'zod';
import { ROLES, type Role } from '#shared/permissions.ts';
import { accountSchema, listOf } from '#shared/contract/http.ts';
import { useBoard } from '../parts/board-context.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import { PASSWORD_LEAST } from '#shared/contract/http-requests.ts';

type Account = z.infer<typeof accountSchema>;
interface Typed {
  name: string;
  password?: string;
  roles: Role[];
}

/** 账号: who may log in, and as what. A new password or a disabled account ends the account's sessions. */
export function AccountsPage(): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const queries = useQueryClient();
  const [edited, setEdited] = useState<Account | 'new' | null>(null);
  const accounts = useQuery({
    queryKey: ['accounts'],
    queryFn: () => client.get('/api/v1/accounts', listOf('accounts', accountSchema)),
  });
  const done = async (): Promise<void> => {
    setEdited(null);
    await queries.invalidateQueries({ queryKey: ['accounts'] });
  };
  const create = useMutation({
    mutationFn: (json: Typed) => client.send('POST', '/api/v1/accounts', { json }, accountSchema),
    onSuccess: done,
  });
  const change = useMutation({
    mutationFn: (to: { name: string; json: { password?: string; roles?: Role[]; disabled?: boolean } }) =>
      client.send(
        'PATCH',
        `/api/v1/accounts/${encodeURIComponent(to.name)}`,
        { json: to.json },
        accountSchema,
      ),
    onSuccess: done,
  });
  return (
    <>
      <Heading word="term.accounts">
        <SaidButton type="primary" word="action.new-account" onClick={() => setEdited('new')} />
      </Heading>
      <Trouble error={accounts.error ?? (edited === null ? change.error : null)} />
      <Table<Account>
        rowKey="id"
        loading={accounts.isPending}
        dataSource={accounts.data?.accounts ?? []}
        scroll={{ x: 560 }}
        pagination={false}
        columns={[
          { title: <Said word="term.account" />, render: (_, a) => <b>{a.name}</b> },
          {
            title: <Said word="term.role" />,
            render: (_, a) => a.roles.map((r) => <Tag key={r}>{say(`role.${r}`)}</Tag>),
          },
          {
            title: <Said word="term.state" />,
            render: (_, a) => (
              <Tag color={a.disabled ? 'volcano' : 'green'}>
                {say(a.disabled ? 'account.disabled' : 'account.usable')}
              </Tag>
            ),
          },
          {
            title: '',
            align: 'right',
            render: (_, a) => (
              <span className="actions">
                <SaidButton size="small" word="action.edit" onClick={() => setEdited(a)} />
                <SaidButton
                  size="small"
                  word={a.disabled ? 'action.enable' : 'action.disable'}
                  onClick={() => change.mutate({ name: a.name, json: { disabled: !a.disabled } })}
                />
              </span>
            ),
          },
        ]}
      />
      {edited !== null && (
        <AccountForm
          account={edited === 'new' ? null : edited}
          pending={create.isPending || change.isPending}
          error={create.error ?? change.error}
          submit={(typed) => {
            const password =
              typed.password === undefined || typed.password === '' ? {} : { password: typed.password };
            if (edited === 'new') create.mutate(typed);
            else change.mutate({ name: edited.name, json: { roles: typed.roles, ...password } });
          }}
          close={() => setEdited(null)}
        />
      )}
    </>
  );
}

interface FormProps {
  account: Account | null;
  pending: boolean;
  error: unknown;
  submit: (typed: Typed) => void;
  close: () => void;
}

function AccountForm({ account, pending, error, submit, close }: FormProps): ReactNode {
  const say = useSay();
  const [form] = Form.useForm<Typed>();
  return (
    <Modal
      mask={{ closable: false }}
      open
      title={<Said word={account === null ? 'action.new-account' : 'action.edit'} />}
      onCancel={close}
      onOk={() => form.submit()}
      confirmLoading={pending}
      okText={say('action.save')}
      cancelText={say('action.cancel')}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: account?.name ?? '', roles: account?.roles ?? [] }}
        onFinish={submit}
      >
        <Form.Item
          name="name"
          label={<Said word="term.account" />}
          rules={[{ required: true, whitespace: true, message: say('account.enter-name') }]}
        >
          <Input maxLength={40} disabled={account !== null} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password"
          label={<Said word={account === null ? 'term.new-password' : 'term.password-unchanged'} />}
          rules={[
            { required: account === null, message: say('account.enter-password') },
            { min: PASSWORD_LEAST, message: say('account.least-characters', { least: PASSWORD_LEAST }) },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="roles"
          label={<Said word="term.role" />}
          rules={[{ required: true, message: say('account.one-role') }]}
        >
          <Checkbox.Group
            className="roles"
            options={ROLES.map((r) => ({ value: r, label: say(`role.${r}`) }))}
          />
        </Form.Item>
      </Form>
      <Trouble error={error} />
    </Modal>
  );
}
