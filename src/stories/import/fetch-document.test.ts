import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fetchDocument, type Network } from './fetch-document.ts';
import { FetchRefusal, openAddress } from './open-address.ts';

interface Page {
  readonly status?: number;
  readonly location?: string;
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly type?: string;
}

/** A network of pages by address, which remembers where requests really went. */
function networkOf(
  pages: Readonly<Record<string, Page>>,
  names: Readonly<Record<string, readonly string[]>> = {},
) {
  const connections: string[] = [];
  const network: Network = {
    async resolve(host) {
      return names[host] ?? ['93.184.216.34'];
    },
    async get({ url, address }) {
      connections.push(`${address} ${url.href}`);
      const page = pages[url.href] ?? { status: 404 };
      const { body = '' } = page;
      return {
        status: page.status ?? 200,
        contentType: page.type ?? 'application/xml',
        location: page.location ?? null,
        body:
          typeof body === 'string'
            ? (async function* () {
                yield new TextEncoder().encode(body);
              })()
            : body,
        close() {},
      };
    },
  };
  return { network, connections };
}

const signal = new AbortController().signal;

describe('fetching', () => {
  const problem = async (
    address: string,
    pages: Readonly<Record<string, Page>> = {},
    names: Readonly<Record<string, readonly string[]>> = {},
  ) => {
    const { network, connections } = networkOf(pages, names);
    const result = await fetchDocument(address, { network, signal });
    return { problem: result.ok ? null : result.problem, connections };
  };

  test('connects to the address that was checked', async () => {
    const found = await problem('https://a.example.org/f', {
      'https://a.example.org/f': { body: 'x' },
    });
    assert.deepEqual(found, {
      problem: null,
      connections: ['93.184.216.34 https://a.example.org/f'],
    });
  });
  for (const address of ['file:///etc/passwd', 'ftp://a.example.org/', 'gopher://a/', 'nonsense']) {
    test(`${address} is no web address`, async () =>
      assert.equal((await problem(address)).problem, 'not-a-web-address'));
  }
  for (const address of [
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://017700000001/',
  ]) {
    test(`${address} leads inside`, async () => {
      assert.deepEqual(await problem(address), { problem: 'private-address', connections: [] });
    });
  }
  test('a name with one private address among public ones leads inside', async () => {
    const found = await problem(
      'http://a.example.org/',
      {},
      { 'a.example.org': ['93.184.216.34', '10.0.0.1'] },
    );
    assert.deepEqual(found, { problem: 'private-address', connections: [] });
  });
  test('a redirect is checked like the first address', async () => {
    const pages = {
      'http://a.example.org/': { status: 302, location: 'http://169.254.169.254/latest/' },
    };
    const found = await problem('http://a.example.org/', pages);
    assert.equal(found.problem, 'private-address');
    assert.equal(found.connections.length, 1);
  });
  test('a redirect to a file is none', async () => {
    const pages = { 'http://a.example.org/': { status: 301, location: 'file:///etc/passwd' } };
    assert.equal((await problem('http://a.example.org/', pages)).problem, 'not-a-web-address');
  });
  test('redirects end', async () => {
    const pages = { 'http://a.example.org/': { status: 307, location: '/' } };
    const found = await problem('http://a.example.org/', pages);
    assert.equal(found.problem, 'too-many-redirects');
    assert.equal(found.connections.length, 6);
  });
  test('an endless body is cut', async () => {
    const piece = new Uint8Array(1 << 20);
    let sent = 0;
    const endless = (async function* () {
      for (;;) {
        sent += 1;
        yield piece;
      }
    })();
    assert.equal(
      (await problem('http://a.example.org/', { 'http://a.example.org/': { body: endless } }))
        .problem,
      'too-large',
    );
    assert.ok(sent <= 66);
  });
  test('an error page is refused', async () => {
    assert.equal(
      (await problem('http://a.example.org/', { 'http://a.example.org/': { status: 500 } }))
        .problem,
      'refused',
    );
  });
});

describe('I5 paged feeds', () => {
  const page = (id: string, next: string) => ({
    body: `<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="${next}"/><link href="https://a.example.org/"/><entry><id>${id}</id><title>${id}</title></entry></feed>`,
  });
  const open = async (pages: Readonly<Record<string, Page>>) => {
    const { network } = networkOf(pages);
    const source = await openAddress('https://a.example.org/1', {
      network,
      signal,
      zone: 'UTC',
      site: null,
    });
    const titles = [];
    for await (const story of source.stories()) titles.push(story.title);
    return titles;
  };
  test('all pages, and a loop ends', async () => {
    const pages = {
      'https://a.example.org/1': page('one', '/2'),
      'https://a.example.org/2': page('two', '3'),
      'https://a.example.org/3': page('three', '/1'),
    };
    assert.deepEqual(await open(pages), ['one', 'two', 'three']);
  });
  test('a page inside a private network is refused', async () => {
    await assert.rejects(
      open({ 'https://a.example.org/1': page('one', 'http://10.0.0.1/') }),
      (error) => error instanceof FetchRefusal && error.problem === 'private-address',
    );
  });
});
