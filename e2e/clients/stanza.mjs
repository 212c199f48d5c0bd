// stanza.js over WebSocket or BOSH, by the scheme of the address; it resumes
// by itself.
import { createClient } from "stanza";

export function connect({ url, domain, username, password }, tell) {
  const over = url.startsWith("ws") ? "websocket" : "bosh";
  const xmpp = createClient({
    server: domain,
    jid: username ? `${username}@${domain}` : domain,
    credentials: username ? { username, password } : undefined,
    transports: { websocket: false, bosh: false, [over]: url },
    autoReconnect: true,
    maxReconnectBackoff: 1,
  });
  if (!username) xmpp.sasl.disable("PLAIN"); // it would try, without a password
  xmpp.on("session:started", () => {
    tell("online", { jid: xmpp.jid });
    xmpp.sendPresence();
  });
  xmpp.on("stream:management:resumed", () => tell("resumed"));
  xmpp.on("stream:error", (err) => tell("trouble", { text: JSON.stringify(err) }));
  xmpp.on("auth:failed", () => tell("trouble", { text: "login refused" }));
  xmpp.on("disconnected", () => tell("offline"));
  xmpp.on("message", (m) => {
    if (m.body && m.type !== "error") tell("message", { from: m.from, text: m.body });
  });
  xmpp.connect();
  return {
    say: (to, text) => xmpp.sendMessage({ to, body: text, type: "chat" }),
    cut: () => xmpp.transport.socket.terminate(),
    leave: () => xmpp.disconnect(),
  };
}
