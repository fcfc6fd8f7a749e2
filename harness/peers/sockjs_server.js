#!/usr/bin/env node
// A foreign SockJS server: Debian's node-sockjs with the services of the SockJS protocol's own test server.
//
// usage: sockjs_server.js ID HOST [HEARTBEAT_MS]      for example n1 127.0.0.1 1000
//
// Prints one JSON line {"listen": "HOST:PORT", "sockjs": VERSION} once it accepts, on a port that was free. Each answer
// names ID in X-Stickler-Node. Ends on SIGTERM, and when its parent is gone.
//
// /echo                     echoes each message; answers end after 4096 bytes
// /disabled_websocket_echo  the same without WebSocket
// /cookie_needed_echo       the same with JSESSIONID
// /close                    closes each session with 3000 "Go away!"
// /health                   200
'use strict';

const http = require('http');
const sockjs = require('sockjs');

const [id, host, heartbeat] = process.argv.slice(2);
if (!id || !host) {
    console.error('usage: sockjs_server.js ID HOST [HEARTBEAT_MS]');
    process.exit(2);
}

const names = { 'X-Stickler-Node': id, 'X-Stickler-Boot': `${id}.${process.pid}` };
const shared = {
    log: () => {},
    response_limit: 4096,
    heartbeat_delay: heartbeat ? Number(heartbeat) : 25000,
    sockjs_url: '/sockjs.js',
    faye_server_options: { headers: names },
};

function service(prefix, onConnection, options) {
    const server = sockjs.createServer(Object.assign({ prefix }, shared, options));
    // What no string can be, such as a number in the array of a send, is passed over.
    server.on('connection', (connection) => connection && onConnection(connection));
    return server;
}

const echo = (connection) => connection.on('data', (message) => connection.write(message));
const close = (connection) => connection.close(3000, 'Go away!');

const server = http.createServer((request, response) => {
    response.writeHead(request.url === '/health' ? 200 : 404, { 'Content-Type': 'text/plain' });
    response.end();
});
for (const one of [
    service('/echo', echo),
    service('/disabled_websocket_echo', echo, { websocket: false }),
    service('/cookie_needed_echo', echo, { jsessionid: true }),
    service('/close', close),
]) {
    one.installHandlers(server);
}
server.prependListener('request', (request, response) => {
    for (const name of Object.keys(names)) {
        response.setHeader(name, names[name]);
    }
});

server.listen(0, host, () => {
    const { address, port } = server.address();
    console.log(JSON.stringify({ listen: `${address}:${port}`, sockjs: require('sockjs/package.json').version }));
});
process.on('SIGTERM', () => process.exit(0));
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
