// The chat panel: who is there, what was said, what you say. The lines live
// in sessionStorage, so that they are there on the next page too.
import { Session } from './session.js';

const QUEUE = 'support';
const KEPT = 'demo-panel';
const MOST_LINES = 100;

const kept = { lines: [], open: false, seen: [], ...JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') };
const keep = () => sessionStorage.setItem(KEPT, JSON.stringify(kept));

/** An element with its properties; text is text, never markup. */
function make(name, properties = {}, ...children) {
  const e = Object.assign(document.createElement(name), properties);
  e.append(...children);
  return e;
}

const dot = make('i', { className: 'dot' });
const state = make('strong', { textContent: 'Connecting' });
const people = make('div', { className: 'people' });
const lines = make('ol', { className: 'lines', ariaLive: 'polite' });
const typing = make('p', { className: 'typing' });
const text = make('textarea', { placeholder: 'Your message', ariaLabel: 'Your message', maxLength: 4000, rows: 1 });
const submit = make('button', { textContent: 'Send', disabled: true });
const form = make('form', {}, text, submit);
const end = make('button', { type: 'button', textContent: 'End', title: 'End the chat' });
const fold = make('button', { type: 'button', textContent: '\u2013', title: 'Fold the chat' });
const box = make('section', { ariaLabel: 'Chat' }, make('header', {}, dot, state, end, fold), people, lines, typing, form);
const opener = make('button', { type: 'button', textContent: 'Chat with us' });
const panel = make('aside', { className: 'chat' }, box, opener);

const agents = new Map(); // display name -> presence
let queueIs = 'unavailable';

function fit() {
  panel.classList.toggle('open', kept.open);
  box.hidden = !kept.open;
  opener.hidden = kept.open;
  lines.scrollTop = lines.scrollHeight;
}

function draw(line) {
  const li = make('li', { className: line.kind });
  if (line.name) li.append(make('b', { textContent: line.name }));
  li.append(line.text);
  lines.append(li);
  lines.scrollTop = lines.scrollHeight;
}

function add(kind, words, name = '') {
  const line = { kind, text: words, name };
  kept.lines = [...kept.lines, line].slice(-MOST_LINES);
  keep();
  draw(line);
}

function showPresence() {
  const says = { available: 'We are here', away: 'All busy, you may have to wait', unavailable: 'Nobody is here now' };
  dot.className = `dot ${queueIs}`;
  state.textContent = says[queueIs] ?? says.available;
  people.replaceChildren(...[...agents].map(([name, is]) =>
    make('span', { title: is }, make('i', { className: `dot ${is}` }), name)));
}

function presence(p) {
  if (p.queue !== QUEUE || p.type === 'error') return;
  const is = p.type === 'unavailable' ? 'unavailable' : (p.show === 'chat' ? 'available' : p.show || 'available');
  if (!p.agent) queueIs = is;
  else if (is === 'unavailable') agents.delete(p.agent);
  else agents.set(p.agent, is);
  showPresence();
}

function message(m) {
  if (m.id && kept.seen.includes(m.id) && m.type !== 'error') return;
  kept.seen = [...kept.seen, m.id].slice(-MOST_LINES);
  if (m.type === 'error') return add('trouble', m.trouble || 'That could not be delivered.');
  typing.textContent = m.state === 'composing' ? `${m.agent || 'Somebody'} is typing` : '';
  if (!m.body) return keep();
  if (m.agent) add('agent', m.body, m.agent);
  else add('notice', m.body);
  if (!kept.open) { kept.open = true; keep(); fit(); }
}

function link(up, restored) {
  submit.disabled = !up;
  if (up) return showPresence();
  agents.clear();
  queueIs = 'unavailable';
  showPresence();
  state.textContent = 'Connecting';
  if (restored) typing.textContent = '';
}

let composing = false;
text.addEventListener('input', () => {
  const now = text.value !== '';
  if (now !== composing && session.online) session.tellState(QUEUE, now ? 'composing' : 'active');
  composing = now;
});
text.addEventListener('keydown', (e) => {
  if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); form.requestSubmit(); }
});
form.addEventListener('submit', (e) => {
  e.preventDefault();
  const words = text.value.trim();
  if (!words || submit.disabled) return;
  session.say(QUEUE, words);
  add('own', words);
  text.value = '';
  composing = false;
});
opener.addEventListener('click', () => { kept.open = true; keep(); fit(); text.focus(); });
fold.addEventListener('click', () => { kept.open = false; keep(); fit(); opener.focus(); });
end.addEventListener('click', () => {
  if (session.online) session.tellState(QUEUE, 'gone');
  add('notice', 'You ended the chat.');
});

document.body.append(panel);
kept.lines.forEach(draw);
fit();

const site = await (await fetch('site.json')).json();
const session = new Session(site.domain, { message, presence, link });
session.start();
