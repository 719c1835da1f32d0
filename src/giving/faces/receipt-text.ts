/**
 * The receipt as a text file, for people who gave no address: what the page of a paid gift says, to be kept where they
 * choose. It names no newsroom and no site, because a kept file can be found by others; the statement line ties it to
 * the bank's own record.
 */
import { formatInstantDay, translator } from '../../language/index.ts';
import { formatMoney } from '../../money/index.ts';
import type { Newsroom } from '../../newsroom/index.ts';
import type { GiftReturns } from '../acts/gift-returns.ts';
import type { GiftView } from '../giving.ts';
import { spanText, threeDates } from './gift-words.ts';
import { returnSentences } from './return-words.ts';

/** Lines end in CR LF, which every system's editor reads. The amount has all its decimals and the currency's code. */
export function receiptText(options: {
  readonly gift: GiftView;
  /** What went back of it. */
  readonly returns: GiftReturns | undefined;
  readonly newsroom: Newsroom;
  readonly language: string;
}): string {
  const { gift, returns, newsroom, language } = options;
  const t = translator(language);
  const amount = formatMoney(gift.money, language, { currencyAs: 'code' });
  const span = spanText(gift, language);
  const dates = threeDates(gift.pledge?.nextDates ?? [], language);
  const day =
    gift.settledAt === null
      ? []
      : [
          [
            t('thanks.day'),
            formatInstantDay({ instant: gift.settledAt, zone: newsroom.zone, language }),
          ],
        ];
  const rows = [
    [t('thanks.reference'), gift.reference],
    [
      t('thanks.amount'),
      gift.coversPeriods === 1
        ? t(`support.sum-${gift.interval}`, { amount })
        : t('support.sum-span', { amount, count: gift.coversPeriods }),
    ],
    ...(span === null ? [] : [[t('thanks.span'), span]]),
    ...day,
    [t('thanks.statement'), newsroom.giving.statement_text],
  ];
  const lines = rows.map(([name, value]) => `${name}: ${value}`);
  const gone = returnSentences(gift, returns, { language, zone: newsroom.zone });
  if (gone.length > 0) lines.push('', ...gone);
  if (dates !== null) lines.push('', t('thanks.receipt-next', { ...dates }));
  return `${lines.join('\r\n')}\r\n`;
}
