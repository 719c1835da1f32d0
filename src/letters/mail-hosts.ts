/**
 * Which country can make a mailbox host hand over letters, as far as the address itself shows.
 *
 * Yandex, for one, must store messages and hand them over on demand. Nothing is sent to a mailbox host in a listed country:
 * the form says so kindly, and a page on screen stands in for the letter (safety check C7.2). Two kinds of knowledge: names
 * of large hosts whose domain does not show their country, and the country codes that end domain names. What an address
 * cannot show, such as a private domain whose mail is kept by such a host, is not known here, and the documents say so.
 */

/** Large mailbox hosts by the last labels of their domain; sub-domains count too. Reviewed with the list of countries. */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['vk.com', 'RU'],
  ['rambler.com', 'RU'],
  ['tutby.com', 'BY'],
  ['qq.com', 'CN'],
  ['foxmail.com', 'CN'],
  ['163.com', 'CN'],
  ['126.com', 'CN'],
  ['139.com', 'CN'],
  ['188.com', 'CN'],
  ['21cn.com', 'CN'],
  ['aliyun.com', 'CN'],
  ['netease.com', 'CN'],
  ['sina.com', 'CN'],
  ['sohu.com', 'CN'],
  ['tom.com', 'CN'],
  ['yeah.net', 'CN'],
  ['ctimail.com', 'HK'],
  ['hkbn.net', 'HK'],
  ['i-cable.com', 'HK'],
  ['netvigator.com', 'HK'],
  ['chmail.com', 'IR'],
  ['parsmail.com', 'IR'],
]);

/** Yandex keeps its mail in Russia under every one of its names: `yandex.kz`, `yandex.com.tr` and so on. */
const YANDEX = /^yandex\.(?:[a-z]{2,3}|com\.[a-z]{2})$/;

/** Endings that are not the country's own two letters. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['su', 'RU'],
  ['xn--p1ai', 'RU'],
  ['moscow', 'RU'],
  ['xn--80adxhks', 'RU'],
  ['tatar', 'RU'],
  ['xn--90ais', 'BY'],
  ['xn--fiqs8s', 'CN'],
  ['xn--fiqz9s', 'CN'],
  ['xn--j6w193g', 'HK'],
  ['xn--7idjb0f4ck', 'MM'],
  ['xn--mgba3a4f16a', 'IR'],
  ['xn--mgba3a4fra', 'IR'],
  ['uk', 'GB'],
]);

/** Two letters at the end of a domain that name no country. */
const NOT_A_COUNTRY: ReadonlySet<string> = new Set(['eu']);

/**
 * The ISO 3166-1 alpha-2 code of the country that holds the mail of `domain`, or `null` where the domain does not show one.
 * Whether that country is listed is for the caller to say.
 * @param domain lower-case ASCII, as {@link canonicalEmail} of the supporters feature leaves it
 * @example mailHostCountry('yandex.kz') // 'RU'
 */
export function mailHostCountry(domain: string): string | null {
  const labels = domain.toLowerCase().replace(/\.+$/, '').split('.');
  for (let at = 0; at < labels.length - 1; at += 1) {
    const name = labels.slice(at).join('.');
    if (YANDEX.test(name)) return 'RU';
    const known = HOSTS.get(name);
    if (known !== undefined) return known;
  }
  const ending = labels.at(-1) ?? '';
  const known = ENDINGS.get(ending);
  if (known !== undefined) return known;
  if (!/^[a-z]{2}$/.test(ending) || NOT_A_COUNTRY.has(ending)) return null;
  return ending.toUpperCase();
}
