import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { edgeClockSchema, type EdgeClockFinding } from '#shared/contract/http-installs.ts';
import { stampText } from '#shared/site-time.ts';
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
  const { zh, en } = wordsOf(finding);
  return (
    <Alert
      className="edge-clock"
      type="error"
      title={`${zh}。计数不受影响,时间会记错。`}
      description={<small lang="en">{en} Counts stand; times recorded meanwhile are wrong.</small>}
    />
  );
}

function wordsOf(finding: EdgeClockFinding): { zh: string; en: string } {
  const { why, agreeing, kiosks } = finding;
  const edge = minuteText(finding.edgeTime);
  const other = minuteText(finding.otherTime);
  const stations = finding.stations.map((s) => `${s}号台`).join('、');
  switch (why) {
    case 'kiosks':
      return {
        zh: `主机的时钟可能错了:主机是 ${edge},${kiosks} 台在线的打卡机中有 ${agreeing} 台(${stations})是 ${other}。请在主机上校准日期和时间`,
        en: `The edge says ${edge}, ${agreeing} of ${kiosks} kiosks say ${other}: set the date and time of the edge.`,
      };
    case 'one-kiosk':
      return {
        zh: `主机和${stations}的时钟不一致:主机是 ${edge},${stations}是 ${other}。请对照手表,校准错的那一台`,
        en: `The edge says ${edge}, the only kiosk heard says ${other}: set whichever is wrong.`,
      };
    case 'stored':
      return {
        zh: `主机的时钟可能慢了:现在是 ${edge},而它已在 ${other} 收到过记录(也可能是那时快了)。请核对主机的日期和时间`,
        en: `The edge says ${edge} and has received records at ${other}: check its date and time.`,
      };
  }
}

const minuteText = (time: string): string => stampText(Date.parse(time)).slice(0, 16);
