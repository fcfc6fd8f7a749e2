// Clients of k6, each a virtual user of its own: k6 run -e URL=… -e CLIENTS=… -e MODE=echo|idle clients.js
import { WebSocket } from "k6/experimental/websockets";

export const options = {
    scenarios: {
        clients: { executor: "per-vu-iterations", vus: Number(__ENV.CLIENTS), iterations: 1, maxDuration: "1h" },
    },
};

const text = "0".repeat(32);
const talks = __ENV.MODE === "echo";

export default function () {
    const socket = new WebSocket(__ENV.URL);
    if (talks) {
        socket.onopen = () => socket.send(text);
        socket.onmessage = () => socket.send(text);
    }
}
