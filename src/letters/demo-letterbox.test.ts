import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instant } from '../calendar/index.ts';
import { demoLetterbox } from './demo-letterbox.ts';
import { composeLetter } from './letter.ts';

test('the letterbox keeps the newest twenty, newest first', async () => {
  const box = demoLetterbox();
  for (let count = 1; count <= 25; count += 1) {
    const letter = composeLetter({ subject: 'note', language: 'en', details: [`Note ${count}`] });
    const answer = await box.send({
      letter,
      address: `reader${count}@example.org`,
      unsubscribeUrl: 'https://courier.example/letters/x',
      key: `note:${count}`,
      at: Instant.from('2026-11-25T12:00:00Z'),
    });
    assert.deepEqual(answer, { kind: 'sent' });
  }
  assert.equal(box.letters().length, 20);
  assert.equal(box.letters()[0]?.to, 'reader25@example.org');
  assert.equal(box.letters()[0]?.subject, 'A note you asked for');
  assert.match(box.letters()[19]?.text ?? '', /Note 6\n$/);
});
