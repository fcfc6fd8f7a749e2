"""What a foreign DDP client does at a reference node, written once for all clients.

usage: CLIENT.py URL SCENARIO      for example python_ddp_client.py ws://127.0.0.1:8080/websocket echo

Prints a JSON line for each thing the client saw; whoever reads them judges. Exit code 0 when the client saw all that
the scenario waits for, 1 with a traceback otherwise, 2 for wrong usage. No wait takes longer than 20 seconds.

A client is a class that takes a URL and a `Documents`, is connected once it is made, and has

    values()                  pairs of a name and an EJSON value, as this client spells it
    call(method, *params)     the result, or `Refused`
    subscribe(name, *params)  a handle once it is ready, whose `held` counts the documents there were then; or `Refused`
    unsubscribe(handle)
    wait_for_loss()           returns when the client knows that its connection is gone
    wait_for_return()         returns when it is connected again
    close()                   closes its connection
"""

import json
import sys
import threading

LIMIT_SECONDS = 20
CALLS = 20
TICKS = 10

# Values that every client spells as Python does.
PLAIN_VALUES = (
    ("null", None),
    ("boolean", True),
    ("integer", 9_007_199_254_740_991),
    ("fraction", -0.1),
    ("empty text", ""),
    ("unicode", "żółw 🐢 \u0000 \u001f \u2028 \ufeff \"\\/"),
    ("nested", {"a": [1, {"b": [[], {}, None, "ü"]}], "": {"c": {"d": False}}}),
    ("long text", "stickler " * 10_000),
)


class Refused(Exception):
    """The node answered with an error. What a client keeps from its user is None."""

    def __init__(self, message, code=None, reason=None, details=None):
        super().__init__(message)
        self.facts = {"message": message, "code": code, "reason": reason, "details": details}


class Documents:
    """What a client was told of documents, in order, and what there is now. Filled by one thread, read by another."""

    def __init__(self):
        self.events = []
        self.collections = {}
        self.condition = threading.Condition()

    def tell(self, kind, collection, id, fields=None, cleared=None):
        with self.condition:
            self.events.append({"kind": kind, "id": id, "fields": fields or {}})
            documents = self.collections.setdefault(collection, {})
            if kind == "added":
                documents[id] = dict(fields or {})
            elif kind == "changed":
                documents[id].update(fields or {})
                for name in cleared or ():
                    del documents[id][name]
            else:
                del documents[id]
            self.condition.notify_all()

    def of(self, collection):
        return self.collections.get(collection, {})

    def of_kind(self, kind):
        return [event for event in self.events if event["kind"] == kind]

    def wait(self, predicate):
        with self.condition:
            if not self.condition.wait_for(predicate, LIMIT_SECONDS):
                raise TimeoutError(f"documents are {self.collections} after {self.events[-20:]}")


def say(**facts):
    print(json.dumps(facts), flush=True)


def refusal(action, *arguments):
    try:
        action(*arguments)
    except Refused as refused:
        return refused.facts
    return {"message": None}


def echo(client, documents):
    for name, value in client.values():
        got = client.call("echo", value)
        say(value=name, same=type(got) is type(value) and got == value, got=repr(got)[:200])


def whoami(client, documents):
    say(**client.call("whoami"))


def throw(client, documents):
    say(**refusal(client.call, "throw", "explicit-code", "Explicit reason", {"n": [1]}))


def unknown(client, documents):
    say(**refusal(client.call, "nope"))
    say(**refusal(client.subscribe, "nope"))


def increment(client, documents):
    for _ in range(CALLS):
        say(**client.call("increment", "counted"))


def count(client, documents):
    subscription = client.subscribe("count", 5)
    documents.wait(lambda: len(documents.of("numbers")) == 5)
    say(held=subscription.held, documents=documents.of("numbers"))


def fail(client, documents):
    facts = refusal(client.subscribe, "fail", 2)
    documents.wait(lambda: len(documents.of_kind("removed")) == 2)
    say(**facts, added=len(documents.of_kind("added")), documents=documents.of("numbers"))


def overlap(client, documents):
    def document():
        return documents.of("overlap").get("shared", {})

    first = client.subscribe("overlap", "first")
    second = client.subscribe("overlap", "second")
    documents.wait(lambda: "second" in document())
    say(document=document())
    client.unsubscribe(first)
    documents.wait(lambda: "first" not in document())
    say(document=document())
    client.unsubscribe(second)
    documents.wait(lambda: not documents.of("overlap"))
    say(document=document())


def ticks(client, documents):
    subscription = client.subscribe("ticks", 20)
    documents.wait(lambda: len(documents.of_kind("changed")) >= TICKS)
    client.unsubscribe(subscription)
    documents.wait(lambda: documents.of_kind("removed"))
    # The node lets five ticks pass meanwhile.
    client.call("sleep", 100)
    kinds = [event["kind"] for event in documents.events]
    say(
        numbers=[event["fields"]["n"] for event in documents.events if event["kind"] != "removed"],
        afterwards=kinds[kinds.index("removed") + 1:],
    )


def comeback(client, documents):
    say(**client.call("whoami"))
    client.wait_for_loss()
    say(lost=True)
    client.wait_for_return()
    say(**client.call("whoami"))
    count(client, documents)


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (echo, whoami, throw, unknown, increment, count, fail, overlap, ticks, comeback)
}


def main(make_client):
    if len(sys.argv) != 3 or sys.argv[2] not in SCENARIOS:
        print(f"{__doc__}\nscenarios: {' '.join(SCENARIOS)}", file=sys.stderr)
        sys.exit(2)
    documents = Documents()
    client = make_client(sys.argv[1], documents)
    try:
        SCENARIOS[sys.argv[2]](client, documents)
    finally:
        client.close()
