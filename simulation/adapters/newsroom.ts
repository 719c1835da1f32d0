/** Countries of the newsroom's list in these worlds; they exist nowhere. */
export const LISTED = ['XA', 'XB'] as const;
