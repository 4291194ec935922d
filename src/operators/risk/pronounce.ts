import { NONE } from '../../core/frame.js';
import type { Verdict } from '../../domain/verdict.js';
import type { FrameRiskView } from './frame-risk-view.js';
import type { VerdictFields } from './verdict-fields.js';

/** Puts a verdict on its frame; an approved order counts from here on. */
export function pronounce(frame: VerdictFields, verdict: Verdict, view: FrameRiskView): void {
  if (verdict.kind === 'approved') view.approved(verdict.proposal);
  if (frame.verdicts === NONE) frame.verdicts = [verdict];
  else (frame.verdicts as Verdict[]).push(verdict);
}
