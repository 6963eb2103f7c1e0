import { type Area, meet } from './cell-area.ts';
import type { ColumnPlan } from './column-plan.ts';

/** A range that moves or hides the people of the rows filled. `people`: columns, from 0, that tell who a row is about. */
export const sortsPeople = (area: Area, plan: ColumnPlan, people: readonly number[]): boolean =>
  people.some((c) => meet(area, { left: c, right: c, top: plan.headerTop, bottom: plan.bottom }));
