/** Tables of the appeals feature. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the feature that owns it
export interface AppealsTables {}
