/** Tables of the safety feature. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the feature that owns it
export interface SafetyTables {}
