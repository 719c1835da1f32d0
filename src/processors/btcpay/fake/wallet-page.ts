/** A wallet for people who try things out: a plain form that takes a link as a pay page shows it, and pays it. */
import type { ServerResponse } from 'node:http';
import type { FakeCall } from './api.ts';
import type { FakeBooks, FakeInvoice, FakeMethod } from './books.ts';
import { minorOf } from './coins.ts';

export function answerWallet(books: FakeBooks, call: FakeCall, response: ServerResponse): void {
  if (call.method !== 'POST') {
    response.writeHead(200, HTML).end(form(''));
    return;
  }
  const fields = new URLSearchParams(call.body);
  const link = (fields.get('link') ?? '').trim();
  const found = findByLink(books, link);
  if (found === undefined) {
    response.writeHead(404, HTML).end(form('No invoice has this address.'));
    return;
  }
  const { invoice, method } = found;
  const amount = new URLSearchParams(link.split('?')[1] ?? '').get('amount');
  const sats = amount === null ? books.asked(invoice) - books.came(invoice) : minorOf(amount, 8);
  if (sats === null || sats <= 0n) {
    response.writeHead(400, HTML).end(form('That is no amount.'));
    return;
  }
  books.pay(invoice.id, { sats, method, isConfirmed: fields.get('confirmed') === 'yes' });
  response.writeHead(200, HTML).end(form(`Sent ${sats} satoshis.`));
}

function findByLink(
  books: FakeBooks,
  link: string,
): { readonly invoice: FakeInvoice; readonly method: FakeMethod } | undefined {
  const wanted = link
    .replace(/^[a-z]+:/i, '')
    .split('?')[0]
    ?.toLowerCase();
  for (const invoice of books.invoices.values()) {
    for (const [method, destination] of invoice.destinations) {
      if (destination === wanted) return { invoice, method };
    }
  }
  return undefined;
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

function form(said: string): string {
  return `<!doctype html><title>Fake wallet</title><h1>Fake wallet</h1><p>${said}</p>
<form method="post" action="/wallet"><label>Link <input name="link" size="60"></label>
<label><input type="checkbox" name="confirmed" value="yes"> confirmed at once</label>
<button>Send</button></form>`;
}
