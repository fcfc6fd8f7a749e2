"""A foreign end for the codec: PyPI's `websockets` without sockets in either role, and Python's own `zlib`.

Reads one JSON object per line from standard input and answers each with one on standard output; bytes are Base64.
`do` says what to do:

  serve    "request": the head of a request, "deflate": parameters or null  → "output": the answer, "extensions"
  connect  "deflate": parameters or null                                    → "output": the request
  feed     "bytes", "echo": whether messages go back                        → "output", "messages", "close", "error"
  send     "opcode": 1 or 2, "fragments"                                    → "output"
  ping     "payload"                                                        → "output"
  close    "code", "reason"                                                 → "output"
  inflate  "bits", "takeover", "payloads"                                   → "messages"
  deflate  "bits", "takeover", "level", "strategy", "final", "messages"     → "payloads"

What an end refuses comes back as "error". The process ends with its input, and by itself when nothing comes
for 60 seconds.
"""

import base64
import json
import signal
import sys
import zlib

from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

TAIL = b"\x00\x00\xff\xff"
LIMIT_SECONDS = 60
MESSAGE_LIMIT = 4 << 20


def decoded(text):
    return base64.b64decode(text, validate=True)


def encoded(payload):
    return base64.b64encode(bytes(payload)).decode()


class Peer:
    def __init__(self):
        self.protocol = None
        self.fragments = []
        self.opcode = None

    def serve(self, request, deflate):
        factories = [] if deflate is None else [ServerPerMessageDeflateFactory(**deflate)]
        self.protocol = ServerProtocol(extensions=factories, max_size=MESSAGE_LIMIT)
        self.protocol.receive_data(decoded(request))
        head = next((event for event in self.protocol.events_received() if isinstance(event, Request)), None)
        if head is None:
            return {"error": repr(self.protocol.handshake_exc)}
        response = self.protocol.accept(head)
        self.protocol.send_response(response)
        return {"output": self.output(), "extensions": response.headers.get("Sec-WebSocket-Extensions")}

    def connect(self, deflate):
        factories = [] if deflate is None else [ClientPerMessageDeflateFactory(**deflate)]
        self.protocol = ClientProtocol(
            parse_uri("ws://localhost/"), extensions=factories, max_size=MESSAGE_LIMIT)
        self.protocol.send_request(self.protocol.connect())
        return {"output": self.output()}

    def feed(self, bytes_, echo):
        self.protocol.receive_data(decoded(bytes_))
        messages = []
        for event in self.protocol.events_received():
            if isinstance(event, Frame) and event.opcode in (Opcode.CONT, Opcode.TEXT, Opcode.BINARY):
                self.fragments.append(bytes(event.data))
                self.opcode = event.opcode if event.opcode is not Opcode.CONT else self.opcode
                if event.fin:
                    message, self.fragments = b"".join(self.fragments), []
                    messages.append({"opcode": int(self.opcode), "payload": encoded(message)})
                    if echo:
                        self.write(self.opcode, [message])
            elif isinstance(event, Frame) and event.opcode is Opcode.PONG:
                messages.append({"opcode": int(event.opcode), "payload": encoded(event.data)})
            elif isinstance(event, Response) and self.protocol.handshake_exc is not None:
                return {"error": repr(self.protocol.handshake_exc)}
        answer = {"output": self.output(), "messages": messages}
        if self.protocol.close_rcvd is not None:
            answer["close"] = {"code": self.protocol.close_rcvd.code, "reason": self.protocol.close_rcvd.reason}
        if self.protocol.parser_exc is not None and not isinstance(self.protocol.parser_exc, EOFError):
            answer["error"] = repr(self.protocol.parser_exc)
        if self.protocol.handshake_exc is not None:
            answer["error"] = repr(self.protocol.handshake_exc)
        answer["open"] = self.protocol.state is State.OPEN
        answer["extensions"] = [repr(extension) for extension in self.protocol.extensions]
        return answer

    def send(self, opcode, fragments):
        self.write(opcode, [decoded(fragment) for fragment in fragments])
        return {"output": self.output()}

    def write(self, opcode, fragments):
        first = self.protocol.send_text if opcode == Opcode.TEXT else self.protocol.send_binary
        for index, fragment in enumerate(fragments):
            write = first if index == 0 else self.protocol.send_continuation
            write(fragment, fin=index == len(fragments) - 1)

    def ping(self, payload):
        self.protocol.send_ping(decoded(payload))
        return {"output": self.output()}

    def close(self, code, reason):
        self.protocol.send_close(code, reason)
        return {"output": self.output()}

    def output(self):
        return encoded(b"".join(self.protocol.data_to_send()))

    def inflate(self, bits, takeover, payloads):
        messages, stream = [], zlib.decompressobj(-bits)
        for payload in payloads:
            if not takeover:
                stream = zlib.decompressobj(-bits)
            # One byte at a time, or zlib would allow distances beyond the window within one call.
            pending, message = decoded(payload) + TAIL, bytearray()
            while True:
                piece = stream.decompress(pending, 1)
                pending = stream.unconsumed_tail
                if not piece and not pending:
                    break
                message += piece
            messages.append(encoded(message))
        return {"messages": messages}

    def deflate(self, bits, takeover, level, strategy, final, messages):
        def fresh():
            return zlib.compressobj(level, zlib.DEFLATED, -bits, 8, getattr(zlib, strategy))

        payloads, stream = [], fresh()
        for message in messages:
            payload = stream.compress(decoded(message))
            if final:
                # RFC 7692 §7.2.3.4: BFINAL, then one byte that begins an empty block.
                payload += stream.flush(zlib.Z_FINISH) + b"\x00"
            else:
                payload += stream.flush(zlib.Z_SYNC_FLUSH)
                assert payload.endswith(TAIL)
                payload = payload[:-4]
            payloads.append(encoded(payload or b"\x00"))
            if final or not takeover:
                stream = fresh()
        return {"payloads": payloads}


def main():
    signal.alarm(LIMIT_SECONDS)
    peer = Peer()
    for line in sys.stdin:
        signal.alarm(LIMIT_SECONDS)
        request = json.loads(line)
        command = request.pop("do")
        if command in ("serve", "connect"):
            peer = Peer()
        if "bytes" in request:
            request["bytes_"] = request.pop("bytes")
        try:
            answer = getattr(peer, command)(**request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
