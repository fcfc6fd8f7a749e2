// The services of the SockJS test suite, served by Debian's node-sockjs on a free port of 127.0.0.1:
//   NODE_PATH=/usr/share/nodejs node --no-deprecation harness/peers/sockjs_server.js [OPTIONS AS JSON]
// The JSON holds options for every service: sockjs_url, heartbeat_delay, disconnect_delay, …; and "id", which each
// answer then names in X-Stickler-Node. Balancers may ask for /health.
// Prints {"port": N} once it accepts, and ends on SIGTERM.
'use strict';

const http = require('http');
const sockjs = require('sockjs');

const { id, ...common } = process.argv[2] ? JSON.parse(process.argv[2]) : {};
const names = id ? { 'X-Stickler-Node': id, 'X-Stickler-Boot': `${id}.${process.pid}` } : {};

function echo(connection) {
  connection.on('data', (message) => connection.write(message));
}

const services = {
  '/echo': [{ response_limit: 4096 }, echo],
  '/disabled_websocket_echo': [{ websocket: false }, echo],
  '/cookie_needed_echo': [{ jsessionid: true }, echo],
  '/close': [{}, (connection) => connection.close(3000, 'Go away!')],
};

const server = http.createServer((request, response) => {
  response.writeHead(request.url === '/health' ? 200 : 404).end();
});
for (const [prefix, [options, onConnection]] of Object.entries(services)) {
  const service = sockjs.createServer({ log() {}, faye_server_options: { headers: names }, ...common, ...options });
  service.on('connection', (connection) => {
    // Null where the receiver was lost before this was called.
    if (connection) {
      onConnection(connection);
    }
  });
  service.installHandlers(server, { prefix });
}
server.prependListener('request', (request, response) => {
  for (const [name, value] of Object.entries(names)) {
    response.setHeader(name, value);
  }
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
