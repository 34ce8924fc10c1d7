/** What the page does. It makes elements and sets their text, never markup: whatever a client sends stays text. */
export const PAGE_SCRIPT = String.raw`'use strict';
const token = document.querySelector('meta[name="poscert-token"]').content;
const by = (id) => document.getElementById(id);

function el(tag, given, ...children) {
  const { on, ...attributes } = given ?? {};
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    made.setAttribute(name, value === true ? '' : value);
  }
  for (const [name, listener] of Object.entries(on ?? {})) made.addEventListener(name, listener);
  made.append(...children.filter((child) => child !== undefined && child !== ''));
  return made;
}

const money = (amount, currency) =>
  amount === null
    ? 'no amount yet'
    : new Intl.NumberFormat('da-DK', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount) +
      ' ' + (currency ?? '');
const clockText = (ms) =>
  new Date(ms).toLocaleString('da-DK', { dateStyle: 'medium', timeStyle: 'medium' });
const timeText = (at) => new Date(at).toLocaleTimeString('da-DK');

const KINDS = {
  Prepared: 'wait', Initiated: 'wait', Paired: 'with', IssuedToUser: 'with', Reserved: 'held', Captured: 'good',
  ExpiredAndCaptured: 'good', CancelledByUser: 'bad', CancelledByClient: 'over', CancelledByMobilePay: 'bad',
  ExpiredAndCancelled: 'bad',
};
const WORDS = { CancelledByMobilePay: 'Cancelled by MobilePay' };
const words = (state) => WORDS[state] ?? state.replace(/([a-z])([A-Z])/g, (_, a, b) => a + ' ' + b.toLowerCase());
const chip = (state) => el('span', { class: 'chip ' + (KINDS[state] ?? ''), 'data-state': state }, words(state));

let toldTimer;
function tell(text) {
  const told = by('told');
  told.textContent = text;
  told.hidden = false;
  clearTimeout(toldTimer);
  toldTimer = setTimeout(() => { told.hidden = true; }, 6000);
}

async function ask(method, path, body) {
  try {
    const answer = await fetch(path, {
      method,
      headers: { 'X-Poscert-Page': token, 'Content-Type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    });
    if (answer.ok) return;
    const fault = await answer.json().catch(() => ({}));
    tell(fault.message ?? 'The sandbox answered ' + answer.status + '.');
  } catch {
    tell('The sandbox cannot be reached.');
  }
}

function button(text, kind, act) {
  return el('button', { type: 'button', class: kind, on: { click: async (event) => {
    event.currentTarget.disabled = true;
    const pressed = event.currentTarget;
    await act();
    pressed.disabled = false;
  } } }, text);
}

/** Makes the children of a list fit its items; what has not changed stays the same element, so that a finger on it is not disturbed. */
function keyed(list, items, keyOf, make) {
  const old = new Map(Array.from(list.children, (child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const key = String(keyOf(item));
    const seen = JSON.stringify(item);
    const there = old.get(key);
    if (there !== undefined && there.seen === seen) return there;
    const made = make(item, there);
    made.dataset.key = key;
    made.seen = seen;
    return made;
  });
  for (const child of Array.from(list.children)) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, at) => { if (list.children[at] !== child) list.insertBefore(child, list.children[at] ?? null); });
}

function drawQr({ text, size, path }) {
  const figure = el('div', { class: 'qr' });
  if (path !== undefined) {
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    svg.setAttribute('viewBox', '0 0 ' + size + ' ' + size);
    svg.setAttribute('shape-rendering', 'crispEdges');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', 'QR code: ' + text);
    const dark = document.createElementNS(space, 'path');
    dark.setAttribute('d', path);
    dark.setAttribute('fill', '#000');
    svg.append(dark);
    figure.append(svg);
  }
  figure.append(el('p', {}, text));
  return figure;
}

const cards = { '': 'Own card', credit: 'Credit card', debit: 'Debit card' };
const cardChoice = (label, first) =>
  el('select', { 'aria-label': label }, ...Object.entries(cards).slice(first).map(([value, text]) => el('option', { value }, text)));

function payPart(pos, payment) {
  const path = '/payments/' + encodeURIComponent(payment.id);
  const card = cardChoice('Card to pay with', 0);
  const open = payment.state === 'IssuedToUser';
  const withCustomer = open || payment.state === 'Paired';
  return el('div', { class: 'pay', 'data-payment': payment.id },
    el('div', { class: 'top' }, el('span', { class: 'amount' }, money(payment.amount, payment.currencyCode)), chip(payment.state)),
    el('p', { class: 'about foreign' }, 'Order ' + payment.orderId + (payment.merchantPaymentLabel ? ' · ' + payment.merchantPaymentLabel : '')),
    restrictions(payment),
    withCustomer ? el('div', { class: 'acts' },
      open ? card : undefined,
      open ? button('Approve', 'main approve', () => ask('POST', path + '/approve', card.value === '' ? {} : { card: card.value })) : undefined,
      button('Reject', 'no reject', () => ask('POST', path + '/reject'))) : undefined);
}

function restrictions(payment) {
  const given = payment.restrictions ?? {};
  const no = [given.debitCardDisallowed ? 'debit' : '', given.creditCardDisallowed ? 'credit' : ''].filter(Boolean);
  return no.length === 0 ? undefined : el('p', { class: 'about' }, 'No ' + no.join(' and no ') + ' card');
}

function guestPart(pos) {
  const path = '/pointofsales/' + encodeURIComponent(pos.id);
  if (pos.isUserCheckedIn)
    return el('div', { class: 'acts' }, el('span', { class: 'chip with here' }, 'Customer is here'),
      button('Leave', 'leave', () => ask('POST', path + '/leave')));
  const card = cardChoice('Card', 1);
  const loyalty = el('input', { type: 'text', 'aria-label': 'Loyalty id', placeholder: 'none', maxlength: '60', autocomplete: 'off' });
  const checkIn = () => ask('POST', path + '/check-in', {
    card: card.value,
    loyaltyIds: loyalty.value.split(/[\s,]+/).filter(Boolean),
  });
  return el('div', { class: 'guest' },
    el('label', {}, 'Card', card), el('label', {}, 'Loyalty id', loyalty), button('Check in', 'main check-in', checkIn));
}

/** The card of a point of sale: what the customer fills in survives an update as long as it still makes sense. */
function tillCard({ pos, payment, store }, there) {
  const now = there?.querySelector('.now') ?? el('div', { class: 'now' });
  const guest = pos.isUserCheckedIn ? 'here' : 'away';
  if (now.guest !== guest) {
    now.querySelector('.guest-part')?.remove();
    const part = guestPart(pos);
    part.classList.add('guest-part');
    now.append(part);
    now.guest = guest;
  }
  const seen = JSON.stringify(payment ?? null);
  if (now.payment !== seen) {
    now.querySelector('.pay')?.remove();
    if (payment !== undefined) now.prepend(payPart(pos, payment));
    now.payment = seen;
  }
  if (there !== undefined) return there;
  return el('article', { class: 'till', 'data-pos': pos.id },
    drawQr(pos.qr),
    el('div', {}, el('h3', { class: 'foreign' }, pos.name),
      el('p', { class: 'about foreign' }, pos.merchantPosId + (store === undefined ? '' : ' · ' + store.name)),
      el('p', { class: 'ids' }, pos.id)),
    now);
}

const ACTIVE = new Set(['Prepared', 'Initiated', 'Paired', 'IssuedToUser']);

function paymentRow(payment) {
  const parts = [];
  if (payment.capturedAmount > 0 && payment.capturedAmount !== payment.amount)
    parts.push('captured ' + money(payment.capturedAmount, payment.currencyCode));
  if (payment.refundedAmount > 0) parts.push('refunded ' + money(payment.refundedAmount, payment.currencyCode));
  if (payment.card !== null) parts.push(payment.card + ' card');
  return el('li', { 'data-payment': payment.id },
    el('div', { class: 'row' }, el('span', { class: 'sum' }, money(payment.amount, payment.currencyCode)), chip(payment.state)),
    el('div', { class: 'row' }, el('span', { class: 'foreign' }, ['Order ' + payment.orderId, ...parts].join(' · ')),
      el('span', {}, timeText(payment.createdAt))),
    el('div', { class: 'row' }, el('span', { class: 'ids' }, payment.id), ACTIVE.has(payment.state)
      ? button('Cancel by MobilePay', 'no', () => ask('POST', '/payments/' + encodeURIComponent(payment.id) + '/cancel-by-mobilepay'))
      : undefined));
}

function refundRow(refund) {
  return el('li', { 'data-refund': refund.id },
    el('div', { class: 'row' }, el('span', { class: 'sum' }, money(refund.amount, refund.currencyCode)), chip(refund.state)),
    el('div', { class: 'row' }, el('span', { class: 'foreign' }, refund.refundOrderId), el('span', {}, timeText(refund.createdAt))),
    el('div', { class: 'row' }, el('span', { class: 'ids' }, refund.id), refund.state === 'Initiated'
      ? button('Reserve', '', () => ask('POST', '/refunds/' + encodeURIComponent(refund.id) + '/reserve'))
      : undefined));
}

function exchangeRow(exchange) {
  const kind = exchange.status < 300 ? 'good' : exchange.status < 500 ? 'wait' : 'bad';
  return el('li', {}, el('details', {},
    el('summary', {},
      el('span', { class: 'chip ' + kind }, String(exchange.status) + (exchange.code === '' ? '' : ' ' + exchange.code)),
      // An id at length would push what was done with it (capture, cancel) out of sight; opened, the row shows it whole.
      el('span', { class: 'target' }, exchange.method + ' ' + exchange.target.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/gi, '$1…')),
      el('span', { class: 'at' }, timeText(exchange.at))),
    el('p', { class: 'ids' }, exchange.method + ' ' + exchange.target),
    ...exchange.warnings.map((warning) => el('p', { class: 'warning' }, warning)),
    exchange.sent === '' ? undefined : el('pre', {}, exchange.sent),
    exchange.got === '' ? undefined : el('pre', {}, exchange.got)));
}

let boot;
let ahead = 0;
function showClock({ now, offsetMs }) {
  ahead = now - Date.now();
  const days = Math.floor(offsetMs / 86400000);
  const rest = new Date(offsetMs % 86400000).toISOString().slice(11, 19);
  by('moved').textContent = offsetMs === 0 ? '' : 'moved by ' + (days > 0 ? days + ' d ' : '') + rest;
}

function show(view) {
  // The token of another process is of no use here.
  if (boot !== undefined && boot !== view.boot) location.reload();
  boot = view.boot;
  showClock(view.clock);
  by('api').textContent = view.api;
  const stores = new Map(view.stores.map((store) => [store.id, store]));
  const active = new Map(view.active.map((payment) => [payment.posId, payment]));
  const tills = view.pointsOfSale.map((pos) => ({ pos, payment: active.get(pos.id), store: stores.get(pos.storeId) }));
  keyed(by('tills'), tills, ({ pos }) => pos.id, tillCard);
  keyed(by('payments'), view.payments, (payment) => payment.id, paymentRow);
  keyed(by('refunds'), view.refunds, (refund) => refund.id, refundRow);
  keyed(by('exchanges'), view.exchanges, (exchange) => exchange.number, exchangeRow);
  for (const name of ['tills', 'payments', 'refunds', 'exchanges'])
    by('no-' + name).hidden = by(name).children.length > 0;
}

for (const press of document.querySelectorAll('[data-advance]'))
  press.addEventListener('click', () => ask('POST', '/clock', { advance: press.dataset.advance }));
setInterval(() => {
  const now = new Date(Date.now() + ahead);
  by('now').textContent = clockText(now);
  by('now').dateTime = now.toISOString();
}, 250);

const events = new EventSource('/events');
const link = (live) => {
  by('link').textContent = live ? 'live' : 'not connected';
  by('link').classList.toggle('live', live);
};
events.addEventListener('open', () => link(true));
events.addEventListener('error', () => link(false));
events.addEventListener('message', (event) => show(JSON.parse(event.data)));
events.addEventListener('clock', (event) => showClock(JSON.parse(event.data)));
`;
