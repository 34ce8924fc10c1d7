/** The stage: stores, settings, tokens, and a new beginning. */
export const SCRIPT_STAGE = String.raw`
const field = (label, type, value, more) => el('input', { type, value, 'aria-label': label, ...more });
const numberIn = (input) => input.value.trim() === '' ? null : Number(input.value);

/** A setting with its present value, which is set by a button: nothing changes while somebody types. */
function settingRow(text, name, value) {
  const input = field(text, 'number', String(value), { min: '0' });
  return el('div', { class: 'set' }, el('label', {}, text, input),
    button('Set', '', () => ask('PATCH', '/settings', { [name]: numberIn(input) }), text));
}

function storeRow(store) {
  const path = '/stores/' + encodeURIComponent(store.id);
  const balance = field('Balance', 'number', String(store.balance), { min: '0', step: '0.01' });
  return el('li', { 'data-store': store.id },
    el('div', { class: 'row' }, el('span', { class: 'sum' }, store.name), el('span', { class: 'chip ' + (store.activated ? 'good' : 'bad') }, store.activated ? 'Activated' : 'Not activated')),
    el('div', { class: 'row' }, el('span', {}, [store.merchantVat, store.merchantBrandId, store.merchantLocationId].join(' · '))),
    el('div', { class: 'set' }, el('label', {}, 'Balance', balance),
      button('Set', '', () => ask('PATCH', path, { balance: numberIn(balance) }), 'balance of ' + store.name),
      button(store.activated ? 'Deactivate' : 'Activate', '', () => ask('PATCH', path, { activated: !store.activated }), store.name)));
}

const SETTINGS = [
  ['failNext', 'Calls to come that fail (500)'],
  ['pollDelayInMs', 'Poll delay, ms'],
  ['tokenLifetime', 'Life of a token, s'],
];

function showStage({ stores, settings }) {
  keyed(by('stores'), stores, (store) => store.id, storeRow);
  keyed(by('settings'), SETTINGS.map(([name, text]) => ({ name, text, value: settings[name] })), ({ name }) => name,
    ({ name, text, value }) => el('li', { 'data-setting': name }, settingRow(text, name, value)));
  // What is otherwise than usual is seen with the stage closed too.
  const unusual = [];
  if (settings.failNext > 0) unusual.push(settings.failNext === 1 ? 'the next call fails' : 'the next ' + settings.failNext + ' calls fail');
  if (settings.beaconTaken) unusual.push('the next beacon is taken');
  if (settings.merchantPosIdTaken) unusual.push('the next merchantPosId is taken');
  if (!settings.tokensAge) unusual.push('tokens do not age');
  by('unusual').textContent = unusual.join(', ');
}
by('revoke').append(button('Revoke all tokens', 'no', () => ask('POST', '/tokens/revoke')));
let sure = false;
by('revoke').append(el('button', { type: 'button', class: 'no', id: 'reset', on: { click: async (event) => {
  const pressed = event.currentTarget;
  if (sure) await ask('POST', '/reset');
  sure = !sure;
  pressed.textContent = sure ? 'Really begin anew?' : 'Begin anew';
  setTimeout(() => { sure = false; pressed.textContent = 'Begin anew'; }, 4000);
} } }, 'Begin anew'));

`;
