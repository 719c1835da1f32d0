/** The gift whose page was asked for, to those who may see it. */
import type { GiftView, Giving } from '../giving.ts';
import { isGiftId } from './support-draft.ts';

/**
 * @param asked.giftId anybody's text
 * @param asked.key what was brought beside it; '' where nothing was
 * @returns undefined where there is no such gift, and where its key was not brought: both are answered alike
 */
export async function findShownGift(
  giving: Pick<Giving, 'giftView' | 'opensPage'>,
  asked: { readonly giftId: string; readonly key: string },
): Promise<GiftView | undefined> {
  if (!mayLook(giving, asked)) return undefined;
  return await giving.giftView(asked.giftId);
}

/** The same question before anything is looked up: neither the database nor a processor hears of a wrong key. */
export function mayLook(
  giving: Pick<Giving, 'opensPage'>,
  asked: { readonly giftId: string; readonly key: string },
): boolean {
  return isGiftId(asked.giftId) && giving.opensPage(asked);
}

/** The key in an address. */
export function keyIn(request: Request): string {
  return new URL(request.url).searchParams.get('key') ?? '';
}
