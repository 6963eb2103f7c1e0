import type { ReactNode } from 'react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Empty, Spin, Statistic } from 'antd';
import { madeEventSchema, type HttpRound } from '#shared/contract/http.ts';
import { linksSchema, walkInsSchema } from '#shared/contract/http-identity.ts';
import { may, type Role } from '#shared/permissions.ts';
import { useBoard } from '../parts/board-context.tsx';
import { Heading, Said, Trouble } from '../parts/said.tsx';
import { HeldLinks, LinkList } from './link-list.tsx';
import { JoinedWalkIns, SameNames, type Identify } from './same-names.tsx';
import { WalkInTable } from './walk-in-table.tsx';

/** 名单外: who is not on the roster, who of them may be, where they come from, and which numbers were linked. */
export function WalkInsPage({
  round,
  roles,
  listsVersion,
}: {
  round: HttpRound;
  roles: readonly Role[];
  listsVersion: number;
}): ReactNode {
  const { client } = useBoard();
  const queries = useQueryClient();
  const path = `/api/v1/rounds/${round.id}`;
  const people = useQuery({
    queryKey: ['walk-ins', round.id, listsVersion],
    queryFn: () => client.get(`${path}/walk-ins`, walkInsSchema),
    placeholderData: keepPreviousData,
  });
  const links = useQuery({
    queryKey: ['links', round.id, listsVersion],
    queryFn: () => client.get(`${path}/links`, linksSchema),
    placeholderData: keepPreviousData,
  });
  const again = async (): Promise<void> => {
    for (const key of ['walk-ins', 'links', 'missing']) await queries.invalidateQueries({ queryKey: [key] });
  };
  const identify = useMutation({
    mutationFn: (json: Identify) => client.send('POST', `${path}/identities`, { json }, madeEventSchema),
    onSettled: again,
  });
  if (people.error !== null || links.error !== null) return <Trouble error={people.error ?? links.error} />;
  if (people.data === undefined || links.data === undefined) return <Spin size="large" />;
  const { walkIns, joined } = people.data;
  const mayDecide = may(roles, 'walk-in.decide') && round.state !== 'closed';
  const open = walkIns.filter((w) => w.sameName.some((p) => p.decided === 'open'));
  const ask = mayDecide ? (json: Identify): void => identify.mutate(json) : null;
  return (
    <>
      <Heading word="term.walk-ins" />
      <div className="sums">
        <Statistic title={<Said word="term.walk-ins" />} value={walkIns.length} />
        <Statistic title={<Said word="term.to-identify" />} value={open.length + links.data.held.length} />
        <p className="quiet">
          <Said word="person.walk-ins-about" />
        </p>
      </div>
      <Trouble error={identify.error} />
      <HeldLinks round={round} links={links.data} mayDecide={mayDecide} again={again} />
      <SameNames walkIns={open} ask={ask} pending={identify.isPending} />
      {walkIns.length === 0 ? (
        <Empty description={<Said word="person.no-walk-ins" />} />
      ) : (
        <WalkInTable round={round} walkIns={walkIns} ask={ask} again={again} />
      )}
      <JoinedWalkIns joined={joined} ask={ask} />
      <LinkList round={round} links={links.data} mayDecide={mayDecide} again={again} />
    </>
  );
}
