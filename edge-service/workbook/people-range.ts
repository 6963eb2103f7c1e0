import { type Area, meet } from './cell-area.ts';
import type { ColumnPlan } from './column-plan.ts';

/** A range that moves or hides the people of the rows filled. `person`: a column, from 0, that tells who a row is about. */
export const sortsPeople = (area: Area, plan: ColumnPlan, person: number): boolean =>
  meet(area, { left: person, right: person, top: plan.headerTop, bottom: plan.bottom });
