"""Clients of one process: clients.py picows|websockets URL CLIENTS echo|idle

With echo each client keeps one text of 32 bytes on its way. Runs until it is ended; picows on uvloop, as its authors advise.
"""
import asyncio
import resource
import sys

AT_ONCE = 128
TEXT = "0" * 32


async def open_picows(url, talks):
    from picows import WSListener, WSMsgType, ws_connect

    payload = TEXT.encode()

    class Listener(WSListener):
        def on_ws_connected(self, transport):
            if talks:
                transport.send(WSMsgType.TEXT, payload)

        def on_ws_frame(self, transport, frame):
            transport.send(WSMsgType.TEXT, payload)

    transport, _ = await ws_connect(Listener, url)
    return transport


async def open_websockets(url, talks):
    from websockets.asyncio.client import connect

    client = await connect(url, compression=None, ping_interval=None, open_timeout=60)

    async def talk():
        while True:
            await client.send(TEXT)
            await client.recv()

    return client, asyncio.create_task(talk()) if talks else None


async def main(library, url, clients, talks):
    opens = {"picows": open_picows, "websockets": open_websockets}[library]
    turn = asyncio.Semaphore(AT_ONCE)

    async def one():
        async with turn:
            return await opens(url, talks)

    kept = await asyncio.gather(*(one() for _ in range(clients)))
    await asyncio.Event().wait()
    return kept


if __name__ == "__main__":
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    name, address, count, mode = sys.argv[1:5]
    if name == "picows":
        import uvloop

        uvloop.run(main(name, address, int(count), mode == "echo"))
    else:
        asyncio.run(main(name, address, int(count), mode == "echo"))
