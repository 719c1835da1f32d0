/** The fake's approval page: a plain form on which a "supporter" says who they are and agrees, or goes back. */
import type { ServerResponse } from 'node:http';
import type { FakeCall } from './api.ts';
import type { FakeBooks, FakePayer } from './books.ts';

const WAYS: readonly FakePayer['pays'][] = [
  'at-once',
  'pending',
  'declined',
  'cannot-pay',
  'capture-declined',
];

export function answerPage(books: FakeBooks, call: FakeCall, response: ServerResponse): void {
  const url = new URL(call.path, 'http://fake');
  const order = books.orders.get(url.searchParams.get('token') ?? '');
  if (order === undefined || order.capture !== null) {
    response.writeHead(410, HTML).end('<p>There is nothing to agree to here.</p>');
    return;
  }
  if (call.method !== 'POST') {
    response.writeHead(200, HTML).end(form(order.id, call.path));
    return;
  }
  const fields = new URLSearchParams(call.body);
  const back = fields.get('do') === 'cancel' ? order.cancelUrl : order.returnUrl;
  if (fields.get('do') === 'agree') {
    const country = fields.get('country') ?? '';
    const pays = WAYS.find((way) => way === fields.get('pays')) ?? 'at-once';
    books.approve(order.id, { country: /^[A-Z]{2}$/.test(country) ? country : null, pays });
  }
  const location = new URL(back ?? 'http://127.0.0.1/');
  location.searchParams.set('token', order.id);
  // PayPal adds the payer's id to the address it sends them back to.
  if (fields.get('do') === 'agree') location.searchParams.set('PayerID', 'QYR5Z8XDVJNXQ');
  response.writeHead(303, { location: location.href }).end();
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

function form(orderId: string, action: string): string {
  const ways = WAYS.map((way) => `<option>${way}</option>`).join('');
  return `<!doctype html><title>Fake PayPal</title><h1>Fake PayPal: order ${orderId}</h1>
<form method="post" action="${action.replaceAll('"', '')}">
<label>Country <input name="country" value="DE" maxlength="2"></label>
<label>Pays <select name="pays">${ways}</select></label>
<button name="do" value="agree">Agree and pay</button>
<button name="do" value="cancel">Back to the newsroom</button></form>`;
}
