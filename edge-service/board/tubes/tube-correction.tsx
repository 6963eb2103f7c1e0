import { useState, type ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Input, InputNumber } from 'antd';
import type { TubeRow } from '#shared/contract/board.ts';
import { madeEventSchema, type HttpRound } from '#shared/contract/http.ts';
import { useBoard } from '../parts/board-context.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { Said } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';

/** Puts right what was written of a tube: its code, its station, the sampler's count. What is left as it is is not sent. */
export function TubeCorrection(props: { round: HttpRound; tube: TubeRow; close: () => void }): ReactNode {
  const say = useSay();
  const { round, tube, close } = props;
  const { client } = useBoard();
  const queries = useQueryClient();
  const [code, setCode] = useState(tube.code ?? '');
  const [station, setStation] = useState(tube.station);
  const [swabbed, setSwabbed] = useState(tube.swabbed);
  const send = useMutation({
    mutationFn: (reason: string) => {
      const json = {
        ...(code.trim() !== '' && code.trim() !== tube.code && { code: code.trim() }),
        ...(station !== null && station !== tube.station && { station }),
        ...(swabbed !== null && swabbed !== tube.swabbed && { swabbed }),
        reason,
      };
      return client.send(
        'POST',
        `/api/v1/rounds/${round.id}/tubes/${tube.opened}/corrections`,
        { json },
        madeEventSchema,
      );
    },
    onSuccess: async () => {
      close();
      await queries.invalidateQueries();
    },
  });
  return (
    <ReasonQuestion
      word="action.correct-tube"
      about={
        <Form layout="vertical" component="div">
          <Form.Item label={<Said word="term.tube-code" />}>
            <Input
              value={code}
              onChange={(e) => setCode(e.target.value)}
              maxLength={40}
              aria-label={say('term.tube-code')}
            />
          </Form.Item>
          <Form.Item label={<Said word="term.station" />}>
            <InputNumber
              min={1}
              precision={0}
              value={station}
              onChange={setStation}
              aria-label={say('term.station')}
            />
          </Form.Item>
          <Form.Item label={<Said word="term.swabbed" />}>
            <InputNumber
              min={0}
              precision={0}
              value={swabbed}
              onChange={setSwabbed}
              aria-label={say('term.swabbed')}
            />
          </Form.Item>
        </Form>
      }
      offered={[say('reason.wrong-label'), say('reason.wrong-scan'), say('reason.swabs-miscounted')]}
      pending={send.isPending}
      error={send.error}
      answer={(reason) => send.mutate(reason)}
      close={close}
    />
  );
}
