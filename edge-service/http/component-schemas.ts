import { z } from 'zod';
import * as answers from '#shared/contract/http.ts';
import {
  foundPersonSchema,
  foundRoundSchema,
  foundSchema,
  foundSwipeSchema,
} from '#shared/contract/http-find.ts';
import {
  edgeClockFindingSchema,
  edgeClockSchema,
  forkSchema,
  journalClaimSchema,
  pairedKioskSchema,
  quarantinedEventSchema,
  restoreLossSchema,
  unfiledRunSchema,
} from '#shared/contract/http-installs.ts';
import { openingSchema, openingsSchema } from '#shared/contract/http-openings.ts';
import * as requests from '#shared/contract/http-requests.ts';
import {
  rosterCountsSchema,
  rosterPeopleRequestSchema,
  rosterPeopleSchema,
} from '#shared/contract/http-roster.ts';
import {
  labEntrySchema,
  labLineSchema,
  labStoredSchema,
  rosterHistorySchema,
  rosterStoredSchema,
} from '#shared/contract/http-taken.ts';
import { redeemReplySchema, redeemSchema } from '#shared/contract/wire.ts';

/** What the shapes of the contract are called in its machine form; a shape without a name is written out where it is used. */
const NAMED = {
  Problem: answers.problemSchema,
  RowError: answers.rowErrorSchema,
  HeaderRead: answers.headerReadSchema,
  Health: answers.healthSchema,
  Session: answers.sessionSchema,
  OpenedSession: answers.openedSessionSchema,
  Account: answers.accountSchema,
  Round: answers.roundSchema,
  Pairing: answers.pairingSchema,
  PairedKiosk: pairedKioskSchema,
  Redeemed: redeemReplySchema,
  Install: answers.installSchema,
  QuarantinedEvent: quarantinedEventSchema,
  Fork: forkSchema,
  JournalClaim: journalClaimSchema,
  RestoreLoss: restoreLossSchema,
  EdgeClock: edgeClockSchema,
  EdgeClockFinding: edgeClockFindingSchema,
  UnfiledRun: unfiledRunSchema,
  Ladder: answers.ladderSchema,
  Station: answers.httpStationSchema,
  Tube: answers.httpTubeSchema,
  TubePerson: answers.tubePersonSchema,
  Discrepancy: answers.httpDiscrepancySchema,
  MadeEvent: answers.madeEventSchema,
  Missing: answers.missingSchema,
  Found: foundSchema,
  FoundRound: foundRoundSchema,
  FoundPerson: foundPersonSchema,
  FoundSwipe: foundSwipeSchema,
  Openings: openingsSchema,
  Opening: openingSchema,
  RosterStored: rosterStoredSchema,
  RosterHistory: rosterHistorySchema,
  RosterCounts: rosterCountsSchema,
  RosterPeople: rosterPeopleSchema,
  LabStored: labStoredSchema,
  LabEntry: labEntrySchema,
  LabLine: labLineSchema,
  SetupRequest: requests.setupRequestSchema,
  SessionRequest: requests.sessionRequestSchema,
  SessionChange: requests.sessionChangeSchema,
  AccountRequest: requests.accountRequestSchema,
  AccountChange: requests.accountChangeSchema,
  PairingRequest: requests.pairingRequestSchema,
  RedeemRequest: redeemSchema,
  RoundRequest: answers.roundRequestSchema,
  StateRequest: requests.stateRequestSchema,
  RecreationRequest: requests.recreationRequestSchema,
  TubeCorrection: requests.tubeCorrectionSchema,
  FindRequest: requests.findRequestSchema,
  RosterPeopleRequest: rosterPeopleRequestSchema,
  VoidRequest: requests.voidRequestSchema,
  ExcuseRequest: requests.excuseRequestSchema,
  LinkRequest: requests.linkRequestSchema,
  FilingRequest: requests.filingRequestSchema,
  ExceptionRequest: requests.exceptionRequestSchema,
  ReasonRequest: requests.reasonRequestSchema,
  ClaimAnswer: requests.claimAnswerSchema,
  DecisionRequest: requests.decisionRequestSchema,
  NamedDecisionRequest: requests.namedDecisionRequestSchema,
  LabEntryRequest: requests.labEntryRequestSchema,
} as const satisfies Record<string, z.ZodType>;

/** Kept apart from zod's own registry: the contract's names are a matter of this description alone. */
export const COMPONENTS = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(NAMED)) COMPONENTS.add(schema, { id });

const AT = '#/components/schemas/';

/**
 * Every shape is described as it is taken (named with `Input` behind) and as it is answered: keeps those that are used,
 * and takes `Input` off a name that only one of the two bears.
 */
export function usedSchemas<Whole extends { components?: { schemas?: Record<string, unknown> } }>(
  whole: Whole,
): Whole {
  const { schemas = {}, ...components } = whole.components ?? {};
  const used = new Set<string>();
  const follow = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow({ ...whole, components });
  const plain = (name: string): string => {
    const short = name.replace(/Input$/, '');
    return used.has(short) ? name : short;
  };
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  const text = JSON.stringify({
    ...whole,
    components: {
      ...components,
      schemas: Object.fromEntries(kept.map(([name, schema]) => [plain(name), schema])),
    },
  });
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(AT) ? AT + plain(value.slice(AT.length)) : value,
  ) as Whole;
}
