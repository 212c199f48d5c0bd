// One page of a small shop with plain strophe.js, for the page change play.
// What it received is kept over pages in sessionStorage, each with its id.
const { Strophe, $msg, $pres } = window; // its script sets all three

const kept = JSON.parse(sessionStorage.getItem('got') || '[]');
window.got = kept;
window.online = false;

const bosh = document.body.dataset.bosh;
const domain = document.body.dataset.domain;
const queue = `support@${domain}`;
const conn = new Strophe.Connection(bosh, { keepalive: true });
window.conn = conn;

conn.addHandler((stanza) => {
  const body = stanza.querySelector('body');
  if (body && stanza.getAttribute('from').includes('/')) {
    kept.push({ id: stanza.getAttribute('id'), body: body.textContent });
    sessionStorage.setItem('got', JSON.stringify(kept));
  }
  return true;
}, null, 'message');

function changed(status) {
  if (status === Strophe.Status.CONNECTED) conn.send($pres());
  if (status === Strophe.Status.CONNECTED || status === Strophe.Status.ATTACHED) window.online = true;
  if (status === Strophe.Status.DISCONNECTED) window.online = false;
}

window.say = (text) => conn.send($msg({ to: queue, type: 'chat', id: `p${Date.now()}` }).c('body').t(text));

// Says something and leaves in the same moment.
window.sayAndGo = (text, url) => { window.say(text); location.href = url; };

const bare = (inside) => `<body xmlns="http://jabber.org/protocol/httpbind" sid="${conn._proto.sid}" rid="${conn._proto.rid++}">${inside}</body>`;
const beacon = (text) => navigator.sendBeacon(bosh, new Blob([text], { type: 'text/plain' }));

// The leaving page: requests that may have died with it are repeated under
// their own number, what was not sent yet follows, then it says goodbye.
addEventListener('pagehide', () => {
  for (const open of conn._proto._requests) if (open.xmlData.children.length > 0) beacon(open.data);
  const unsent = conn._data.filter((e) => e && e.nodeType).map((e) => Strophe.serialize(e)).join('');
  if (unsent) beacon(bare(unsent));
  beacon(bare('<presence xmlns="jabber:client" type="unavailable"/>'));
  sessionStorage.setItem('strophe-bosh-session', JSON.stringify({ jid: conn.jid, rid: conn._proto.rid, sid: conn._proto.sid }));
  navigator.sendBeacon('/left');
});

try {
  conn.restore(domain, changed, 30);
} catch {
  conn.connect(domain, null, changed, 30);
}
