"""Reads documents with expat and tells their trees.

Standard input: a mode (one byte), a length (four bytes, big-endian), a
document; again and again. Standard output: a status (one byte, 1 for
well-formed), a length, the tree in the notation of tree_test.go or the error.
Modes: D a document, B a BOSH body, L a component stream holding one stanza.
"""
import struct
import sys
from xml.parsers import expat

STANZA = {"", "jabber:client", "jabber:server", "jabber:component:accept"}
HTTPBIND = "http://jabber.org/protocol/httpbind"
STREAM = (b"<stream:stream xmlns='jabber:component:accept' "
          b"xmlns:stream='http://etherx.jabber.org/streams' from='x'>", b"</stream:stream>")


class Tree:
    def __init__(self, mode):
        self.outer = 0 if mode == b"D" else 1
        self.bosh = mode == b"B"
        self.out, self.depth, self.inherits = [], 0, False

    def start(self, name, attrs):
        space, _, local = name.rpartition("\x01")
        if self.depth == self.outer:
            stanza = local in ("message", "presence", "iq")
            self.inherits = self.bosh and space == HTTPBIND and stanza
        if space in STANZA or self.inherits and space == HTTPBIND and self.depth >= self.outer:
            space = "jabber:client"
        self.depth += 1
        if self.depth == 1 and not self.bosh and self.outer:
            return  # the stream itself
        self.out.append("\x02" + space + "\x01" + local)
        for key in sorted(attrs):
            self.out.append("\x03" + ("" if "\x01" in key else "\x01") + key + "\x04" + attrs[key])
        self.out.append("\x05")

    def end(self, name):
        self.depth -= 1
        if self.depth or self.bosh or not self.outer:
            self.out.append("\x06")

    def text(self, text):
        if self.depth > self.outer or text.strip(" \t\r\n"):
            self.out.append(text)


def read(mode, document):
    tree = Tree(mode)
    parser = expat.ParserCreate(None, "\x01")
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    try:
        if mode == b"L":
            parser.Parse(STREAM[0])
        parser.Parse(document, mode != b"L")
        if mode == b"L":
            parser.Parse(STREAM[1], True)
    except (expat.ExpatError, UnicodeError) as err:
        return 0, str(err).encode()
    return 1, "".join(tree.out).encode()


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(5):
        status, answer = read(head[:1], source.read(struct.unpack(">I", head[1:])[0]))
        sink.write(struct.pack(">BI", status, len(answer)) + answer)
        sink.flush()


main()
