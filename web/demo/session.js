// One XMPP session over BOSH that outlives its page: strophe.js keeps sid and
// rid in sessionStorage, the next page goes on with them.

const { Strophe, $iq, $msg, $pres } = window;

const CHAT_STATES = 'http://jabber.org/protocol/chatstates';
const HTTPBIND = 'http://jabber.org/protocol/httpbind';
const BROWSING = 'urn:xmpp:browsing:0';
const KEPT = 'strophe-bosh-session'; // the key strophe.js uses

/** What a stanza says, as plain values. */
function read(stanza) {
  const [address, resource = ''] = splitOnce(stanza.getAttribute('from') ?? '', '/');
  const text = (name) => stanza.getElementsByTagName(name)[0]?.textContent ?? '';
  const state = [...stanza.children].find((e) => e.namespaceURI === CHAT_STATES || e.getAttribute('xmlns') === CHAT_STATES);
  return {
    id: stanza.getAttribute('id') ?? '', type: stanza.getAttribute('type') ?? '',
    queue: address.split('@')[0], agent: resource,
    body: text('body'), show: text('show'), status: text('status'), trouble: text('text'),
    state: state?.localName ?? state?.nodeName ?? '',
  };
}

function splitOnce(s, mark) {
  const at = s.indexOf(mark);
  return at < 0 ? [s] : [s.slice(0, at), s.slice(at + 1)];
}

/** A visitor's session; on is told `message`, `presence` and `link`. */
export class Session {
  constructor(domain, on) {
    this.domain = domain;
    this.on = on;
    addEventListener('pagehide', () => this.#leave());
    // A page taken from the browser's cache has an old rid: start it afresh.
    addEventListener('pageshow', (e) => { if (e.persisted) location.reload(); });
  }

  start() {
    this.conn = new Strophe.Connection('/http-bind', { keepalive: true });
    this.conn.addHandler((s) => this.#tell('message', s), null, 'message');
    this.conn.addHandler((s) => this.#tell('presence', s), null, 'presence');
    const changed = (status) => this.#changed(status);
    try {
      this.conn.restore(this.domain, changed, 30);
    } catch {
      this.conn.connect(this.domain, null, changed, 30);
    }
  }

  say(queue, body) {
    const id = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    this.conn.send($msg({ to: this.#address(queue), type: 'chat', id }).c('body').t(body).up()
      .c('active', { xmlns: CHAT_STATES }));
    return id;
  }

  tellState(queue, state) {
    this.conn.send($msg({ to: this.#address(queue), type: 'chat' }).c(state, { xmlns: CHAT_STATES }));
  }

  #address(queue) { return `${queue}@${this.domain}`; }

  #tell(kind, stanza) {
    this.on[kind](read(stanza));
    return true; // strophe.js: keep this handler
  }

  #changed(status) {
    const { CONNECTED, ATTACHED, DISCONNECTED } = Strophe.Status;
    if (status === CONNECTED || status === ATTACHED) {
      this.online = true;
      this.on.link(true, status === ATTACHED);
      this.conn.send($pres());
      this.#tellPage();
    }
    if (status === DISCONNECTED && !this.left) {
      // The session is gone (the server forgot it, or was away too long).
      const wait = this.online ? 0 : 3000;
      this.online = false;
      this.on.link(false, false);
      setTimeout(() => this.start(), wait);
    }
  }

  /** XEP-0195: where the visitor is, without query and fragment. */
  #tellPage() {
    this.conn.sendIQ($iq({ type: 'set' }).c('pubsub', { xmlns: 'http://jabber.org/protocol/pubsub' })
      .c('publish', { node: BROWSING }).c('item').c('page', { xmlns: BROWSING })
      .c('title').t(document.title).up().c('uri').t(location.origin + location.pathname));
  }

  /**
   * The page goes. What strophe.js has not sent yet goes out in beacons, the
   * last one says unavailable; the session stays, the next page takes it on.
   * A repeated rid is harmless (XEP-0124 section 14.3).
   */
  #leave() {
    this.left = true;
    const bosh = this.conn?._proto;
    if (!bosh?.sid || !this.conn.authenticated) return;
    const young = bosh._requests.filter((r) => r.rid && r.age() < 1 && r.xmlData.children.length > 0);
    for (const r of young) send(r.data);
    const waiting = this.conn._data.filter((e) => e && e.nodeType);
    if (waiting.length > 0) send(body(bosh, waiting.map((e) => Strophe.serialize(e)).join('')));
    send(body(bosh, '<presence xmlns="jabber:client" type="unavailable"/>'));
    sessionStorage.setItem(KEPT, JSON.stringify({ jid: this.conn.jid, rid: bosh.rid, sid: bosh.sid }));
  }
}

function body(bosh, payload) {
  return `<body xmlns="${HTTPBIND}" sid="${bosh.sid}" rid="${bosh.rid++}">${payload}</body>`;
}

function send(text) {
  navigator.sendBeacon('/http-bind', new Blob([text], { type: 'text/plain' }));
}
