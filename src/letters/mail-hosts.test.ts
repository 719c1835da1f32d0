import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domainToASCII } from 'node:url';
import { mailHostCountry } from './mail-hosts.ts';

test('C7.2: hosts in reach of a listed country are known by name or by ending', () => {
  const expected: Readonly<Record<string, string>> = {
    'mail.ru': 'RU',
    'list.ru': 'RU',
    'yandex.ru': 'RU',
    'yandex.com': 'RU',
    'yandex.kz': 'RU',
    'yandex.com.tr': 'RU',
    'ya.ru': 'RU',
    'vk.com': 'RU',
    'post.example.su': 'RU',
    'почта.рф': 'RU',
    'tut.by': 'BY',
    'yandex.by': 'RU',
    'mail.example.by': 'BY',
    'пошта.бел': 'BY',
    'qq.com': 'CN',
    'vip.163.com': 'CN',
    'netvigator.com': 'HK',
    'example.hk': 'HK',
    'example.com.mm': 'MM',
    'example.ir': 'IR',
    'example.ni': 'NI',
    'example.de': 'DE',
    'example.co.uk': 'GB',
  };
  for (const [domain, country] of Object.entries(expected)) {
    assert.equal(mailHostCountry(domainToASCII(domain)), country, domain);
  }
});

test('a name that only looks like such a host is not one, and most hosts show no country', () => {
  for (const domain of [
    'example.org',
    'gmail.com',
    'proton.me.example.com',
    'notyandex.com',
    'yandex.example.org',
    'my-qq.com',
    'qq.com.example.org',
    'example.eu',
    'ru.example.org',
    'localhost',
    '',
    'constructor',
    'a.constructor',
    '__proto__.com',
  ]) {
    assert.equal(mailHostCountry(domain), null, domain);
  }
});

test('capitals and a dot at the end hide nothing', () => {
  assert.equal(mailHostCountry('MAIL.RU.'), 'RU');
  assert.equal(mailHostCountry('Yandex.COM'), 'RU');
});
