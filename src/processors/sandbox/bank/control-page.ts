/** The switchboard as a page: small forms, each of which orders one thing. In English only. */
import { type Html, html, nothing } from '../../../page/index.ts';
import { developerNavigation } from './books-pages.ts';
import { type Controls, controlState } from './control.ts';
import { API_CALLS, FAULTS } from './faults.ts';
import { bankPage } from './page-frame.ts';

export function controlPage(controls: Controls, message: string | null = null): Response {
  const isRefused = message !== null;
  return bankPage({
    title: isRefused ? 'Error: Control' : 'Control',
    language: 'en',
    status: isRefused ? 422 : 200,
    body: html`${developerNavigation('en')}
<h1>Control</h1>
${message === null ? nothing : html`<p class="error-summary" role="alert">${message}</p>`}
<p>Orders for the bank’s next answers and webhooks. They wait until something uses them up, and are forgotten when the bank restarts. Tests send the same as JSON to this address.</p>
${waiting(controls)}
${faultForm()}${webhookForm(controls)}${clearForm()}`,
  });
}

function waiting(controls: Controls): Html {
  const { faults, webhooks } = controlState(controls);
  if (faults.length + webhooks.length === 0) return html`<p>Nothing is waiting.</p>`;
  return html`<h2>Waiting</h2><ul>
${faults.map((order) => html`<li>${order.count} × ${order.fault} on ${order.on ?? 'any call'}</li>`)}
${webhooks.map((order) => html`<li>${order.count} × webhook: ${order.do}</li>`)}
</ul>`;
}

function faultForm(): Html {
  return html`<form method="post" action="/control"><fieldset><legend>Spoil answers</legend>
<div class="row">
<div><label for="fault">Fault</label><select id="fault" name="fault">${options(FAULTS)}</select></div>
<div><label for="on">On</label><select id="on" name="on"><option value="">any call</option>${options(API_CALLS)}</select></div>
<div><label for="fault-count">How many answers</label><input id="fault-count" name="count" value="1" inputmode="numeric" autocomplete="off" class="short"></div>
</div><button name="order" value="fault">Order this fault</button></fieldset></form>`;
}

function webhookForm(controls: Controls): Html {
  return html`<form method="post" action="/control"><fieldset><legend>Webhooks (${controls.plan.isOn ? 'on' : 'off'})</legend>
<div class="row">
<div><label for="do">Do</label><select id="do" name="do">${options(['delay', 'repeat', 'reorder', 'drop'])}</select></div>
<div><label for="webhook-count">How many messages</label><input id="webhook-count" name="count" value="2" inputmode="numeric" autocomplete="off" class="short"></div>
<div><label for="seconds">Delay: by how many seconds</label><input id="seconds" name="seconds" value="30" inputmode="numeric" autocomplete="off" class="short"></div>
<div><label for="times">Repeat: how often each</label><input id="times" name="times" value="5" inputmode="numeric" autocomplete="off" class="short"></div>
</div><button name="order" value="webhook">Order this</button>
<button name="order" value="webhooks-${controls.plan.isOn ? 'off' : 'on'}">Switch webhooks ${controls.plan.isOn ? 'off' : 'on'}</button></fieldset></form>`;
}

function clearForm(): Html {
  return html`<form method="post" action="/control"><button name="order" value="clear">Forget all orders and heal</button></form>`;
}

function options(values: readonly string[]): Html {
  return html`${values.map((value) => html`<option value="${value}">${value.replaceAll('_', ' ')}</option>`)}`;
}
