/**
 * The contract between a station's engine and its screen: the engine sends whole states, the screen sends commands.
 * The same over Electron IPC and over the loopback socket of `kiosk:browser`. Names arrive masked; no ID number ever does. What
 * the screen says of them is a message, in no language yet.
 */
import { z } from 'zod';
import { tubeCodeSchema } from '../event/event.ts';
import { eventIdSchema, stationSchema } from '../ids.ts';
import { OPENING_CODE } from '../opening-code.ts';
import { tokenStateSchema } from './machine-keys.ts';
import { LANGUAGE_CODES } from '../language/languages.ts';
import { bandSchema } from './kiosk-bands.ts';
import { messageSchema } from './message-schema.ts';
import { readerCandidateSchema, stationReaderSchema } from './kiosk-readers.ts';
import { numberFormatSchema, readerModelSchema, readerRoleSchema } from '../reader-setting.ts';

const count = z.int().min(0);
const time = z.int();
const maskedName = z.string().max(60).nullable();
/** What was given instead of what was expected. */
export const WRONG_OBJECTS = [
  'tube-code',
  'card',
  'person-code',
  'person-number',
  'unknown-card',
  'glued',
  'length',
  'gs1-label',
  'pattern',
] as const;
export type WrongObject = (typeof WRONG_OBJECTS)[number];
/** Whom an ordinal numbers: the people of the tube, those of the station, or those waiting here for the next tube. */
const amongSchema = z.enum(['tube', 'station', 'loose']);
export type Among = z.infer<typeof amongSchema>;
const tubeSchema = z.strictObject({ code: z.string().nullable(), count, capacity: z.int().min(1) });

/** What fills the screen. Each variant carries only what it shows. */
const faceSchema = z.discriminatedUnion('face', [
  z.strictObject({ face: z.literal('unpaired'), error: messageSchema.nullable() }),
  /** Typed pairing: compare the first 20 hex digits with the edge's screen before the secret is sent. */
  z.strictObject({ face: z.literal('compare-fingerprint'), digits: z.string().length(20) }),
  z.strictObject({ face: z.literal('idle') }),
  z.strictObject({ face: z.literal('reading') }),
  /** `onRoster`: null where this kiosk holds no roster. */
  z.strictObject({ face: z.literal('test'), name: maskedName, onRoster: z.boolean().nullable() }),
  z.strictObject({
    face: z.literal('counted'),
    name: maskedName,
    ordinal: count.nullable(),
    walkIn: z.boolean(),
    /** full: this swipe filled the tube; over: beyond its capacity; none: no tube open at a station before the swab. */
    tube: z.enum(['fits', 'full', 'over', 'none', 'not-used']),
    /** False while the round key is unknown: 重复核对待联网. */
    checked: z.boolean(),
    /** No round known: recorded 未归轮, sealed to the site. */
    filed: z.boolean(),
    /** A card's physical number that nobody on the roster has and that was linked to nobody here. */
    numberUnknown: z.boolean(),
    /** A staff number of the roster, and nobody has said whose: 在名单里. */
    listed: z.boolean(),
  }),
  z.strictObject({ face: z.literal('repeat-here'), time, ordinal: count.nullable(), among: amongSchema }),
  z.strictObject({
    face: z.literal('repeat-elsewhere'),
    time,
    station: stationSchema.nullable(),
    tubeCode: z.string().nullable(),
    /** Asks 又采了一次? until answered or 10 s have passed; false at stations after the swab. */
    asks: z.boolean(),
  }),
  z.strictObject({ face: z.literal('unreadable'), attempt: z.int().min(1) }),
  /** `why`: what is wrong with the card itself, where laying it down again cannot help. */
  z.strictObject({ face: z.literal('unreadable-staff'), why: messageSchema.optional() }),
  z.strictObject({ face: z.literal('wrong-object'), given: z.enum(WRONG_OBJECTS) }),
  /**
   * 登记卡号: a card's number and its owner are asked, in any order; nothing read now is counted. `staff`, `unlisted`: a staff
   * number of the roster, or an ID number that is not on it, which are a pair as well.
   */
  z.strictObject({
    face: z.literal('enrolment'),
    has: z.enum(['nothing', 'number', 'person', 'staff', 'unlisted']),
    name: maskedName,
  }),
  /** 已关联; `already`: it was so before. */
  z.strictObject({ face: z.literal('linked'), name: maskedName, already: z.boolean() }),
  /** Sealing: the sampler's count is asked, the kiosk's number offered. */
  z.strictObject({ face: z.literal('sealing'), code: z.string().nullable(), offered: count }),
  /** The sampler said fewer: 谁没采? */
  z.strictObject({
    face: z.literal('who-was-not-sampled'),
    offered: count,
    swabbed: count,
    /** Cards laid down meanwhile: recorded once this is answered or left. */
    waiting: count,
    candidates: z.array(
      z.strictObject({ swipe: eventIdSchema, name: maskedName, ordinal: count.nullable(), time }),
    ),
  }),
  z.strictObject({ face: z.literal('sealed'), code: z.string().nullable(), swabbed: count.nullable() }),
  z.strictObject({ face: z.literal('tube-opened'), code: z.string().nullable(), collected: count }),
  z.strictObject({
    face: z.literal('continue-tube'),
    code: z.string(),
    station: stationSchema.nullable(),
    time,
  }),
  z.strictObject({ face: z.literal('tube-used'), code: z.string(), station: stationSchema.nullable(), time }),
  /** −: 撤销 is asked with the person's name, answered by `undo` of this swipe; any other face is a no. */
  z.strictObject({
    face: z.literal('undo-asked'),
    swipe: eventIdSchema,
    name: maskedName,
    ordinal: count.nullable(),
    among: amongSchema,
    time,
    /** Shown as a repeat: the person counts by another swipe. */
    isRepeat: z.boolean(),
  }),
  /** 花名册没有 …,仍登记? Answered by `take-unlisted`; nothing is recorded before. */
  z.strictObject({ face: z.literal('unlisted-asked'), number: z.string().max(60) }),
  z.strictObject({
    face: z.literal('undone'),
    name: maskedName,
    ordinal: count.nullable(),
    /** The person counts by another swipe: only a repeat was undone. */
    stillCounted: z.boolean(),
  }),
  z.strictObject({ face: z.literal('restored'), name: maskedName, ordinal: count.nullable() }),
  z.strictObject({ face: z.literal('nothing-to-undo') }),
  z.strictObject({ face: z.literal('refused'), words: messageSchema }),
  z.strictObject({ face: z.literal('reader-gone') }),
  z.strictObject({ face: z.literal('reader-fault'), words: messageSchema }),
  z.strictObject({
    face: z.literal('round-ended'),
    lastSequence: count,
    received: count,
    openTube: z.boolean(),
  }),
  /** The kiosk can no longer record: 本机停用. Nothing already shown is lost. */
  z.strictObject({ face: z.literal('stopped'), reason: z.enum(['disk-full', 'journal-fault']), kept: count }),
]);
export type Face = z.infer<typeof faceSchema>;

/** Tones and speech by meaning; the screen chooses the sound. `serial` rises with every new one, so none plays twice. */
const soundSchema = z.strictObject({
  serial: count,
  sound: z.enum([
    'test',
    'counted',
    'walk-in',
    'repeat',
    'unreadable',
    'staff',
    'change-tube',
    'over',
    'no-tube',
    'wrong-object',
    'alarm',
  ]),
});

export const kioskStateSchema = z.strictObject({
  /** Rises with every state; a screen ignores an older one. */
  serial: count,
  face: faceSchema,
  bands: z.array(bandSchema),
  sound: soundSchema.nullable(),
  station: stationSchema.nullable(),
  stand: z.enum(['before', 'after']).nullable(),
  round: z
    .strictObject({ name: z.string(), state: z.enum(['draft', 'open', 'settling', 'closed']), date: time })
    .nullable(),
  tubeMode: z.enum(['codes', 'marks', 'none']).nullable(),
  tube: tubeSchema.nullable(),
  /** Live swipes taken at this station by this kiosk in this round: 已刷 127. */
  stationCount: count,
  /** The idle screen always shows it: the number of the last event on this kiosk, and how many are acknowledged. */
  lastSequence: count,
  received: count,
  looseCount: count,
  /** Whom − brings back at present instead of asking for an undo; null: nobody. */
  restorable: z.strictObject({ name: maskedName, ordinal: count.nullable() }).nullable(),
  /** The best of the readers for people. */
  reader: z.enum(['ready', 'gone', 'none', 'fault']),
  readers: z.array(stationReaderSchema),
  candidates: z.array(readerCandidateSchema),
  /** How often what was given instead of a card or a tube code in this round at this kiosk. */
  wrongObjects: z.array(z.strictObject({ given: z.enum(WRONG_OBJECTS), count })),
  paired: z.boolean(),
  /** Null while unpaired. */
  token: tokenStateSchema.nullable(),
  /** Chosen at this kiosk; null: nobody has, and the screen takes its system's. */
  language: z.enum(LANGUAGE_CODES).nullable(),
});
export type KioskState = z.infer<typeof kioskStateSchema>;

export const kioskCommandSchema = z.discriminatedUnion('command', [
  /** A pairing QR's text, scanned or pasted. */
  z.strictObject({ command: z.literal('pair'), code: z.string().max(300) }),
  /** Typed pairing: address and secret; the fingerprint is compared by eye. */
  z.strictObject({
    command: z.literal('pair-typed'),
    address: z.string().max(120),
    secret: z.string().max(64),
  }),
  z.strictObject({ command: z.literal('confirm-fingerprint'), same: z.boolean() }),
  z.strictObject({ command: z.literal('opening-code'), digits: z.string().regex(OPENING_CODE) }),
  /** 换管: asks for the sampler's count of the open tube; with none open (marks) opens the next. */
  z.strictObject({ command: z.literal('change-tube') }),
  z.strictObject({ command: z.literal('seal'), swabbed: count.nullable() }),
  /** The answer to 谁没采?: that swipe is voided; null: 不清楚. */
  z.strictObject({ command: z.literal('not-sampled'), swipe: eventIdSchema.nullable() }),
  z.strictObject({ command: z.literal('tube-code'), code: tubeCodeSchema }),
  z.strictObject({ command: z.literal('continue-tube'), yes: z.boolean() }),
  /** The last n swipes here move to the open tube (n = count), or out of it into none. */
  z.strictObject({
    command: z.literal('move-last'),
    count: z.int().min(1).max(100),
    to: z.enum(['open-tube', 'no-tube']),
  }),
  /** + and −: the answer to 又采了一次? */
  z.strictObject({ command: z.literal('sampled-again'), yes: z.boolean() }),
  /** −: 撤销, asks whether the last own swipe still live is undone. */
  z.strictObject({ command: z.literal('ask-undo') }),
  /** Voids the swipe that the question named. Without one the last own swipe still live, for programs that ask nobody. */
  z.strictObject({ command: z.literal('undo'), swipe: eventIdSchema.optional() }),
  /** − within a minute of an undo: 恢复, the person swipes anew without the card. */
  z.strictObject({ command: z.literal('restore') }),
  /** 手工登记. `kind: none` wants a phone, and a name where one can be typed. Settles open unreadables of this place. */
  z.strictObject({
    command: z.literal('manual'),
    kind: z.enum(['id', 'staff', 'document', 'none']),
    number: z.string().max(60),
    documentType: z.string().max(20).nullable(),
    name: z.string().max(60).nullable(),
    phone: z.string().max(20).nullable(),
  }),
  /** The answer to 花名册没有 …,仍登记? */
  z.strictObject({ command: z.literal('take-unlisted'), yes: z.boolean() }),
  /** Closes an open unreadable without a number: the person was sampled, or went away. */
  z.strictObject({ command: z.literal('settle-unreadable'), sampled: z.boolean() }),
  z.strictObject({ command: z.literal('dismiss') }),
  /** 收工. */
  z.strictObject({ command: z.literal('end-round') }),
  /** 读卡器: a candidate is confirmed as this model in this role, and remembered. */
  z.strictObject({
    command: z.literal('choose-reader'),
    candidate: z.string().max(400),
    model: readerModelSchema,
    role: readerRoleSchema,
    /** For models that give physical numbers; null for all others. */
    numberFormat: numberFormatSchema.nullable(),
  }),
  z.strictObject({ command: z.literal('forget-reader'), reader: z.string().max(500) }),
  z.strictObject({ command: z.literal('look-for-readers') }),
  z.strictObject({ command: z.literal('choose-language'), language: z.enum(LANGUAGE_CODES) }),
  /** 登记卡号 begins, or ends. */
  z.strictObject({ command: z.literal('enrol'), on: z.boolean() }),
  /** The owner of the number, typed where no card can be read. */
  z.strictObject({
    command: z.literal('enrol-person'),
    kind: z.enum(['id', 'staff']),
    number: z.string().max(60),
  }),
  /** A burst of a reader that types like a keyboard; the engine decides by its readers' settings what it is. */
  z.strictObject({ command: z.literal('scan'), text: z.string().max(200) }),
  /** The same while a tube code is being asked for. */
  z.strictObject({ command: z.literal('tube-scan'), text: z.string().max(200) }),
  /** The same while a staff number is being asked for: a badge, unless it is a card's number. */
  z.strictObject({ command: z.literal('staff-scan'), text: z.string().max(200) }),
]);
export type KioskCommand = z.infer<typeof kioskCommandSchema>;

/** Answer to a command: accepted, or refused in words that say what to do, unless a face says them already. */
export const commandReplySchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true) }),
  z.strictObject({ ok: z.literal(false), code: z.string(), words: messageSchema }),
]);
export type CommandReply = z.infer<typeof commandReplySchema>;

/** What the preload exposes as `window.kiosk`, and what the browser kiosk builds over its socket. */
export interface KioskBridge {
  /** Calls back with the current state at once and with every later one; returns its unsubscribe. */
  onState(listener: (state: KioskState) => void): () => void;
  send(command: KioskCommand): Promise<CommandReply>;
}
