/** What comes from the sandbox, shown as it comes. */
export const SCRIPT_SHOW = String.raw`let boot;
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
  // Seen from another machine, the sandbox has the name that this page was opened by.
  const api = new URL(view.api);
  api.hostname = location.hostname;
  by('api').textContent = api.origin;
  by('description').href = api.origin + '/openapi.yaml';
  showStage(view);
  const stores = new Map(view.stores.map((store) => [store.id, store]));
  const active = new Map(view.active.map((payment) => [payment.posId, payment]));
  const tills = view.pointsOfSale.map((pos) => ({ pos, payment: active.get(pos.id), store: stores.get(pos.storeId), guest: view.guests[pos.id] }));
  keyed(by('tills'), tills, ({ pos }) => pos.id, tillCard);
  keyed(by('payments'), view.payments, (payment) => payment.id, paymentRow);
  keyed(by('refunds'), view.refunds, (refund) => refund.id, refundRow);
  keyed(by('exchanges'), view.exchanges, (exchange) => exchange.number, exchangeRow);
  for (const name of ['tills', 'payments', 'refunds', 'exchanges']) {
    const shown = by(name).children.length;
    by('no-' + name).hidden = shown > 0;
    const all = view.totals[name] ?? shown;
    const count = by(name + '-count');
    if (count !== null) count.textContent = all > shown ? 'the newest ' + shown + ' of ' + all : all > 1 ? String(all) : '';
  }
  announce(view.payments);
}

/** What changed is read out; what was there when the page was opened is not. */
let heard;
function announce(payments) {
  const news = payments.filter((payment) => heard !== undefined && heard.get(payment.id) !== payment.state);
  if (news.length > 0)
    by('heard').textContent = news.map((payment) => 'Order ' + payment.orderId + ': ' + words(payment.state)).join('. ');
  heard = new Map(payments.map((payment) => [payment.id, payment.state]));
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
  document.body.classList.toggle('lost', !live);
};
events.addEventListener('open', () => link(true));
events.addEventListener('error', () => link(false));
events.addEventListener('message', (event) => show(JSON.parse(event.data)));
events.addEventListener('clock', (event) => showClock(JSON.parse(event.data)));
`;
