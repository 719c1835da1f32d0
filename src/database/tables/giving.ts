/** Tables of the giving feature. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the feature that owns it
export interface GivingTables {}
