import type { Role } from '#shared/contract/board.ts';

/** Who may use a route: nobody need log in, a kiosk's token, anybody logged in, or one of these roles. */
export type Access = 'nobody' | 'kiosk' | 'anybody' | readonly Role[];
