import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellingWord } from './telling-words.ts';

const lantern = { name: 'The Lantern', origin: 'https://www.veldra-watch.example' };

test('C3.1: the name, a word of it, its domain, and what says "press" by itself are found', () => {
  for (const [text, word] of [
    ['THE LANTERN', 'lantern'],
    ['LANTERN MEDIA', 'lantern'],
    ['TheLantern office', 'lantern'],
    ['L-A-N-T-E-R-N', 'lantern'],
    ['Lántern', 'lantern'],
    ['VELDRA FUND', 'veldra'],
    ['office@veldra.example', 'veldra'],
    ['WATCH 24', 'watch'],
    ['OAK STREET NEWS', 'news'],
    ['FREEPRESS BERLIN', 'press'],
  ] as const) {
    assert.equal(tellingWord(text, lantern), word, text);
  }
});

test('C3.1: a name in other letters is found in Latin ones', () => {
  const name = { name: 'Журнал «Фонарь»', origin: undefined };
  assert.equal(tellingWord('FONAR BERLIN', name), 'fonar');
  assert.equal(tellingWord('Редакция Фонарь', name), 'fonar');
  assert.equal(tellingWord('OAK STREET MEDIA', name), null);
});

test('neutral and truthful words pass, also where a short word of the name stands inside one', () => {
  for (const text of ['OAK STREET MEDIA', 'Oak Street office', 'office@oak-street.example']) {
    assert.equal(tellingWord(text, lantern), null, text);
  }
  const short = { name: 'The Oak', origin: undefined };
  assert.equal(tellingWord('CROAKER BERLIN', short), null);
  assert.equal(tellingWord('OAK BERLIN', short), 'oak');
});
