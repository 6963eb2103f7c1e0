import type { ReactNode } from 'react';
import { Form, Input, Modal } from 'antd';
import { useSay } from './language.tsx';
import { Said, Trouble, type Word } from './said.tsx';

/** Characters of a reason. */
const REASON_LENGTH = 200;

interface Question {
  word: Word;
  /** What the reason is for, in a sentence. */
  about: ReactNode;
  /** Reasons people give most, one press each. */
  offered: readonly string[];
  pending: boolean;
  error: unknown;
  answer: (reason: string) => void;
  close: () => void;
}

/** Asks for a reason before something that is recorded under one's name. Without a reason nothing happens. */
export function ReasonQuestion({ word, about, offered, pending, error, answer, close }: Question): ReactNode {
  const say = useSay();
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      mask={{ closable: false }}
      open
      title={<Said word={word} />}
      onCancel={close}
      onOk={() => form.submit()}
      confirmLoading={pending}
      okText={<Said word="action.confirm" />}
      cancelText={<Said word="action.cancel" />}
      destroyOnHidden
    >
      <div className="about">{about}</div>
      <Form form={form} layout="vertical" onFinish={({ reason }) => answer(reason.trim())}>
        <Form.Item
          name="reason"
          label={<Said word="term.reason" />}
          rules={[
            {
              required: true,
              whitespace: true,
              max: REASON_LENGTH,
              message: say('field.reason', { most: REASON_LENGTH }),
            },
          ]}
        >
          <Input autoFocus maxLength={REASON_LENGTH} />
        </Form.Item>
        {offered.length > 0 && (
          <p className="offered">
            {offered.map((text) => (
              <button type="button" key={text} onClick={() => form.setFieldValue('reason', text)}>
                {text}
              </button>
            ))}
          </p>
        )}
      </Form>
      <Trouble error={error} />
    </Modal>
  );
}
