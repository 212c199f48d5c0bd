// @xmpp/client over WebSocket; it reconnects and resumes by itself.
import { client, xml } from "@xmpp/client";
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket;

export function connect({ url, domain, username, password }, tell) {
  const xmpp = client({ service: url, domain, username, password });
  xmpp.reconnect.delay = 200;
  xmpp.timeout = 60_000; // a machine may be slow
  xmpp.on("error", (err) => tell("trouble", { text: String(err) }));
  xmpp.on("online", (jid) => {
    tell("online", { jid: jid.toString() });
    xmpp.send(xml("presence"));
  });
  xmpp.on("disconnect", () => tell("offline"));
  xmpp.on("stanza", (e) => {
    const text = e.is("message") && e.attrs.type !== "error" && e.getChildText("body");
    if (text) tell("message", { from: e.attrs.from, text });
  });
  xmpp.streamManagement.on("resumed", () => tell("resumed"));
  xmpp.start().catch((err) => tell("trouble", { text: String(err) }));
  return {
    say: (to, text) => xmpp.send(xml("message", { to, type: "chat" }, xml("body", {}, text))),
    cut: () => xmpp.socket.socket.terminate(),
    leave: () => xmpp.stop(),
  };
}
