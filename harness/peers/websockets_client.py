"""A foreign WebSocket client: PyPI's `websockets` against the echo service of a reference node.

usage: websockets_client.py URL      for example ws://127.0.0.1:8080

Connects to URL/echo/websocket, sends texts and binaries of several sizes and expects each back unchanged, pings, and
asks the node to close with 4001. Prints one JSON line with the results; exit code 0 when all are right, 1 otherwise,
2 for wrong usage. It takes 20 seconds at most.
"""

import asyncio
import json
import sys

import websockets
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

SIZES = (0, 1, 125, 126, 65_535, 65_536, 1_048_576)
LIMIT_SECONDS = 20
CLOSE_CODE = 4001
CLOSE_REASON = "planned end"


def payloads():
    for size in SIZES:
        yield f"text/{size}", ("stickler " * (size // 9 + 1))[:size]
        yield f"binary/{size}", bytes(i % 251 for i in range(size))
    yield "text/unicode", "żółw 🐢 \u0000 \ufeff"


async def run(url, results):
    async with connect(url + "/echo/websocket", max_size=4 << 20, ping_interval=None) as socket:
        results["node"] = socket.response.headers.get("X-Stickler-Node")
        for name, payload in payloads():
            await socket.send(payload)
            results["echoes"][name] = await socket.recv() == payload
        await (await socket.ping(b"are you there"))
        results["pong"] = True
        await socket.send(f"close:{CLOSE_CODE}:{CLOSE_REASON}")
        try:
            await socket.recv()
        except ConnectionClosed as closed:
            if closed.rcvd is not None:
                results["close"] = {"code": closed.rcvd.code, "reason": closed.rcvd.reason}


async def main(url):
    results = {
        "client": f"websockets {websockets.__version__}",
        "node": None, "echoes": {}, "pong": False, "close": None, "error": None,
    }
    try:
        await asyncio.wait_for(run(url.rstrip("/"), results), LIMIT_SECONDS)
    except Exception as error:
        results["error"] = f"{type(error).__name__}: {error}"
    right = (
        results["error"] is None
        and len(results["echoes"]) == len(list(payloads()))
        and all(results["echoes"].values())
        and results["pong"]
        and results["close"] == {"code": CLOSE_CODE, "reason": CLOSE_REASON}
    )
    results["ok"] = right
    print(json.dumps(results))
    return 0 if right else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(asyncio.run(main(sys.argv[1])))
