/** How findings are made. */
import type { HealthFinding, Unknown } from '../../giving/processor.ts';
import type { Heard } from '../common/index.ts';

export const ok = (sentence: string): HealthFinding => ({ level: 'ok', sentence });
export const warning = (sentence: string): HealthFinding => ({ level: 'warning', sentence });
export const error = (sentence: string): HealthFinding => ({ level: 'error', sentence });

export function reasonOf(heard: Heard | Unknown): string {
  return heard.kind === 'unknown' ? heard.reason : `status ${heard.status}`;
}
