import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readMarkdown } from './markdown.ts';
import { openMarkdownFolder, openPath } from './open-source.ts';
import { ImportRefusal } from './source.ts';

const read = (text: string, path = 'a.md') =>
  readMarkdown({ path, bytes: new TextEncoder().encode(text), zone: 'Europe/Berlin' });
const isRefused = (reason: string) => (error: unknown) =>
  error instanceof ImportRefusal && error.reason === reason;

describe('front matter', () => {
  test('fields', () => {
    const story = read(`---
title: "A: b"
date: 2026-11-20T08:00:00+01:00
updated: 2026-11-21
lang: ar-EG
slug: x-y
section: city
byline: M. T.
byline_policy: pseudonym
summary: Short.
tags: [a, 7]
corrections:
  - { date: 2026-11-21T09:00:00Z, was: It said two., now: It was one. }
---
Text.
`);
    assert.equal(story.title, 'A: b');
    assert.equal(story.published?.toString(), '2026-11-20T07:00:00Z');
    assert.equal(story.updated?.toString(), '2026-11-20T23:00:00Z');
    assert.equal(story.language, 'ar-EG');
    assert.equal(story.bylinePolicy, 'pseudonym');
    assert.deepEqual(story.tags, ['a', '7']);
    assert.equal(story.corrections?.[0]?.isRight, 'It was one.');
    assert.equal(story.bodyHtml, '<p>Text.</p>');
  });
  test('I21 lang: no is Norwegian', () =>
    assert.equal(read('---\nlang: no\n---\nx').language, 'no'));
  test('day and slug from the file name', () => {
    const story = read('# Head\n\nText', 'folder/2026-07-01-the-bridge.md');
    assert.equal(story.title, 'Head');
    assert.equal(story.slug, 'the-bridge');
    assert.equal(story.published?.toString(), '2026-06-30T22:00:00Z');
    assert.equal(story.bodyHtml, '<p>Text</p>');
  });
  test('a draft says so', () => assert.equal(read('---\ndraft: true\n---\nx').status, 'draft'));

  const refused: readonly [name: string, text: string][] = [
    ['I19 code', '---js\n{ title: (globalThis.ran = true) }\n---\nx'],
    ['I19 code with a blank', '--- js\nx\n---\nx'],
    ['I19 another language', '---coffee\nx\n---\nx'],
    ['TOML', '+++\ntitle = "x"\n+++\nx'],
    ['broken YAML', '---\na: [\n---\nx'],
    ['a tag that would make an object', '---\ntitle: !!js/function "x"\n---\n'],
    [
      'many aliases',
      `---\na: &a [1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c]\n---\nx`,
    ],
    ['a wrong type', '---\ntags: { a: 1 }\n---\nx'],
    [
      'a correction without a readable date',
      '---\ncorrections: [{ date: soon, was: a, now: b }]\n---\nx',
    ],
  ];
  for (const [name, text] of refused) {
    test(`${name} refuses the file`, () =>
      assert.throws(() => read(text), isRefused('front-matter')));
  }
  test('I19 nothing ran', () => assert.equal('ran' in globalThis, false));
  test('wrong letters refuse the file', () => {
    const bytes = Uint8Array.of(0x61, 0xff);
    assert.throws(() => readMarkdown({ path: 'a.md', bytes, zone: 'UTC' }), isRefused('encoding'));
  });
});

describe('body', () => {
  test('HTML in it is text', () => {
    assert.equal(
      read('a <script>alert(1)</script> b').bodyHtml,
      '<p>a &lt;script&gt;alert(1)&lt;/script&gt; b</p>',
    );
  });
  test('links to our own pages stay, script addresses do not', () => {
    assert.equal(
      read('[a](/story/b) [c](javascript:x)').bodyHtml,
      '<p><a href="/story/b">a</a> [c](javascript:x)</p>',
    );
  });
  test('a rule at the start is a rule', () =>
    assert.equal(read('---\ntext without an end').title, null));
});

describe('folders', () => {
  test('I20 links are not followed, other files are counted, paths are identities', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stories-'));
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    after(() => Promise.all([folder, outside].map((path) => rm(path, { recursive: true }))));
    await writeFile(join(outside, 'secret.md'), 'SECRET');
    await writeFile(join(folder, 'b.md'), 'Two');
    await writeFile(join(folder, 'a.md'), 'One');
    await writeFile(join(folder, 'note.txt'), 'x');
    await symlink(join(outside, 'secret.md'), join(folder, 'c.md'));
    await symlink(outside, join(folder, 'd'));
    const source = await openMarkdownFolder(folder, { zone: 'UTC' });
    const stories = [];
    for await (const story of source.stories()) stories.push(story);
    assert.deepEqual(
      stories.map((story) => [story.identity, story.text]),
      [
        ['a.md', 'One'],
        ['b.md', 'Two'],
      ],
    );
    assert.deepEqual(Object.fromEntries(source.left), {
      'other file': 1,
      'link or special file': 2,
    });
    assert.equal((await openPath(folder, { zone: 'UTC', site: null })).format, 'markdown');
  });
});
