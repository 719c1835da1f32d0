/**
 * Somebody who gives, as HTTP sees them: forms are sent and redirects are followed by hand, so that a test can stop, repeat
 * or double any single step of the way.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestCardId } from '../../src/processors/sandbox/bank/test-cards.ts';

export interface Wish {
  readonly every: 'once' | 'month' | 'year';
  readonly currency?: string;
  /** As typed. */
  readonly other: string;
  readonly email?: string;
  readonly giftId?: string;
}

export interface SentForm {
  readonly giftId: string;
  readonly response: Response;
}

/** Sends one form as a browser does and does not follow where it leads. */
export function post(address: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
}

/** The address a response leads to. Fails when it leads nowhere. */
export function placeOf(response: Response): string {
  const location = response.headers.get('location');
  assert.ok(
    response.status === 303 && location !== null,
    `${response.url} answered ${response.status} and leads nowhere`,
  );
  return new URL(location, response.url).href;
}

/** Opens the form and returns the id that the page was given. */
export async function giftIdOf(origin: string): Promise<string> {
  const page = placeOf(await fetch(`${origin}/support`, { redirect: 'manual' }));
  const id = new URL(page).searchParams.get('gift');
  assert.ok(id !== null, `the form at ${page} has an id`);
  return id;
}

export function wishFields(wish: Wish, giftId: string): Record<string, string> {
  return {
    gift: giftId,
    language: 'en',
    currency: wish.currency ?? 'USD',
    every: wish.every,
    other: wish.other,
    ...(wish.email === undefined ? {} : { email: wish.email }),
  };
}

/** The press on "pay". */
export async function pressPay(origin: string, wish: Wish): Promise<SentForm> {
  const giftId = wish.giftId ?? randomUUID();
  return { giftId, response: await post(`${origin}/support`, wishFields(wish, giftId)) };
}

/** Pays with a test card on the bank's page; the answer leads back to the newsroom. */
export function payAtBank(page: string, card: TestCardId = 'pays'): Promise<Response> {
  return post(page, { use: card });
}

/** The whole way, nothing going wrong. @returns the gift's id and the address of its page */
export async function give(
  origin: string,
  wish: Wish,
  card: TestCardId = 'pays',
): Promise<{ readonly giftId: string; readonly thanks: string }> {
  const { giftId, response } = await pressPay(origin, wish);
  const back = placeOf(await payAtBank(placeOf(response), card));
  return { giftId, thanks: placeOf(await fetch(back, { redirect: 'manual' })) };
}

/** The number of a gift that arrived; shown once. */
export async function numberOf(origin: string, giftId: string): Promise<string> {
  const shown = await post(`${origin}/thanks/${giftId}/number`, { language: 'en' });
  const text = await saidBy(shown);
  const number = /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}/.exec(text)?.[0];
  assert.ok(number !== undefined, `the number is shown: ${text}`);
  return number;
}

/** What a page says below its masthead, without its markup: short enough for a failure to be read. */
export async function saidBy(page: Response): Promise<string> {
  const main = /<main[^>]*>(.*)<\/main>/s.exec(await page.text())?.[1] ?? '';
  return main
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', '’')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
