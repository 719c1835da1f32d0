import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  errorSummary,
  FORM_BYTES_LIMIT,
  fieldError,
  html,
  nothing,
  raw,
  readForm,
  readQuery,
} from './index.ts';

function formRequest(
  body: string | Uint8Array<ArrayBuffer>,
  type = 'application/x-www-form-urlencoded',
): Request {
  return new Request('http://localhost/x', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
}

async function fields(body: string) {
  const reading = await readForm(formRequest(body));
  assert.ok(reading.ok);
  return reading.fields;
}

test('fields are read as typed; missing ones are empty; the first of two counts', async () => {
  const form = await fields('amount=%E2%82%AC5+00&amount=9&name=a%2Bb');
  assert.equal(form.text('amount'), '€5 00');
  assert.equal(form.text('name'), 'a+b');
  assert.equal(form.text('absent'), '');
  assert.ok(!form.has('absent'));
});

test('NUL, control characters and broken characters are taken out and said', async () => {
  for (const body of ['a=1%002', 'a=1%1B2', 'a=1%7F2', 'a=1%FF2', 'a=1%ED%A0%802']) {
    const form = await fields(body);
    assert.equal(form.text('a'), '12', body);
    assert.ok(form.hadControls, body);
  }
  const fine = await fields('a=one%0Atwo%09three');
  assert.equal(fine.text('a'), 'one\ntwo\tthree');
  assert.ok(!fine.hadControls);
});

test('other bodies and too many fields are bad requests, a large one is too large', async () => {
  assert.deepEqual(await readForm(formRequest('{}', 'application/json')), {
    ok: false,
    problem: 'BAD_REQUEST',
  });
  const many = Array.from({ length: 41 }, (_, at) => `f${at}=1`).join('&');
  assert.deepEqual(await readForm(formRequest(many)), { ok: false, problem: 'BAD_REQUEST' });
  const large = `a=${'x'.repeat(FORM_BYTES_LIMIT)}`;
  assert.deepEqual(await readForm(formRequest(large)), { ok: false, problem: 'BODY_TOO_LARGE' });
});

test('a body that lies about its length is still cut at the limit', async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 4096;
      controller.enqueue(new Uint8Array(4096).fill(0x61));
    },
  });
  const request = new Request('http://localhost/x', {
    method: 'POST',
    body: endless,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    duplex: 'half',
  });
  assert.deepEqual(await readForm(request), { ok: false, problem: 'BODY_TOO_LARGE' });
  assert.ok(sent < FORM_BYTES_LIMIT * 4, `read ${sent} bytes of an endless body`);
});

test('a query of any kind is read without throwing', () => {
  assert.equal(readQuery('http://localhost/?a=1&b=%00x').text('b'), 'x');
  assert.equal(readQuery(`http://localhost/?${'a=1&'.repeat(100)}`).text('a'), '');
});

test('html escapes everything that is not HTML itself', () => {
  const evil = `<script>"'&`;
  assert.equal(
    String(html`<p title="${evil}">${evil}</p>`),
    '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</p>',
  );
  assert.equal(
    String(html`${[html`<b>${'<'}</b>`, null, false, undefined, 0, 7n]}`),
    '<b>&lt;</b>07',
  );
  assert.equal(String(html`${raw('<i>')}${nothing}`), '<i>');
});

test('the error summary links each problem to its field with the same words', () => {
  const problems = [{ field: 'amount', message: 'How much? <5>' }];
  const summary = String(errorSummary({ problems, language: 'en' }));
  assert.match(summary, /href="#amount">How much\? &lt;5&gt;</);
  assert.match(String(fieldError(problems, 'amount')), /id="amount-error">How much\? &lt;5&gt;</);
  assert.equal(String(fieldError(problems, 'other')), '');
  assert.equal(String(errorSummary({ problems: [], language: 'en' })), '');
});
