/**
 * A small hash for spreading things evenly (minutes of a day, slots of a test): FNV-1a over UTF-16 units with a final
 * mix, 32 bits. The same on every machine and in the browser. No secret is safe behind it.
 */
export function smallHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  // Without a last mix, ids that differ in their last character alone land close together.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
