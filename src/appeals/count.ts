/**
 * What may be counted, and where: the words that element, server and table share. No Node in here.
 *
 * `shown` is counted by the request for the answer, never by what a browser says; everything after it follows a tap.
 */
export const COUNT_KINDS = ['shown', 'opened', 'closed', 'postponed', 'followed'] as const;
export type CountKind = (typeof COUNT_KINDS)[number];

/**
 * How the variant was assigned: `story` by the device's slot, `story-no-slot` where storage is refused (always the
 * control, outside experiments), `frame` where no script runs.
 */
export type Placement = 'story' | 'story-no-slot' | 'frame';
