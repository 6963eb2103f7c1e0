import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Form, Input, Typography } from 'antd';
import { openedSessionSchema } from '#shared/contract/http.ts';
import { PASSWORD_LEAST } from '#shared/contract/http-requests.ts';
import { useBoard } from './parts/board-context.tsx';
import { LanguageChoice, useSay } from './parts/language.tsx';
import { Said, SaidButton, Trouble } from './parts/said.tsx';

interface Entrance {
  site: string;
  done: () => void;
}

/** Name and password; wrong ones are told in the edge's words. */
export function Login({ site, done }: Entrance): ReactNode {
  const { client } = useBoard();
  const say = useSay();
  const login = useMutation({
    mutationFn: (json: { name: string; password: string }) =>
      client.send('POST', '/api/v1/session', { json }, openedSessionSchema),
    onSuccess: done,
  });
  return (
    <main className="entry">
      <div className="card">
        <div className="heading">
          <Typography.Title level={2}>{site}</Typography.Title>
          <LanguageChoice />
        </div>
        <Typography.Paragraph>
          <Said word="action.log-in" />
        </Typography.Paragraph>
        <Form
          layout="vertical"
          onFinish={(values: { name: string; password: string }) => login.mutate(values)}
          requiredMark={false}
        >
          <Form.Item
            name="name"
            label={<Said word="term.account" />}
            rules={[{ required: true, message: say('account.enter-name') }]}
          >
            <Input size="large" autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label={<Said word="term.password" />}
            rules={[{ required: true, message: say('account.enter-password') }]}
          >
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Trouble error={login.error} />
          <SaidButton
            word="action.log-in"
            type="primary"
            size="large"
            htmlType="submit"
            block
            loading={login.isPending}
          />
        </Form>
      </div>
    </main>
  );
}

/** The first account of a new edge, opened by the one-time code printed when it started. */
export function FirstSetUp({ site, done }: Entrance): ReactNode {
  const { client } = useBoard();
  const say = useSay();
  const setUp = useMutation({
    mutationFn: (json: { code: string; name: string; password: string }) =>
      client.send('POST', '/api/v1/setup', { json }, openedSessionSchema),
    onSuccess: done,
  });
  const submit = ({ code, name, password }: { code: string; name: string; password: string }): void =>
    setUp.mutate({ code, name, password });
  return (
    <main className="entry">
      <div className="card">
        <div className="heading">
          <Typography.Title level={2}>{site}</Typography.Title>
          <LanguageChoice />
        </div>
        <Typography.Paragraph>
          <Said word="term.first-set-up" />
          <br />
          {say('account.first-account')}
        </Typography.Paragraph>
        <Form layout="vertical" onFinish={submit} requiredMark={false}>
          <Form.Item
            name="code"
            label={<Said word="term.set-up-code" />}
            rules={[{ required: true, message: say('account.enter-set-up-code') }]}
          >
            <Input size="large" autoComplete="off" autoFocus />
          </Form.Item>
          <Form.Item
            name="name"
            label={<Said word="term.account" />}
            rules={[{ required: true, message: say('account.enter-name') }]}
          >
            <Input size="large" autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={<Said word="term.new-password" />}
            rules={[
              {
                required: true,
                min: PASSWORD_LEAST,
                message: say('account.password-length', { least: PASSWORD_LEAST }),
              },
            ]}
          >
            <Input.Password size="large" autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="repeated"
            label={<Said word="term.repeat-password" />}
            dependencies={['password']}
            rules={[
              { required: true, message: say('account.enter-again') },
              ({ getFieldValue }) => ({
                validator: (_, value: string) =>
                  value === getFieldValue('password')
                    ? Promise.resolve()
                    : Promise.reject(new Error(say('account.passwords-differ'))),
              }),
            ]}
          >
            <Input.Password size="large" autoComplete="new-password" />
          </Form.Item>
          <Trouble error={setUp.error} />
          <SaidButton
            word="action.create-administrator"
            type="primary"
            size="large"
            htmlType="submit"
            block
            loading={setUp.isPending}
          />
        </Form>
      </div>
    </main>
  );
}
