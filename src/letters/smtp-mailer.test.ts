import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { after, test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Instant } from '../calendar/index.ts';
import { composeLetter, type Letter } from './letter.ts';
import type { Sending } from './mailer.ts';
import { SmtpUrlError, smtpMailer } from './smtp-mailer.ts';

const from = { name: 'Notes', address: 'notes@letters.example' };
const closing: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const close of closing) await close();
});

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** A real SMTP server on a port of its own. */
async function smtpServer(
  options: SMTPServerOptions = {},
): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { port: address.port, received };
}

function sending(change: Partial<Sending> = {}): Sending {
  return {
    letter: note('Amount: $5.00'),
    address: 'anna+news@example.org',
    unsubscribeUrl: 'https://courier.example/letters/c2VjcmV0IHRva2VuIQ',
    key: 'receipt:019abc00-0000-7000-8000-000000000001',
    at: Instant.from('2026-11-05T09:08:07Z'),
    ...change,
  };
}

function note(detail: string, change: { language?: string } = {}): Letter {
  return composeLetter({ subject: 'note', language: 'en', details: [detail], ...change });
}

/** The headers and the text, decoded. */
function opened(raw: string): { headers: string; text: string } {
  const [head = '', body = ''] = raw.split(/\r\n\r\n(.*)/s);
  const headers = head.replace(/\r\n[ \t]+/g, ' ');
  const text = /content-transfer-encoding: base64/i.test(headers)
    ? Buffer.from(body, 'base64').toString('utf8')
    : Buffer.from(
        body
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_all, hex: string) =>
            String.fromCharCode(Number.parseInt(hex, 16)),
          ),
        'latin1',
      ).toString('utf8');
  return { headers, text: text.replaceAll('\r\n', '\n') };
}

test('a letter arrives as plain text, from a neutral sender, with nothing about us in its headers', async () => {
  const { port, received } = await smtpServer();
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from });
  closing.push(() => mailer.close());
  const letter = note('Сумма: 5,00 $ — مرحبًا', { language: 'ru' });
  assert.deepEqual(await mailer.send(sending({ letter })), { kind: 'sent' });

  const mail = received[0];
  assert.ok(mail !== undefined);
  assert.equal(mail.from, 'notes@letters.example');
  assert.deepEqual(mail.to, ['anna+news@example.org']);
  const { headers, text } = opened(mail.raw);
  assert.equal(text.trimEnd(), letter.text.trimEnd());
  assert.match(headers, /^From: Notes <notes@letters\.example>$/m);
  assert.match(headers, /^Content-Type: text\/plain; charset=utf-8$/im);
  assert.match(headers, /^Date: Thu, 5 Nov 2026 09:08:07 \+0000$/m);
  assert.match(headers, /^Auto-Submitted: auto-generated$/m);
  assert.match(headers, /^Content-Language: ru$/m);
  assert.doesNotMatch(headers, /x-mailer|nodemailer|html|multipart/i);
  assert.ok(!mail.raw.includes(hostname()), 'the name of this machine stays here');
  assert.ok(!mail.raw.includes('019abc00'), 'the id of a gift stays here');
});

test('every try of one letter has the same message id, another letter another', async () => {
  const { port, received } = await smtpServer();
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from });
  closing.push(() => mailer.close());
  await mailer.send(sending());
  await mailer.send(sending());
  await mailer.send(sending({ key: 'receipt:other' }));
  const ids = received.map(
    ({ raw }) => /^Message-ID: (<[0-9a-f]{32}@letters\.example>)/im.exec(raw)?.[1],
  );
  assert.ok(ids[0] !== undefined);
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], ids[2]);
});

test('RFC 8058: every letter carries its way out in both headers', async () => {
  const { port, received } = await smtpServer();
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from });
  closing.push(() => mailer.close());
  await mailer.send(sending());
  const { headers } = opened(received[0]?.raw ?? '');
  assert.match(
    headers,
    /^List-Unsubscribe: <https:\/\/courier\.example\/letters\/c2VjcmV0IHRva2VuIQ>$/m,
  );
  assert.match(headers, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
});

test('an address is one address: it cannot add a recipient or a header', async () => {
  const { port, received } = await smtpServer();
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from });
  closing.push(() => mailer.close());
  for (const address of [
    'anna@example.org, eve@example.net',
    'anna@example.org\r\nBcc: eve@example.net',
    'anna@example.org>\r\nRCPT TO:<eve@example.net',
  ]) {
    await mailer.send(sending({ address }));
  }
  for (const { to, raw } of received) {
    assert.ok(to.length <= 1 && !to.includes('eve@example.net'), to.join());
    assert.doesNotMatch(raw, /^bcc:/im);
  }
});

test('what a mail server answers becomes a code, and its words go nowhere', async () => {
  const refuses =
    (responseCode: number) =>
    (_address: unknown, _session: unknown, callback: (error?: Error) => void): void => {
      callback(Object.assign(new Error('anna+news@example.org is unknown here'), { responseCode }));
    };
  const cases: readonly (readonly [SMTPServerOptions, unknown])[] = [
    [{ onRcptTo: refuses(550) }, { kind: 'refused', reason: 'address' }],
    [{ onRcptTo: refuses(451) }, { kind: 'not-now', reason: 'busy' }],
    [{ onMailFrom: refuses(553) }, { kind: 'not-now', reason: 'busy' }],
    [
      {
        onData(stream, _session, callback) {
          stream.resume();
          stream.on('end', () =>
            callback(Object.assign(new Error('no thanks'), { responseCode: 554 })),
          );
        },
      },
      { kind: 'refused', reason: 'letter' },
    ],
  ];
  for (const [options, expected] of cases) {
    const { port } = await smtpServer(options);
    const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from });
    closing.push(() => mailer.close());
    assert.deepEqual(await mailer.send(sending()), expected);
  }
});

test('a server that is away, hangs up or speaks nonsense is worth another try', async () => {
  const away = smtpMailer({ url: 'smtp://127.0.0.1:1', from });
  assert.deepEqual(await away.send(sending()), { kind: 'not-now', reason: 'connection' });

  for (const [greeting, reason] of [
    ['', 'connection'],
    ['HTTP/1.1 200 OK\r\n', 'unreadable'],
  ] as const) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(greeting);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const mailer = smtpMailer({ url: `smtp://127.0.0.1:${address.port}`, from });
    assert.deepEqual(await mailer.send(sending()), { kind: 'not-now', reason }, greeting);
  }
});

test('a wrong password is an operator’s matter: the letter waits', async () => {
  const { port } = await smtpServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (auth, _session, callback) =>
      auth.password === 'r@ght' ? callback(null, { user: 'x' }) : callback(new Error('no')),
  });
  const wrong = smtpMailer({ url: `smtp://me:wrong@127.0.0.1:${port}`, from });
  assert.equal((await wrong.send(sending())).kind, 'not-now');
  const right = smtpMailer({ url: `smtp://me:r%40ght@127.0.0.1:${port}`, from });
  assert.deepEqual(await right.send(sending()), { kind: 'sent' });
});

test('a server elsewhere that offers no encryption gets no letter', async () => {
  const { port, received } = await smtpServer();
  // The same server, by a name that is not plainly this machine's.
  const mailer = smtpMailer({ url: `smtp://[::ffff:127.0.0.1]:${port}`, from });
  assert.equal((await mailer.send(sending())).kind, 'not-now');
  assert.equal(received.length, 0);
  const allowed = smtpMailer({ url: `smtp://[::ffff:127.0.0.1]:${port}?tls=off`, from });
  assert.deepEqual(await allowed.send(sending()), { kind: 'sent' });
});

test('an address that cannot be a mail server’s is refused at once, without quoting its password', () => {
  for (const url of ['', 'mail.example.org', 'https://me:secret@example.org', 'smtp:', 'smtp://']) {
    assert.throws(
      () => smtpMailer({ url, from }),
      (error) => error instanceof SmtpUrlError && !error.message.includes('secret'),
      url,
    );
  }
});
