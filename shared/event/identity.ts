/** What may be said of a link that is held back. */
export const LINK_STATES = ['accepted', 'refused', 'open'] as const;

/** What may be said of a walk-in and somebody of the roster with the same name. */
export const IDENTITY_STATES = ['same', 'other', 'open'] as const;

/** Where people who are not on the roster come from; `own`: of this firm, and not on the roster yet. */
export const WALK_IN_CATEGORIES = ['agency', 'contractor', 'visitor', 'own', 'other'] as const;
export type WalkInCategory = (typeof WALK_IN_CATEGORIES)[number];
