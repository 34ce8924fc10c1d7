/** What every part of the page is made with. Elements are made and their text set, never markup: whatever a client sends stays text. */
export const SCRIPT_ELEMENTS = String.raw`'use strict';
const token = document.querySelector('meta[name="poscert-token"]').content;
const by = (id) => document.getElementById(id);
/** How far the sandbox's clock is ahead of the browser's, ms. */
let ahead = 0;

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
/** With the day, where it is not the present one of the sandbox. */
const timeText = (at) => {
  const date = new Date(at);
  const today = new Date(Date.now() + ahead).toDateString() === date.toDateString();
  return today ? date.toLocaleTimeString('da-DK') : date.toLocaleString('da-DK', { dateStyle: 'short', timeStyle: 'medium' });
};

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
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    tell(told.message ?? 'The sandbox answered ' + answer.status + '.');
  } catch {
    tell('The sandbox cannot be reached.');
  }
  return undefined;
}

/** A button that does one thing; of what, where several are alike: a screen reader reads that too. */
function button(text, kind, act, of) {
  return el('button', { type: 'button', class: kind, 'aria-label': of === undefined ? undefined : text + ', ' + of, on: { click: async (event) => {
    const pressed = event.currentTarget;
    const card = pressed.closest('.till');
    pressed.disabled = true;
    await act();
    pressed.disabled = false;
    // What was pressed may be gone when the news has come: the keyboard goes on where the person is.
    setTimeout(() => {
      if (document.activeElement === document.body && card?.isConnected) card.focus();
    }, 300);
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

`;
