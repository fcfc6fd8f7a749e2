"""A foreign DDP client: PyPI's `python-ddp`, on `ws4py` and `meteor-ejson`. See ddp_scenarios.py.

Where it leaves DDP and EJSON, and what is done about it here:

* It cuts milliseconds off the dates it sends, so dates of whole seconds are sent.
* It knows no $InfNaN; what it sends as such a dictionary is EJSON by accident, and comes back as one.
* It ignores `updated`, and keeps asking for its session with `connect`, which servers ignore.
* It says "connected" instead of "reconnected" when the server answers before its other thread has noted that it
  reconnects; after a loss both mean the return.
* It does not subscribe again after a loss; the scenario does.
"""

import datetime
import threading

from DDPClient import DDPClient

from ddp_scenarios import LIMIT_SECONDS, PLAIN_VALUES, Refused, main


class Answer:
    """What a callback of python-ddp will be called with."""

    def __init__(self, documents):
        self.documents = documents
        self.arrived = threading.Event()
        self.error = self.value = None
        self.held = {}

    def __call__(self, error, value):
        self.error, self.value = error, value
        # The thread that calls back is the one that fills the documents.
        self.held = {name: len(documents) for name, documents in self.documents.collections.items()}
        self.arrived.set()

    def wait(self):
        await_event(self.arrived, "an answer")
        if self.error is not None:
            error = self.error
            raise Refused(error.get("message"), error.get("error"), error.get("reason"), error.get("details"))
        return self


def await_event(event, what):
    if not event.wait(LIMIT_SECONDS):
        raise TimeoutError(f"{what} did not come")


class Client:
    def __init__(self, url, documents):
        self.documents = documents
        self.connected, self.lost, self.returned = threading.Event(), threading.Event(), threading.Event()
        self.client = DDPClient(url, auto_reconnect_timeout=0.1)
        self.client.on("connected", self.note_connected)
        self.client.on("socket_closed", lambda code, reason: self.lost.set())
        self.client.on("reconnected", self.note_connected)
        self.client.on("added", lambda collection, id, fields: documents.tell("added", collection, id, fields))
        self.client.on(
            "changed", lambda collection, id, fields, cleared: documents.tell("changed", collection, id, fields, cleared)
        )
        self.client.on("removed", lambda collection, id: documents.tell("removed", collection, id))
        self.client.connect()
        await_event(self.connected, "connected")

    def note_connected(self):
        (self.returned if self.lost.is_set() else self.connected).set()

    def values(self):
        date = datetime.datetime(2026, 2, 28, 23, 59, 58, tzinfo=datetime.timezone.utc)
        return (
            *PLAIN_VALUES,
            ("date", date),
            ("date before 1970", datetime.datetime(1969, 12, 31, 23, 59, 59, tzinfo=datetime.timezone.utc)),
            ("binary", bytes(range(256))),
            ("empty binary", b""),
            ("dates and binaries in a tree", {"at": [date, {"bytes": b"\x00\xff"}], "n": None}),
            ("what only looks like a date", {"$date": 30}),
            ("what only looks like an escape", {"$escape": {"$binary": "x"}}),
            ("infinity", {"$InfNaN": -1}),
        )

    def call(self, method, *params):
        answer = Answer(self.documents)
        self.client.call(method, list(params), answer)
        return answer.wait().value

    def subscribe(self, name, *params):
        answer = Answer(self.documents)
        self.client.subscribe(name, list(params), answer)
        return answer.wait()

    def unsubscribe(self, subscription):
        self.client.unsubscribe(subscription.value)

    def wait_for_loss(self):
        await_event(self.lost, "the loss of the connection")

    def wait_for_return(self):
        await_event(self.returned, "the return of the connection")

    def close(self):
        self.client.close()


if __name__ == "__main__":
    main(Client)
