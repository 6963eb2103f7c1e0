import { listed, message, type Message, type Text } from './message.ts';

/** Somebody who is missing; name null: purged. */
interface Missed {
  name: string | null;
  toIdentify: boolean;
}

/** A name of the missing list. Nobody who may stand among the walk-ins is named without saying so. */
export function missedName({ name, toIdentify }: Missed): Text {
  const known = name ?? message('person.name-purged');
  return toIdentify ? message('missing.name-to-identify', { name: known }) : known;
}

/** A team as it heads its list. */
export const teamText = ({ workshop, team }: { workshop: string; team: string }): Text =>
  listed(
    'list.dot',
    [workshop, team].filter((part) => part !== ''),
  ) ?? message('missing.no-team');

/** `【第4轮漏检】三车间焊接班:张三、李四(身份待核对)(共2人,其中1人身份待核对)。截至09:12`: for the team's chat. `at` in ms. */
export function teamMessage(of: {
  round: string;
  workshop: string;
  team: string;
  missing: readonly Missed[];
  at: number;
}): Message {
  const { round, workshop, team, missing, at } = of;
  const inTeam = workshop !== '' && team !== '';
  return message('missing.of-team', {
    round,
    team: inTeam ? message('missing.team-of-workshop', { workshop, team }) : teamText({ workshop, team }),
    names: missing.map(missedName),
    n: missing.length,
    open: missing.filter((p) => p.toIdentify).length,
    at,
  });
}
