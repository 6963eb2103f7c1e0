import { z } from 'zod';

/** A message on the wire: its key and what stands in its places (message.ts). Who reads it parses it (`sayReceived`). */
export const messageSchema = z.object({
  key: z.string(),
  parameters: z.record(z.string(), z.unknown()),
});

/** A message with its sentence in Chinese and English. */
export const sentenceSchema = z.object({ ...messageSchema.shape, zh: z.string(), en: z.string() });
