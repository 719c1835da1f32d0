/**
 * Where the pages of one gift stand. A renewal's addresses hold its key (`page-key.ts`), so they are made from what is
 * known of a gift and never from an id alone.
 */
import { type Html, html, nothing } from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import type { GiftView } from '../giving.ts';
import { needsPageKey } from '../page-key.ts';
import { assertAddress, assertLanguage } from './assert-shown.ts';
import { isGiftId } from './support-draft.ts';

export type GiftPlace = Pick<GiftView, 'giftId' | 'pageKey'>;

/** The gift's own page. */
export function thanksAddress(gift: GiftPlace, language: string): string {
  return addressOf(`/thanks/${gift.giftId}`, gift, language);
}

export function receiptAddress(gift: GiftPlace, language: string): string {
  return addressOf(`/thanks/${gift.giftId}/receipt.txt`, gift, language);
}

/** The way back from paying, which asks the processor what became of it. */
export function returnAddress(gift: GiftPlace, language: string): string {
  return addressOf(`/support/return/${gift.giftId}`, gift, language);
}

/** What a form that is sent to one of these pages carries: its language, and its key where it has one. */
export function placeFields(gift: GiftPlace, language: string): Html {
  const { pageKey } = gift;
  return html`<input type="hidden" name="language" value="${language}">
${pageKey === undefined ? nothing : html`<input type="hidden" name="key" value="${pageKey}">`}`;
}

function addressOf(path: string, { giftId, pageKey }: GiftPlace, language: string): string {
  assert(isGiftId(giftId), 'a page of a gift stands under its id');
  assert(needsPageKey(giftId) === (pageKey !== undefined), 'a renewal is led to with its key');
  assertLanguage(language);
  const address = `${path}?language=${language}${pageKey === undefined ? '' : `&key=${pageKey}`}`;
  assertAddress(address);
  return address;
}
