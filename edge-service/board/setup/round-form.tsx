import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Modal, Radio, Select, Space } from 'antd';
import type { TubePattern } from '#shared/tube-pattern.ts';
import { roundSchema, type HttpRound, type RoundRequest } from '#shared/contract/http.ts';
import { useBoard } from '../parts/board-context.tsx';
import { Said, Trouble } from '../parts/said.tsx';
import { inputTime, timeOfInput } from '#shared/site-time.ts';
import type { PlainKey } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import { useSay } from '../parts/language.tsx';

interface Typed {
  name: string;
  capacity: number;
  tubeMode: RoundRequest['tubeMode'];
  tubePattern: TypedPattern;
  expectedBasis: RoundRequest['expectedBasis'];
  stations: { station: number; stand: 'before' | 'after' }[];
  sessions: { name: string; from: string; to: string; shift?: string }[];
}
/** Empty fields of a form are null or ''. */
interface TypedPattern {
  length: number | null;
  prefix: string;
  check: TubePattern['check'];
}
const NO_PATTERN: TypedPattern = { length: null, prefix: '', check: 'none' };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CAPACITIES = [1, 5, 10, 20];

/** What the form begins with: the last round moved by whole days into the future, or a morning with four tables. */
function beginning(say: Say, copied: HttpRound | null, now: number): Typed {
  if (copied === null) {
    const from = Math.ceil(now / HOUR_MS) * HOUR_MS;
    return {
      name: say('round.first'),
      capacity: 10,
      tubeMode: 'codes',
      tubePattern: NO_PATTERN,
      expectedBasis: 'roster-minus-excused',
      stations: [1, 2, 3, 4].map((station) => ({ station, stand: 'before' })),
      sessions: [{ name: say('round.morning'), from: inputTime(from), to: inputTime(from + 4 * HOUR_MS) }],
    };
  }
  const starts = Math.min(...copied.sessions.map((s) => Date.parse(s.from)));
  const shift = Math.max(1, Math.ceil((now - starts) / DAY_MS)) * DAY_MS;
  return {
    name: copied.name.replace(
      /(第|Round )(\d+)/,
      (_, before: string, n: string) => `${before}${Number(n) + 1}`,
    ),
    capacity: copied.capacity,
    tubeMode: copied.tubeMode,
    tubePattern: copied.tubePattern ?? NO_PATTERN,
    expectedBasis: copied.expectedBasis,
    stations: copied.stations,
    sessions: copied.sessions.map((s) => ({
      name: s.name,
      from: inputTime(Date.parse(s.from) + shift),
      to: inputTime(Date.parse(s.to) + shift),
      ...(s.shift !== null && { shift: s.shift }),
    })),
  };
}

function requestOf(typed: Typed): RoundRequest {
  const rfc = (value: string): string => new Date(timeOfInput(value) ?? Number.NaN).toISOString();
  return {
    ...typed,
    name: typed.name.trim(),
    tubePattern: patternOf(typed),
    sessions: typed.sessions.map((s) => ({
      name: s.name.trim(),
      from: rfc(s.from),
      to: rfc(s.to),
      shift: s.shift?.trim() || null,
    })),
  };
}

/** Null where nothing is fixed, or the round has no codes to look at. */
function patternOf({ tubeMode, tubePattern }: Typed): TubePattern | null {
  const { length, check } = tubePattern;
  const prefix = tubePattern.prefix.trim();
  const isFixed = length !== null || prefix !== '' || check !== 'none';
  return tubeMode === 'codes' && isFixed ? { length, prefix, check } : null;
}

/** The choices of a field, each in words. */
const options = (say: Say, keys: readonly PlainKey[]): { value: string; label: string }[] =>
  keys.map((key) => ({ value: key.slice(key.indexOf('.') + 1), label: say<PlainKey>(key) }));
const TUBE_MODES = ['tube-mode.codes', 'tube-mode.marks', 'tube-mode.none'] as const;
const BASES = ['expected-basis.roster', 'expected-basis.roster-minus-excused'] as const;
const STANDS = ['stand.before', 'stand.after'] as const;
const CHECKS = ['tube-check.none', 'tube-check.mod10', 'tube-check.mod43'] as const;

/** 新建轮次: name, sessions, tables with where they stand, capacity. */
export function RoundForm({ copied, close }: { copied: HttpRound | null; close: () => void }): ReactNode {
  const say = useSay();
  const needed = [{ required: true, message: say('round.needed') }];
  const { client, clock } = useBoard();
  const queries = useQueryClient();
  const [form] = Form.useForm<Typed>();
  const create = useMutation({
    mutationFn: (json: RoundRequest) => client.send('POST', '/api/v1/rounds', { json }, roundSchema),
    onSuccess: async () => {
      await queries.invalidateQueries();
      close();
    },
  });
  return (
    <Modal
      mask={{ closable: false }}
      open
      width={900}
      title={<Said word="action.create-round" />}
      onCancel={close}
      onOk={() => form.submit()}
      confirmLoading={create.isPending}
      okText={say('action.save')}
      cancelText={say('action.cancel')}
    >
      <Form
        className="tight"
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={beginning(say, copied, clock.wall())}
        onFinish={(typed) => create.mutate(requestOf(typed))}
      >
        <Space size={16} wrap align="start">
          <Form.Item name="name" label={<Said word="term.round" />} rules={needed}>
            <Input style={{ width: 240 }} maxLength={60} />
          </Form.Item>
          <Form.Item name="capacity" label={<Said word="term.capacity" />}>
            <Select
              style={{ width: 150 }}
              options={CAPACITIES.map((value) => ({
                value,
                label: value === 1 ? say('round.single') : say('round.pooled', { n: value }),
              }))}
            />
          </Form.Item>
          <Form.Item name="tubeMode" label={<Said word="term.tube-mode" />}>
            <Select style={{ width: 200 }} options={options(say, TUBE_MODES)} />
          </Form.Item>
        </Space>
        <Form.Item noStyle dependencies={['tubeMode']}>
          {({ getFieldValue }) => getFieldValue('tubeMode') === 'codes' && <PatternFields />}
        </Form.Item>
        <Form.Item name="expectedBasis" label={<Said word="term.expected-basis" />}>
          <Radio.Group options={options(say, BASES)} />
        </Form.Item>
        <Form.Item label={<Said word="term.sessions" />}>
          <Form.List name="sessions">
            {(fields, { add, remove }) => (
              <>
                {fields.map((field) => (
                  <Space key={field.key} align="baseline" wrap>
                    <Form.Item name={[field.name, 'name']} rules={needed}>
                      <Input placeholder={say('round.session-name')} style={{ width: 130 }} maxLength={40} />
                    </Form.Item>
                    <Form.Item name={[field.name, 'from']} rules={needed}>
                      <Input type="datetime-local" aria-label={say('round.begins')} />
                    </Form.Item>
                    <Form.Item
                      name={[field.name, 'to']}
                      dependencies={[['sessions', field.name, 'from']]}
                      rules={[
                        ...needed,
                        ({ getFieldValue }) => ({
                          validator: (_, to: string) =>
                            to > (getFieldValue(['sessions', field.name, 'from']) as string)
                              ? Promise.resolve()
                              : Promise.reject(new Error(say('round.ends-later'))),
                        }),
                      ]}
                    >
                      <Input type="datetime-local" aria-label={say('round.ends')} />
                    </Form.Item>
                    <Form.Item name={[field.name, 'shift']}>
                      <Input placeholder={say('round.shift')} style={{ width: 220 }} maxLength={40} />
                    </Form.Item>
                    {fields.length > 1 && (
                      <Button onClick={() => remove(field.name)}>{say('action.remove')}</Button>
                    )}
                  </Space>
                ))}
                <Button
                  onClick={() =>
                    add({
                      ...(form.getFieldValue('sessions') as Typed['sessions']).at(-1),
                      name: say('round.night'),
                    })
                  }
                >
                  {say('action.add-session')}
                </Button>
              </>
            )}
          </Form.List>
        </Form.Item>
        <Form.Item label={<Said word="term.stations" />}>
          <Form.List name="stations">
            {(fields, { add, remove }) => (
              <>
                <Space wrap size={[16, 0]}>
                  {fields.map((field) => (
                    <Space key={field.key} align="baseline">
                      <Form.Item name={[field.name, 'station']} rules={needed}>
                        <InputNumber
                          min={1}
                          max={999}
                          precision={0}
                          style={{ width: 76 }}
                          aria-label={say('machine.station-number')}
                        />
                      </Form.Item>
                      <span>{say('term.station')}</span>
                      <Form.Item name={[field.name, 'stand']}>
                        <Select style={{ width: 190 }} options={options(say, STANDS)} />
                      </Form.Item>
                      {fields.length > 1 && (
                        <Button onClick={() => remove(field.name)}>{say('action.remove')}</Button>
                      )}
                    </Space>
                  ))}
                </Space>
                <div>
                  <Button
                    onClick={() =>
                      add({
                        station: nextStation(form.getFieldValue('stations') as Typed['stations']),
                        stand: 'before',
                      })
                    }
                  >
                    {say('action.add-station')}
                  </Button>
                </div>
              </>
            )}
          </Form.List>
        </Form.Item>
      </Form>
      <Trouble error={create.error} />
    </Modal>
  );
}

const nextStation = (stations: Typed['stations']): number =>
  Math.max(0, ...stations.map((s) => s.station)) + 1;

/** How the codes of the tubes in hand look, so that one read in part is told at once. */
function PatternFields(): ReactNode {
  const say = useSay();
  return (
    <Space size={16} wrap align="start">
      <Form.Item name={['tubePattern', 'length']} label={<Said word="term.code-length" />}>
        <InputNumber style={{ width: 150 }} min={1} max={40} precision={0} placeholder={say('round.any')} />
      </Form.Item>
      <Form.Item
        name={['tubePattern', 'prefix']}
        label={<Said word="term.code-prefix" />}
        rules={[{ pattern: /^[0-9A-Za-z._/-]*$/, message: say('round.code-characters') }]}
      >
        <Input style={{ width: 150 }} maxLength={20} placeholder={say('round.any')} />
      </Form.Item>
      <Form.Item name={['tubePattern', 'check']} label={<Said word="term.code-check" />}>
        <Select style={{ width: 240 }} options={options(say, CHECKS)} />
      </Form.Item>
    </Space>
  );
}
