import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { edgeClockSchema, type EdgeClockFinding } from '#shared/contract/http-installs.ts';
import { message, type Message } from '#shared/language/message.ts';
import { stampText } from '#shared/site-time.ts';
import { Said } from '../parts/said.tsx';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';

/** Above every page while something speaks against the edge's clock: whose word it is, and what to do. */
export function EdgeClockBand(): ReactNode {
  const { client } = useBoard();
  const clock = useQuery({
    queryKey: ['edge-clock'],
    queryFn: () => client.get('/api/v1/edge-clock', edgeClockSchema),
    refetchInterval: LISTS_AGAIN_MS,
  });
  const finding = clock.data?.finding ?? null;
  if (finding === null) return null;
  return <Alert className="edge-clock" type="error" title={<Said word={wordsOf(finding)} />} />;
}

function wordsOf(finding: EdgeClockFinding): Message {
  const { why, agreeing, kiosks } = finding;
  const edge = minuteText(finding.edgeTime);
  const other = minuteText(finding.otherTime);
  const stations = finding.stations.map((n) => message('station.within', { n }));
  switch (why) {
    case 'kiosks':
      return message('edge-clock.kiosks', { edge, other, stations, kiosks, agreeing });
    case 'one-kiosk':
      return message('edge-clock.one-kiosk', { edge, other, stations });
    case 'stored':
      return message('edge-clock.stored', { edge, other });
  }
}

const minuteText = (time: string): string => stampText(Date.parse(time)).slice(0, 16);
