/** Messages that travel between the parts of a kiosk, which are of one version: a key that is not in its catalogues is refused. */
import { z } from 'zod';
import { DEFAULT_LANGUAGE, LANGUAGES } from '../language/languages.ts';
import type { Message, MessageKey } from '../language/message.ts';

const KEYS = Object.keys(LANGUAGES[DEFAULT_LANGUAGE].messages) as [MessageKey, ...MessageKey[]];

const insetSchema = z.union([z.string(), z.number(), z.lazy((): z.ZodType<Message> => messageSchema)]);
export const messageSchema: z.ZodType<Message> = z.strictObject({
  key: z.enum(KEYS),
  parameters: z.record(z.string(), z.union([insetSchema, z.array(insetSchema)])),
});
