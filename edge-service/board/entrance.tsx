import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Form, Input, Typography } from 'antd';
import { openedSessionSchema } from '#shared/contract/http.ts';
import { useBoard } from './parts/board-context.tsx';
import { Said, SaidButton, Trouble } from './parts/bilingual.tsx';
import { words } from './parts/words.ts';

interface Entrance {
  site: string;
  done: () => void;
}

/** Name and password; wrong ones are told in the edge's words. */
export function Login({ site, done }: Entrance): ReactNode {
  const { client } = useBoard();
  const login = useMutation({
    mutationFn: (json: { name: string; password: string }) =>
      client.send('POST', '/api/v1/session', { json }, openedSessionSchema),
    onSuccess: done,
  });
  return (
    <main className="entry">
      <div className="card">
        <Typography.Title level={2}>{site}</Typography.Title>
        <Typography.Paragraph>
          <Said word={words.login} />
        </Typography.Paragraph>
        <Form
          layout="vertical"
          onFinish={(values: { name: string; password: string }) => login.mutate(values)}
          requiredMark={false}
        >
          <Form.Item
            name="name"
            label={<Said word={words.account} />}
            rules={[{ required: true, message: '请输入账号' }]}
          >
            <Input size="large" autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label={<Said word={words.password} />}
            rules={[{ required: true, message: '请输入密码' }]}
          >
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Trouble error={login.error} />
          <SaidButton
            word={words.login}
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
        <Typography.Title level={2}>{site}</Typography.Title>
        <Typography.Paragraph>
          <Said word={words.firstSetUp} />
          <br />
          建立第一个账号:管理员、现场负责人、人事三个角色。没有默认密码。
        </Typography.Paragraph>
        <Form layout="vertical" onFinish={submit} requiredMark={false}>
          <Form.Item
            name="code"
            label={<Said word={words.setUpCode} />}
            rules={[{ required: true, message: '请输入设置码' }]}
          >
            <Input size="large" autoComplete="off" autoFocus />
          </Form.Item>
          <Form.Item
            name="name"
            label={<Said word={words.account} />}
            rules={[{ required: true, message: '请输入账号' }]}
          >
            <Input size="large" autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={<Said word={words.newPassword} />}
            rules={[{ required: true, min: 10, message: '至少 10 个字符,越长越好' }]}
          >
            <Input.Password size="large" autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="repeated"
            label={<Said word={words.repeatPassword} />}
            dependencies={['password']}
            rules={[
              { required: true, message: '请再输入一次' },
              ({ getFieldValue }) => ({
                validator: (_, value: string) =>
                  value === getFieldValue('password')
                    ? Promise.resolve()
                    : Promise.reject(new Error('两次输入不同')),
              }),
            ]}
          >
            <Input.Password size="large" autoComplete="new-password" />
          </Form.Item>
          <Trouble error={setUp.error} />
          <SaidButton
            word={words.createAdministrator}
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
