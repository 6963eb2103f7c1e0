import type { z } from 'zod';
import type { sessionSchema } from '#shared/contract/http.ts';

/** Who is logged in at this page. */
export type Session = z.infer<typeof sessionSchema>;
