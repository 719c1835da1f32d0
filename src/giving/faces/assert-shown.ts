/**
 * What must be true of everything the pages of giving show, whoever asked for it: certainties about the views they are
 * drawn from and the addresses they lead to. A page that broke one of them would say something untrue about money, so it
 * is not shown at all; the person gets the plain page of a failure of ours, and the desk is told (`routes.ts`).
 */
import { Instant, PlainDate } from '../../calendar/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GiftView } from '../giving.ts';
import { isGiftId } from './support-draft.ts';

/** A gift as a page is drawn from it: its sums, its days and its state fit each other. */
export function assertGiftShown(gift: GiftView): void {
  assert(isGiftId(gift.giftId), 'a page is about one gift');
  assert(gift.money.minor > 0n && gift.coversPeriods >= 1, 'a gift is something, for some time');
  assert(
    gift.moneyOfPeriod.minor * BigInt(gift.coversPeriods) === gift.money.minor &&
      gift.moneyOfPeriod.currency === gift.money.currency,
    'what a period costs adds up to what is charged',
  );
  assert(gift.interval !== 'once' || gift.pledge === null, 'a gift given once promises nothing');
  assert((gift.stateForPeople === 'paid') === (gift.state === 'settled'), 'paid is what arrived');
  assert(gift.stateForPeople !== 'paid' || gift.settledAt !== null, 'what arrived has its day');
  assertInOrder(gift.pledge?.nextDates ?? []);
  if (gift.pageUrl !== undefined) assertAddress(gift.pageUrl);
}

/** Days that are announced follow each other; none is told twice. */
export function assertInOrder(days: readonly PlainDate[]): void {
  for (const [index, day] of days.entries()) {
    const before = days[index - 1];
    assert(before === undefined || PlainDate.compare(before, day) < 0, 'days follow each other');
  }
}

/** Amounts that are offered side by side: of one currency, something each, none of them twice, least first. */
export function assertOffers(offers: readonly Money[]): void {
  const [first] = offers;
  for (const [index, { minor, currency }] of offers.entries()) {
    assert(
      minor > 0n && currency === first?.currency,
      'what is offered is something, in one currency',
    );
    const before = offers[index - 1];
    assert(
      before === undefined || before.minor < minor,
      'what is offered grows from left to right',
    );
  }
}

/**
 * Where a page may lead: to one of ours, by its path, or to a page of a processor, over HTTP with nobody's name in it. A
 * script, another scheme or `//somewhere` is neither.
 */
export function assertAddress(address: string): void {
  assert(!/[\s\p{Cc}]/u.test(address), 'an address has no gaps');
  if (address.startsWith('/')) {
    assert(!/^\/[/\\]/.test(address), 'a path of ours leads to no other host');
    return;
  }
  assert(URL.canParse(address), 'an address can be read');
  const { protocol, username, password } = new URL(address);
  assert(protocol === 'https:' || protocol === 'http:', 'a page is reached over HTTP');
  assert(username === '' && password === '', "an address holds nobody's name");
}

/** The language of a page is one of ours, so that it can stand in an attribute and in a link. */
export function assertLanguage(language: string): void {
  assert(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(language), 'the language of a page has a tag');
}

/** Something that is shown until a moment, and not after it. */
export function assertStillShown(until: Instant, now: Instant): void {
  assert(Instant.compare(now, until) < 0, 'what is shown for a while is not shown after it');
}
