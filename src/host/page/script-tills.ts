/** The points of sale with their customer. */
export const SCRIPT_TILLS = String.raw`const cards = { '': 'Own card', credit: 'Credit card', debit: 'Debit card' };
const cardChoice = (label, first, own, barred) =>
  el('select', { 'aria-label': label }, ...Object.entries(cards).slice(first).map(([value, text]) => {
    const card = value === '' ? own : value;
    const more = [value === '' && own !== undefined ? own : '', barred?.includes(card) ? 'not allowed' : ''].filter(Boolean);
    return el('option', { value }, more.length === 0 ? text : text + ' (' + more.join(', ') + ')');
  }));

/** Which cards a payment disallows. */
const barredBy = ({ restrictions }) =>
  ['debit', 'credit'].filter((card) => restrictions?.[card + 'CardDisallowed'] === true);

/** A card that is not allowed is no failure of the call: the customer sees an error and may take another. */
async function approve(path, card) {
  const done = await ask('POST', path + '/approve', card === '' ? {} : { card });
  if (done?.note !== undefined) tell('The customer sees an error: ' + done.note + '. Another card may be tried.');
}

function payPart(payment, guest) {
  const path = '/payments/' + encodeURIComponent(payment.id);
  const order = 'order ' + payment.orderId;
  const card = cardChoice('Card to pay with', 0, guest?.card, barredBy(payment));
  const open = payment.state === 'IssuedToUser';
  const withCustomer = open || payment.state === 'Paired';
  return el('div', { class: 'pay', 'data-payment': payment.id },
    el('div', { class: 'top' }, el('span', { class: 'amount' }, money(payment.amount, payment.currencyCode)), chip(payment.state)),
    el('p', { class: 'about foreign' }, 'Order ' + payment.orderId + (payment.merchantPaymentLabel ? ' · ' + payment.merchantPaymentLabel : '')),
    restrictions(payment),
    withCustomer ? el('div', { class: 'acts' },
      open ? card : undefined,
      open ? button('Approve', 'main approve', () => approve(path, card.value), order) : undefined,
      button('Reject', 'no reject', () => ask('POST', path + '/reject'), order)) : undefined);
}

function restrictions(payment) {
  const no = barredBy(payment);
  return no.length === 0 ? undefined : el('p', { class: 'about' }, 'No ' + no.join(' and no ') + ' card');
}

function guestPart(pos, guest) {
  const path = '/pointofsales/' + encodeURIComponent(pos.id);
  if (pos.isUserCheckedIn) {
    const has = [guest?.card === undefined ? '' : guest.card + ' card', ...(guest?.loyaltyIds ?? [])].filter(Boolean).join(' · ');
    return el('div', { class: 'acts' }, el('span', { class: 'chip with here' }, 'Customer is here'),
      el('span', { class: 'about foreign' }, has),
      button('Leave', 'leave', () => ask('POST', path + '/leave'), pos.name));
  }
  const card = cardChoice('Card', 1);
  const loyalty = el('input', { type: 'text', 'aria-label': 'Loyalty id', placeholder: 'none', maxlength: '60', autocomplete: 'off' });
  const after = el('input', { type: 'number', min: '0', value: '0', 'aria-label': 'Polls before the customer is looked up' });
  const partial = el('input', { type: 'checkbox', class: 'partial', 'aria-label': 'Less than was reserved may be captured' });
  const checkIn = () => ask('POST', path + '/check-in', {
    card: card.value,
    loyaltyIds: loyalty.value.split(/[\s,]+/).filter(Boolean),
    loyaltyAfterPolls: Number(after.value),
    ...(partial.checked ? { partialCapture: true } : {}),
  });
  return el('div', { class: 'guest' },
    el('label', {}, 'Card', card), el('label', {}, 'Loyalty id', loyalty), button('Check in', 'main check-in', checkIn, pos.name),
    el('details', { class: 'more' }, el('summary', {}, 'More about this customer'),
      el('label', {}, 'Known after so many polls', after),
      el('label', { class: 'line' }, partial, 'Less than was reserved may be captured')));
}

/** What of the store a till has to know. */
function storePart(store) {
  const chips = [];
  if (store?.activated === false) chips.push(el('span', { class: 'chip bad' }, 'Store not activated'));
  if (store?.balance === 0) chips.push(el('span', { class: 'chip bad' }, 'Store without balance'));
  return el('div', { class: 'acts store-part', hidden: chips.length === 0 }, ...chips);
}

/** The card of a point of sale: what the customer fills in survives an update as long as it still makes sense. */
function tillCard({ pos, payment, store, guest }, there) {
  const now = there?.querySelector('.now') ?? el('div', { class: 'now' });
  const place = (name, seen, make) => {
    if (now[name] === seen) return;
    now.querySelector('.' + name)?.remove();
    const part = make();
    part?.classList.add(name);
    // In this order from the top, whichever of them changes.
    if (part !== undefined && name === 'guest-part') now.append(part);
    else if (part !== undefined) now.prepend(part);
    now[name] = seen;
  };
  place('guest-part', pos.isUserCheckedIn ? 'here ' + JSON.stringify(guest) : 'away', () => guestPart(pos, guest));
  place('pay', JSON.stringify([payment ?? null, guest ?? null]), () => payment === undefined ? undefined : payPart(payment, guest));
  place('store-part', JSON.stringify([store?.activated, store?.balance === 0]), () => storePart(store));
  if (there !== undefined) return there;
  return el('article', { class: 'till', 'data-pos': pos.id, 'aria-labelledby': 'till-' + pos.id, tabindex: '-1' },
    drawQr(pos.qr),
    el('div', {}, el('h3', { class: 'foreign', id: 'till-' + pos.id }, pos.name),
      el('p', { class: 'about foreign' }, pos.merchantPosId + (store === undefined ? '' : ' · ' + store.name)),
      pos.requirePaymentBeforeCheckin ? el('p', { class: 'about' }, 'Nobody checks in before there is a payment') : undefined,
      el('p', { class: 'ids' }, pos.id)),
    now);
}

const ACTIVE = new Set(['Prepared', 'Initiated', 'Paired', 'IssuedToUser']);

`;
