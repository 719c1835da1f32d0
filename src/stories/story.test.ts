import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Instant } from '../calendar/index.ts';
import {
  contentHash,
  contentOf,
  correct,
  isListed,
  publish,
  retract,
  type Story,
  takeFromSource,
} from './story.ts';
import { draftStory } from './testing/stories.ts';

const NOW = Instant.from('2026-11-25T12:00:00Z');
const LATER = Instant.from('2026-11-26T12:00:00Z');

function published(changes: Partial<Story> = {}): Story {
  const change = publish(draftStory(changes), { publishedAt: NOW, now: NOW });
  assert.ok(change.ok);
  return change.story;
}

describe('publishing', () => {
  test('gives the first version, dated as told', () => {
    const then = Instant.from('2019-05-01T00:00:00Z');
    const change = publish(draftStory(), { publishedAt: then, now: NOW });
    assert.ok(change.ok);
    assert.equal(change.story.status, 'published');
    assert.ok(change.story.published?.equals(then));
    assert.equal(change.story.version, 1);
    assert.equal(change.version?.contentHash, contentHash(contentOf(change.story)));
    assert.ok(change.version?.madeAt.equals(NOW));
  });
  test('is refused without a title, and a second time', () => {
    assert.deepEqual(publish(draftStory({ title: ' ' }), { publishedAt: NOW, now: NOW }), {
      ok: false,
      refusal: 'no-title',
    });
    assert.deepEqual(publish(published(), { publishedAt: NOW, now: NOW }), {
      ok: false,
      refusal: 'already-published',
    });
  });
});

describe('P5 correcting', () => {
  const input = { id: 'c-1', wasWrong: ' It said two years. ', isRight: 'It was one.' };
  test('changes text and date and says so, in one step', () => {
    const change = correct(published(), { ...input, body: '<p>one</p>' }, LATER);
    assert.ok(change.ok);
    assert.equal(change.story.body, '<p>one</p>');
    assert.ok(change.story.updated?.equals(LATER));
    assert.ok(change.story.published?.equals(NOW));
    assert.equal(change.story.corrections[0]?.wasWrong, 'It said two years.');
    assert.equal(change.version?.version, 2);
  });
  test('is refused without words, for drafts and for what was retracted', () => {
    assert.deepEqual(correct(published(), { ...input, isRight: ' ' }, LATER), {
      ok: false,
      refusal: 'no-words',
    });
    assert.deepEqual(correct(draftStory(), input, LATER), { ok: false, refusal: 'not-published' });
    const gone = retract(published(), 'It was invented.', LATER);
    assert.ok(gone.ok);
    assert.deepEqual(correct(gone.story, input, LATER), { ok: false, refusal: 'retracted' });
  });
});

describe('P5 retracting', () => {
  test('needs a reason and a published story', () => {
    assert.deepEqual(retract(published(), '', LATER), { ok: false, refusal: 'no-words' });
    assert.deepEqual(retract(draftStory(), 'x', LATER), { ok: false, refusal: 'not-published' });
  });
  test('takes it out of every list', () => {
    const change = retract(published(), 'It was invented.', LATER);
    assert.ok(change.ok);
    assert.equal(isListed(change.story), false);
  });
});

describe('taking a story from its source again', () => {
  const fresh = { title: 'New', summary: '', language: 'en', body: '<p>new</p>' };
  test('a draft takes it as it is, without a version', () => {
    const taken = takeFromSource(draftStory(), { ...fresh, updated: null }, LATER);
    assert.equal(taken.story.title, 'New');
    assert.equal(taken.version, null);
  });
  test('a published one gets a version and a date a reader can see', () => {
    const taken = takeFromSource(published(), { ...fresh, updated: null }, LATER);
    assert.equal(taken.version?.version, 2);
    assert.ok(taken.story.updated?.equals(LATER));
  });
  test('the same content changes nothing', () => {
    const story = published();
    const taken = takeFromSource(story, { ...contentOf(story), updated: LATER }, LATER);
    assert.deepEqual(taken, { story, version: null });
  });
  test('a retracted one stays retracted', () => {
    const gone = retract(published(), 'x', LATER);
    assert.ok(gone.ok);
    assert.equal(takeFromSource(gone.story, { ...fresh, updated: null }, LATER).story, gone.story);
  });
});

describe('content hash', () => {
  test('moving a letter from one field to the next changes it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (title, summary) => {
        const one = { title, summary, language: 'en', body: '' };
        const other = { ...one, title: title + summary.slice(0, 1), summary: summary.slice(1) };
        assert.notEqual(contentHash(one), contentHash(other));
        assert.equal(contentHash(one), contentHash({ ...one }));
      }),
    );
  });
});
