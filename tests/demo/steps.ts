/**
 * Steps that several journeys take in a browser, with a count of what they cost a person: taps and typed fields.
 */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { type TestCardId, testCard } from '../../src/processors/sandbox/bank/test-cards.ts';
import type { DemoReader } from '../../src/web/demo/demo-readers.ts';
import type { DemoProcess } from './demo-process.ts';
import { post } from './giver.ts';
import type { View } from './view.ts';

/** What somebody had to do so far. */
export class Effort {
  taps = 0;
  typedFields = 0;

  async tap(target: Locator): Promise<void> {
    this.taps += 1;
    await target.click();
  }

  async type(target: Locator, text: string): Promise<void> {
    this.typedFields += 1;
    await target.fill(text);
  }

  toString(): string {
    return `${this.taps} taps, ${this.typedFields} typed fields`;
  }
}

/** Everybody who reads the demo reads from there from now on. */
export async function readAs(demo: DemoProcess, reader: DemoReader): Promise<void> {
  const answer = await post(`${demo.origin}/demo/reader`, { reader, back: '/' });
  assert.equal(answer.status, 303);
}

/** Types the card as people do and presses the bank's one large button. */
export async function payByTyping(page: Page, card: TestCardId, effort: Effort): Promise<void> {
  await effort.type(page.locator('#number'), testCard(card).shown);
  await effort.type(page.locator('#expiry'), '04 / 31');
  await effort.type(page.locator('#code'), '123');
  await effort.tap(page.locator('button.main-button'));
}

/** The button of a test card: as a wallet, nothing is typed. */
export async function payByCardButton(
  page: Page,
  card: TestCardId,
  effort = new Effort(),
): Promise<void> {
  await effort.tap(page.locator(`button[name="use"][value="${card}"]`));
}

/** The frame of readers without script. */
export const LETTER_FRAME = 'iframe[src^="/note/frame/"]';

/** The letter's own slot at the end of a story, brought into view. */
export async function goToStoryEnd(page: Page, view: View): Promise<void> {
  await page.locator(view.script ? 'tuppence-note' : LETTER_FRAME).scrollIntoViewIfNeeded();
}

/** What a person sees of an element, without the marks that keep amounts apart. */
export async function visibleText(element: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: textContent also holds what nobody sees
  return withoutIsolates(await element.innerText());
}

/** A text without the marks that keep an amount apart from a sentence that runs the other way. */
export function withoutIsolates(text: string): string {
  return text.replaceAll(/[\u2066-\u2069]/g, '');
}

/** The terms and descriptions of a page's list of facts. */
export async function factsOf(page: Page): Promise<Record<string, string>> {
  const terms = await page.locator('dl.facts dt').allInnerTexts();
  const descriptions = await page.locator('dl.facts dd').allInnerTexts();
  assert.equal(terms.length, descriptions.length);
  return Object.fromEntries(terms.map((term, at) => [term, descriptions[at] ?? '']));
}

/** Where a link leads, as the page says it. */
export async function hrefOf(link: Locator): Promise<string> {
  return (await link.getAttribute('href')) ?? '';
}
