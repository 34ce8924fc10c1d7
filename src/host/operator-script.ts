/** What the operator's page does: shows what it is sent, and says what is pressed. Texts go in as text alone. */
export const OPERATOR_SCRIPT = `
'use strict';
const key = new URLSearchParams(location.search).get('key') || '';
const at = (id) => document.getElementById(id);
let shown = {};
function say(ask, said) {
  fetch('/say', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Poscert-Key': key },
    body: JSON.stringify({ ask, say: said }),
  }).then(
    (answer) => { if (!answer.ok) at('note').textContent = 'That is over already.'; },
    () => { at('note').textContent = 'poscert could not be reached; try again.'; },
  );
}
function button(text, kind, press) {
  const one = document.createElement('button');
  one.type = 'button';
  one.textContent = text;
  one.className = kind;
  one.addEventListener('click', press);
  at('buttons').append(one);
}
function repeat(sentence) {
  at('sentence').textContent = '';
  setTimeout(() => { at('sentence').textContent = sentence; }, 150);
}
function showAsk(ask, over) {
  at('buttons').replaceChildren();
  at('traffic').hidden = !(ask && ask.shownByTraffic);
  at('lead').textContent = ask ? (ask.kind === 'do' ? 'Your turn' : 'Please look') : '';
  at('sentence').textContent = ask ? ask.sentence : over ? 'The run is over. Thank you.' : 'Nothing to do just now.';
  if (!ask) return;
  if (ask.kind === 'do') {
    button(ask.button === 'invoke-callback' ? 'Invoke callback' : 'Done', 'main', () => say(ask.id, 'done'));
    button('Cannot', '', () => say(ask.id, 'cannot'));
  } else if (ask.options.length === 1) {
    button('Yes', 'main', () => say(ask.id, 'yes'));
    button('No', '', () => say(ask.id, 'no'));
  } else {
    ask.options.forEach((text, index) => button(text, 'main', () => say(ask.id, index + 1)));
    button('None of these', '', () => say(ask.id, 'none'));
  }
  button('Repeat', '', () => repeat(ask.sentence));
  button('Stop', 'stop', () => { if (confirm('Stop the whole run?')) say(ask.id, 'stop'); });
}
function show(view) {
  at('client').textContent = view.client;
  at('case').textContent = view.case ? view.case.title : '';
  at('count').textContent = view.case ? 'case ' + view.case.number + ' of ' + view.case.of : '';
  at('note').textContent = view.note;
  const before = shown.ask ? shown.ask.id : 0;
  const now = view.ask ? view.ask.id : 0;
  if (before !== now || now === 0) showAsk(view.ask, view.over);
  at('lines').replaceChildren(...view.lines.map((line) => {
    const item = document.createElement('li');
    item.className = line.state;
    item.textContent = line.title;
    if (line.state === 'current') item.setAttribute('aria-current', 'step');
    return item;
  }));
  shown = view;
}
const events = new EventSource('/events?key=' + encodeURIComponent(key));
events.onopen = () => { at('link').textContent = 'connected'; at('link').className = 'live'; };
events.onmessage = (message) => show(JSON.parse(message.data));
events.onerror = () => { at('link').textContent = 'not connected'; at('link').className = ''; };
`;
