// A page with a chat over a bare WebSocket (RFC 7395), without any library.
// What it was shown it keeps for the next page of the same tab; with
// resumption (XEP-0198) its stream as well.
const { url, domain, name, password, resume } = document.body.dataset;
const sm = 'xmlns="urn:xmpp:sm:3"';
const state = JSON.parse(sessionStorage.getItem("state") ?? '{"got":[],"h":0,"previd":""}');
const keep = () => sessionStorage.setItem("state", JSON.stringify(state));
const socket = new WebSocket(url, "xmpp");
const send = (text) => socket.send(text);
const hello = () => send(`<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="${domain}" version="1.0"/>`);
const bind = () => send('<iq xmlns="jabber:client" type="set" id="bind"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>');

window.got = state.got;
window.hangUp = () => socket.close();
window.say = (to, text) => send(`<message xmlns="jabber:client" to="${to}" type="chat"><body>${text}</body></message>`);

// features logs in, resumes or binds, as it is time for.
function features(e) {
  if (e.querySelector("mechanisms")) {
    const plain = btoa(`\0${name}\0${password}`);
    send(`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">${plain}</auth>`);
  } else if (resume && state.previd) {
    send(`<resume ${sm} previd="${state.previd}" h="${state.h}"/>`);
  } else {
    bind();
  }
}

// stanza takes what counts: its number and its text are kept together.
function stanza(e) {
  state.h++;
  const body = e.querySelector("message > body"), id = e.getAttribute("id");
  if (body && id && !state.got.some((m) => m.id === id)) state.got.push({ id, text: body.textContent });
  if (e.getAttribute("type") === "get") { // RFC 6120 8.2.3: every question has an answer
    send(`<iq xmlns="jabber:client" to="${e.getAttribute("from")}" type="error" id="${id}"><error type="cancel">` +
      '<service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>');
  }
  if (id === "bind") {
    if (resume) send(`<enable ${sm} resume="true"/>`);
    send('<presence xmlns="jabber:client"/>');
    window.online = "bound";
  }
  keep();
}

const handlers = {
  features,
  success: hello,
  enabled: (e) => { state.h = 0; state.previd = e.getAttribute("id"); keep(); },
  resumed: () => { window.online = "resumed"; },
  failed: bind,
  r: () => send(`<a ${sm} h="${state.h}"/>`),
  iq: stanza,
  presence: stanza,
  message: stanza,
};
socket.onopen = hello;
socket.onmessage = ({ data }) => {
  const e = new DOMParser().parseFromString(data, "text/xml").documentElement;
  handlers[e.localName]?.(e);
};
