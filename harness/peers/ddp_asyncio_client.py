"""A foreign DDP client: PyPI's `ddp-asyncio`, on `websockets` 10. See ddp_scenarios.py.

Where it leaves DDP and EJSON, and what is done about it here:

* It was written for Python 3.5: what it takes from `collections` moved, and it needs a loop when it is imported. It
  imports `aiohttp`, which it does not declare, for uploads that nobody here makes.
* PyPI's `ejson`, which it declares, is another format of that name: dates and the like must be given as EJSON spells
  them, and come back so. (Another package with a module of this name is why the two clients live apart.)
* Of an error it tells its user the message alone.
* It passes over `cleared` in a `changed` that has `fields` too, so the documents are kept by us, from its events.
* An `added` without fields, which is legal, would end its reader; no document of the scenarios is empty.
* It takes every answer to `unsub` for an error of the subscription.
* It neither connects again by itself nor ends the calls that were under way; the scenario connects again.
"""

import asyncio
import collections
import collections.abc
import sys
import threading
import types

collections.Mapping = collections.abc.Mapping
sys.modules.setdefault("aiohttp", types.ModuleType("aiohttp"))
# It imports a module that Python 3.13 dropped.
sys.modules.setdefault("cgi", types.ModuleType("cgi"))
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)

import ddp_asyncio  # noqa: E402
from ddp_asyncio.exceptions import RemoteMethodError, SubscriptionError  # noqa: E402
from websockets.exceptions import WebSocketException  # noqa: E402

from ddp_scenarios import LIMIT_SECONDS, PLAIN_VALUES, Refused, main  # noqa: E402

COLLECTIONS = ("numbers", "overlap", "ticks")


class Handle:
    def __init__(self, subscription, held):
        self.subscription = subscription
        self.held = held


class Client:
    """Runs the client on a loop in another thread, since the scenarios wait."""

    def __init__(self, url, documents):
        self.documents = documents
        self.thread = threading.Thread(target=loop.run_forever, daemon=True)
        self.thread.start()
        self.run(self.connect(url))

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(coroutine, LIMIT_SECONDS), loop).result()

    async def connect(self, url):
        self.client = ddp_asyncio.DDPClient(url, loop)
        # It keeps only weak references to the queues.
        self.queues = {name: self.client.get_collection(name).get_queue() for name in COLLECTIONS}
        self.readers = [loop.create_task(self.read(name, queue)) for name, queue in self.queues.items()]
        await self.client.connect()

    async def read(self, collection, queue):
        while True:
            event = await queue.get()
            self.documents.tell(event.type, collection, event._id, event.get("fields"), event.get("cleared"))

    def values(self):
        return (
            *PLAIN_VALUES,
            ("date", {"$date": 1_772_323_198_123}),
            ("date before 1970", {"$date": -1}),
            ("binary", {"$binary": "AP/+"}),
            ("empty binary", {"$binary": ""}),
            ("dates and binaries in a tree", {"at": [{"$date": 0}, {"bytes": {"$binary": "AAE="}}], "n": None}),
            ("what only looks like a date", {"$escape": {"$date": 30}}),
            ("infinity", {"$InfNaN": -1}),
            ("object id", {"$type": "oid", "$value": "0123456789abcdef01234567"}),
            ("regular expression", {"$regexp": "^a/b$", "$flags": "gi"}),
        )

    def call(self, method, *params):
        try:
            return self.run(self.client.call(method, *params))
        except RemoteMethodError as error:
            raise Refused(str(error)) from error

    def subscribe(self, name, *params):
        async def ready():
            subscription = await self.client.subscribe(name, *params)
            await subscription.wait()
            return Handle(subscription, {name: len(self.client.get_collection(name)) for name in COLLECTIONS})

        try:
            return self.run(ready())
        except SubscriptionError as error:
            raise Refused(str(error)) from error

    def unsubscribe(self, handle):
        self.run(self.client.unsubscribe(handle.subscription))

    def wait_for_loss(self):
        self.run(self.client.disconnection())

    def wait_for_return(self):
        async def connect():
            deadline = loop.time() + LIMIT_SECONDS / 2
            while True:
                try:
                    return await self.client.connect()
                except (OSError, WebSocketException):
                    if loop.time() > deadline:
                        raise
                await asyncio.sleep(0.1)

        self.run(connect())

    def close(self):
        async def disconnect():
            for reader in self.readers:
                reader.cancel()
            await asyncio.gather(*self.readers, return_exceptions=True)
            await self.client.disconnect()
            await self.client.disconnection()

        self.run(disconnect())
        loop.call_soon_threadsafe(loop.stop)
        self.thread.join()


if __name__ == "__main__":
    main(Client)
