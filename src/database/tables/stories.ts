/** Tables of the stories feature. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the feature that owns it
export interface StoriesTables {}
