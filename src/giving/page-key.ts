/**
 * The key to the page of a renewal.
 *
 * The page of a first gift stands under an id that a browser made at random: whoever knows it was given it. The id of a
 * renewal follows from its pledge and period, and every company that ever charged the pledge knows both. So that a company
 * which has dropped a newsroom cannot look up who still gives, such a page opens with a key beside the id: a MAC of the id
 * under a secret that no database and no processor holds. Ids that follow from something are UUIDs of version 5, and no
 * others are, so whether a key is needed is seen from the id alone: the answer to a wrong one does not depend on what is
 * stored, not even on whether there is a gift.
 *
 * The key is the same on every machine and for ever. It stands in letters and bookmarks, and in the order whose hash is kept.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isUuid } from '../calendar/index.ts';
import { assert } from '../problems/index.ts';

export const PAGE_SECRET_BYTES = 32;

/** 128 bits, 22 letters. */
const KEY_BYTES = 16;
/** Separates this use of the secret from any other, and this version from the next. */
const PURPOSE = 'page of a renewal 1';

/** Whether a gift's id could be computed by others; only such a page needs a key. */
export function needsPageKey(giftId: string): boolean {
  return isUuid(giftId) && giftId[14] === '5';
}

/** The key of a page that needs one. */
export function pageKeyOf(secret: Uint8Array, giftId: string): string {
  assert(secret.length === PAGE_SECRET_BYTES, 'the secret of pages has 32 bytes');
  assert(needsPageKey(giftId), 'a page that anybody may open who knows its id has no key');
  const mac = createHmac('sha256', secret)
    .update(PURPOSE)
    .update('\0')
    .update(giftId.toLowerCase())
    .digest();
  return mac.subarray(0, KEY_BYTES).toString('base64url');
}

/**
 * Whether whoever brings this key (`''`: none) may see the page. In the same time for every wrong one.
 * @param page.giftId anybody's text
 */
export function opensPage(
  secret: Uint8Array,
  page: { readonly giftId: string; readonly key: string },
): boolean {
  if (!needsPageKey(page.giftId)) return true;
  const brought = Buffer.from(page.key);
  const right = Buffer.from(pageKeyOf(secret, page.giftId));
  return brought.length === right.length && timingSafeEqual(brought, right);
}
