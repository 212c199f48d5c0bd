// A visitor's page with plain strophe.js, over BOSH or WebSocket as the address
// of the desk says. A page that minds takes its leave.
const { Strophe, $msg, $pres } = window;
const { desk, domain, minds } = document.body.dataset;
const conn = new Strophe.Connection(desk);
const overBOSH = desk.startsWith("http");

window.me = "";
window.heard = "";
conn.addHandler((m) => {
  window.heard = m.querySelector("body")?.textContent ?? window.heard;
  return true;
}, null, "message");

// quiet says whether nothing goes on: a request is held, or the socket is idle.
window.quiet = () => {
  const open = conn._proto._requests;
  return !overBOSH || (open.length === 1 && open[0].sends > 0 && open[0].age() > 0.3);
};

function leave() {
  const { sid, rid } = conn._proto;
  const text = `<body xmlns="http://jabber.org/protocol/httpbind" sid="${sid}" rid="${rid}">` +
    '<presence xmlns="jabber:client" type="unavailable"/></body>';
  if (overBOSH) navigator.sendBeacon(desk, new Blob([text], { type: "text/plain" }));
  else conn._proto.socket.close();
}
if (minds) addEventListener("pagehide", leave);

conn.connect(domain, null, (status) => {
  if (status !== Strophe.Status.CONNECTED) return;
  const me = Strophe.getBareJidFromJid(conn.jid);
  conn.send($pres());
  conn.send($msg({ to: `support@${domain}`, type: "chat" }).c("body").t(`hello from ${me}`));
  window.me = me;
});
