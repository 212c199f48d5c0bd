"""An account for tests, driven over stdin and stdout by JSON lines.

In:  the login, then {"do": "raw", "xml": ...} | {"do": "quit"}
Out: {"kind": "message" | "presence" | "iq" | "online" | "offline" | "failed", "xml": ...}
"""
import asyncio
import json
import os
import sys

import slixmpp
from slixmpp.xmlstream import tostring


class Agent(slixmpp.ClientXMPP):
    def __init__(self, options):
        super().__init__(options["jid"], options["password"])
        self.options = options
        self.auto_authorize = None
        self.auto_subscribe = False
        self["feature_mechanisms"].unencrypted_plain = True
        self.whitespace_keepalive = False
        self.add_filter("in", self.received)
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("disconnected", self.lost)
        self.add_event_handler("connection_failed", self.lost)
        self.add_event_handler("failed_all_auth", self.refused)

    def tell(self, kind, xml="<none/>"):
        print(json.dumps({"kind": kind, "xml": xml}), flush=True)

    presence = None

    async def started(self, _):
        self.tell("online")
        if self.presence:  # back after a loss, as it was
            self.send_raw(self.presence)

    def refused(self, _):
        self.tell("failed")

    def lost(self, reason):
        self.tell("offline")
        if self.options["reconnect"] and not self.quitting:
            asyncio.get_event_loop().call_later(0.2, self.again)

    quitting = False

    def again(self):
        self.connect_to()

    def connect_to(self):
        host, port = self.options["address"].rsplit(":", 1)
        self.connect((host, int(port)), use_ssl=False, force_starttls=False, disable_starttls=True)

    def received(self, stanza):
        name = stanza.xml.tag.rsplit("}", 1)[-1]
        if name in ("message", "presence", "iq"):
            self.tell(name, tostring(stanza.xml, top_level=True))
            if name == "presence" and stanza["type"] == "subscribe" and self.options["accept"]:
                self.send_raw("<presence type='subscribed' to='%s'/>" % stanza["from"].bare)
            if name == "message":
                self.acknowledge(stanza.xml)
        return stanza

    def acknowledge(self, xml):
        """Answers a receipt request, as clients do (XEP-0184)."""
        wanted = xml.find("{urn:xmpp:receipts}request") is not None
        if wanted and self.options["receipts"] and xml.get("type") != "error":
            self.send_raw("<message to='%s'><received xmlns='urn:xmpp:receipts' id='%s'/></message>"
                          % (xml.get("from"), xml.get("id")))

    unread = b""

    def told(self):
        """Reads orders from stdin; the end of stdin is the end."""
        some = os.read(0, 65536)
        if not some:
            sys.exit(0)
        *lines, self.unread = (self.unread + some).split(b"\n")
        for line in lines:
            self.obey(json.loads(line))

    def obey(self, order):
        if order["do"] == "raw":
            if order["xml"].startswith("<presence>"):
                self.presence = order["xml"]
            self.send_raw(order["xml"])
        elif order["do"] == "quit":
            self.quitting = True
            self.disconnect()


def login():
    """Reads the first line and not a byte more."""
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(0, 1)
    return json.loads(line)


def main():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    agent = Agent(login())
    loop.add_reader(0, agent.told)
    agent.connect_to()
    loop.run_forever()


main()
