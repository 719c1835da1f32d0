/**
 * Dates as people read them, from our own tables of month names, because engines change their wording between versions
 * and a page that is hashed and cached must not.
 */
import type { Instant, PlainDate } from '../calendar/index.ts';
import { type InterfaceLanguage, interfaceLanguage } from './translator.ts';

const MONTHS: Readonly<Record<InterfaceLanguage, readonly string[]>> = {
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
  ru: [
    'января',
    'февраля',
    'марта',
    'апреля',
    'мая',
    'июня',
    'июля',
    'августа',
    'сентября',
    'октября',
    'ноября',
    'декабря',
  ],
  ar: [
    'يناير',
    'فبراير',
    'مارس',
    'أبريل',
    'مايو',
    'يونيو',
    'يوليو',
    'أغسطس',
    'سبتمبر',
    'أكتوبر',
    'نوفمبر',
    'ديسمبر',
  ],
};

/** @example formatDate(PlainDate.from('2026-11-25'), 'en') // '25 November 2026' */
export function formatDate(date: PlainDate, language: string): string {
  const chosen = interfaceLanguage(language);
  const month = MONTHS[chosen][date.month - 1] ?? '';
  const year = chosen === 'ru' ? `${date.year} г.` : String(date.year);
  return `${date.day} ${month} ${year}`;
}

/** The calendar day of an instant in a zone, as people read it. */
export function formatInstantDay(options: {
  instant: Instant;
  zone: string;
  language: string;
}): string {
  const day = options.instant.toZonedDateTimeISO(options.zone).toPlainDate();
  return formatDate(day, options.language);
}
