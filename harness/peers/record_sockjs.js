// Records what Debian's node-sockjs answers, byte for byte, as JSON on standard output:
//   NODE_PATH=/usr/share/nodejs node --no-deprecation harness/peers/record_sockjs.js >fixtures/sockjs/transcripts.json
// A transcript is a list of steps; each says what the client did and what came on which connection until all was quiet,
// some milliseconds after the transcript's start.
'use strict';

const http = require('http');
const net = require('net');
const sockjs = require('sockjs');

const QUIET = 60; // milliseconds without a byte
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const CLIENT_URL = '/sockjs.min.js';

const services = {
  '/echo': { response_limit: 4096 },
  '/disabled_websocket_echo': { websocket: false },
  '/cookie_needed_echo': { jsessionid: true },
  '/close': { close: true },
  '/fast': { heartbeat_delay: 400, disconnect_delay: 300 },
};

function startServer() {
  const server = http.createServer((request, response) => response.writeHead(404).end());
  for (const [prefix, { close, ...options }] of Object.entries(services)) {
    const service = sockjs.createServer({ log() {}, sockjs_url: CLIENT_URL, ...options });
    service.on('connection', (connection) => {
      // Null where the receiver was lost before this was called.
      if (!connection) return;
      if (close) {
        connection.close(3000, 'Go away!');
        return;
      }
      connection.on('data', (message) => connection.write(message));
    });
    service.installHandlers(server, { prefix });
  }
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

// One client connection; `news` collects what arrived since it was last taken.
class Connection {
  constructor(port) {
    this.socket = net.connect(port, '127.0.0.1');
    this.bytes = Buffer.alloc(0);
    this.news = {};
    this.framing = 'head';
    this.isEmpty = true;
    this.touched = Date.now();
    this.socket.on('error', () => {});
    this.socket.on('data', (data) => {
      this.touched = Date.now();
      this.bytes = Buffer.concat([this.bytes, data]);
      this.parse();
    });
    this.socket.on('end', () => {
      this.touched = Date.now();
      this.set('closed', true);
    });
  }

  set(key, value) {
    this.news[key] = value;
    this.isEmpty = false;
  }

  piece(bytes) {
    if (bytes.length > 0) this.set('pieces', [...(this.news.pieces || []), bytes.toString()]);
  }

  // Nothing marks the pieces of a body that ends with its connection: what a step brings is one.
  rest() {
    const before = this.news.pieces ? this.news.pieces[0] : '';
    if (this.bytes.length > 0) this.set('pieces', [before + this.bytes.toString()]);
    this.bytes = Buffer.alloc(0);
    return false;
  }

  take() {
    const news = this.news;
    this.news = {};
    this.isEmpty = true;
    return news;
  }

  parse() {
    while (this.parseOne());
  }

  parseOne() {
    switch (this.framing) {
      case 'head': return this.parseHead();
      case 'chunks': return this.parseChunk();
      case 'sized': {
        if (this.bytes.length < this.left) return false;
        this.piece(this.bytes.subarray(0, this.left));
        return this.finish(this.left);
      }
      case 'frames': return this.parseFrame();
      case 'close': return this.rest();
      default: return false;
    }
  }

  finish(length) {
    this.bytes = this.bytes.subarray(length);
    this.set('finished', true);
    this.framing = 'head';
    return true;
  }

  parseHead() {
    const end = this.bytes.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const [first, ...lines] = this.bytes.subarray(0, end).toString().split('\r\n');
    this.bytes = this.bytes.subarray(end + 4);
    const fields = lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]);
    const get = (name) => (fields.find((field) => field[0].toLowerCase() === name) || [])[1];
    const status = Number(first.split(' ')[1]);
    this.set('status', status);
    this.set('fields', fields);
    if (status === 101) this.framing = 'frames';
    else if (status === 204 || status === 304 || this.isHead) return this.finish(0);
    else if (get('transfer-encoding') === 'chunked') this.framing = 'chunks';
    else if (get('content-length') !== undefined) {
      this.framing = 'sized';
      this.left = Number(get('content-length'));
    } else this.framing = 'close';
    return true;
  }

  parseChunk() {
    const line = this.bytes.indexOf('\r\n');
    if (line < 0) return false;
    const length = parseInt(this.bytes.subarray(0, line).toString(), 16);
    if (this.bytes.length < line + 4 + length) return false;
    if (length === 0) return this.finish(line + 4);
    this.piece(this.bytes.subarray(line + 2, line + 2 + length));
    this.bytes = this.bytes.subarray(line + 4 + length);
    return true;
  }

  parseFrame() {
    if (this.bytes.length < 2) return false;
    let [length, start] = [this.bytes[1] & 127, 2];
    if (length === 126) {
      if (this.bytes.length < 4) return false;
      [length, start] = [this.bytes.readUInt16BE(2), 4];
    }
    if (this.bytes.length < start + length) return false;
    const payload = this.bytes.subarray(start, start + length);
    const frame = { opcode: this.bytes[0] & 15 };
    if (frame.opcode === 8) {
      if (length >= 2) frame.code = payload.readUInt16BE(0);
      frame.text = payload.subarray(2).toString();
    } else frame.text = payload.toString();
    this.set('frames', [...(this.news.frames || []), frame]);
    this.bytes = this.bytes.subarray(start + length);
    return true;
  }

  request({ method, target, version = '1.1', fields = [], body }) {
    this.isHead = method === 'HEAD';
    const all = [...fields];
    if (version === '1.1') all.unshift(['Host', 'localhost']);
    if (body !== undefined) all.push(['Content-Length', Buffer.byteLength(body)]);
    const lines = [`${method} ${target} HTTP/${version}`, ...all.map(([name, value]) => `${name}: ${value}`)];
    this.socket.write(lines.join('\r\n') + '\r\n\r\n' + (body || ''));
  }

  frame(opcode, text) {
    const payload = Buffer.from(text);
    const head = payload.length < 126 ? [128 | opcode, 128 | payload.length]
      : [128 | opcode, 254, payload.length >> 8, payload.length & 255];
    // A mask of zeros leaves the payload as it is.
    this.socket.write(Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]));
  }
}

const upgrade = [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', KEY]];
const ask = (method, target, more = {}) => ({ on: target, request: { method, target, ...more } });
const post = (target, body = '', more = {}) => ask('POST', target, { body, ...more });
const open = (on, target) => ({ on, request: { method: 'GET', target, fields: upgrade } });
const text = (on, message) => ({ on, text: message });
const wait = (milliseconds) => ({ wait: milliseconds });
const form = [['Content-Type', 'application/x-www-form-urlencoded']];
const corners = ['', 'é€😀', '\u0000\u001f\u007f\u200c\u2028\u2060\ufff0\uffff', '"\\/\b\f\n\r\t', '\ud83d', '\ude00\ud83d',
  '</script><!--', '100%\r\n%0A', '\u00ad\u0600\u070f\u17b4\ufeff'];
const payload = JSON.stringify(corners);
const long = JSON.stringify(['x'.repeat(128)]);
const origins = [[], [['Origin', 'http://a.test']], [['Origin', 'null']], [['Origin', '']],
  [['Origin', 'http://a.test'], ['Access-Control-Request-Headers', 'a, b,c']], [['Access-Control-Request-Headers', '']]];

// A receiver of every transport, as a step on connection `on`.
const receivers = {
  xhr: (on, base) => ({ ...post(`${base}/xhr`), on }),
  xhr_streaming: (on, base) => ({ ...post(`${base}/xhr_streaming`), on }),
  eventsource: (on, base) => ({ ...ask('GET', `${base}/eventsource`), on }),
  htmlfile: (on, base) => ({ ...ask('GET', `${base}/htmlfile?c=_jp.a1`), on }),
  jsonp: (on, base) => ({ ...ask('GET', `${base}/jsonp?c=_jp.a1`), on }),
};

function transcripts() {
  const list = [];
  const add = (name, steps) => list.push({ name, steps });

  add('greeting', ['/echo', '/echo/'].map((target) => ask('GET', target)));
  add('unknown paths', ['/echo/a', '/echo/a.html', '/echo//', '/echo///', '/echo/a/a', '/echo/a/a/', '/echo/iframe',
    '/echo/iframe.htm', '/echo/IFRAME.HTML', '/echo/iframe.HTML', '/echo/iframe.xml', '/echo/iframe-/.html',
    '/echo/a/b/c', '/echo/a.b/c/xhr', '/echo/a/b.c/xhr', '/echo//b/xhr', '/echo/a//xhr', '/echo/a/b/xhr//',
    '/echo/a/b/c/xhr', '/echo/a/b/XHR'].map((target) => post(target)));
  add('iframe pages', ['/echo/iframe.html', '/echo/iframe-a.html', '/echo/iframe-0.1.2-a_.html?t=3', '/echo/iframe.html/',
    '/echo/iframexhtml', '/echo/iframehtml'].map((target) => ask('GET', target)));
  add('a cached iframe page', [ask('GET', '/echo/iframe.html', { fields: [['If-None-Match', '"x"']] }),
    ask('GET', '/echo/iframe.html', { fields: [['If-None-Match', '{etag}']] })]);
  add('info', Object.keys(services).map((prefix) => ask('GET', `${prefix}/info?t=1`)));
  add('info over HTTP/1.0', [ask('GET', '/echo/info', { version: '1.0' }), ask('GET', '/echo', { version: '1.0' })]);
  for (const [index, fields] of origins.entries()) {
    add(`other origins ${index}`, [ask('GET', '/echo/info', { fields }), ask('OPTIONS', '/echo/info', { fields }),
      ...['xhr', 'xhr_send', 'xhr_streaming'].map((name) => ask('OPTIONS', `/echo/0/c${index}/${name}`, { fields })),
      post(`/echo/0/c${index}/xhr`, '', { fields }), post(`/echo/0/c${index}/xhr_send`, '["x"]', { fields }),
      post(`/echo/0/cs${index}/xhr_streaming`, '', { fields }), post(`/echo/0/missing/xhr_send`, '["x"]', { fields }),
      ...['eventsource', 'htmlfile?c=a', 'jsonp?c=a'].map(
        (name) => ask('GET', `/echo/0/c${name[0]}${index}/${name}`, { fields }))]);
  }
  for (const [index, fields] of [[], [['Cookie', 'JSESSIONID=abc.n1; a=b']], [['Cookie', 'a=b;JSESSIONID=']]].entries()) {
    const base = `/cookie_needed_echo/0/k${index}`;
    add(`session cookie ${index}`, [ask('GET', '/cookie_needed_echo/info', { fields }),
      ask('OPTIONS', '/cookie_needed_echo/info', { fields }), ask('GET', '/cookie_needed_echo/iframe.html', { fields }),
      ask('OPTIONS', `${base}/xhr`, { fields }), post(`${base}/xhr`, '', { fields }),
      post(`${base}/xhr_send`, '["x"]', { fields }), post(`${base}s/xhr_streaming`, '', { fields }),
      post(`${base}/xhr_send`, '', { fields }), post(`${base}none/xhr_send`, '["x"]', { fields }),
      post(`${base}/jsonp_send`, '["x"]', { fields }),
      ...['eventsource', 'htmlfile?c=a', 'jsonp?c=a', 'jsonp'].map(
        (name) => ask('GET', `${base}${name[0]}/${name}`, { fields })), ask('PUT', `${base}/xhr`, { fields })]);
  }
  add('wrong methods', [...['', '/info', '/iframe.html', '/websocket', '/0/m/xhr', '/0/m/xhr_send', '/0/m/xhr_streaming',
    '/0/m/eventsource', '/0/m/htmlfile', '/0/m/jsonp', '/0/m/jsonp_send', '/0/m/websocket']
    .flatMap((path) => [ask('PUT', `/echo${path}`), ask('HEAD', `/echo${path}`)])]);

  for (const [name, receive] of Object.entries(receivers)) {
    const base = `/echo/0/r-${name}`;
    add(`${name}: messages`, [receive('a', base), receive('b', base), post(`${base}/xhr_send`, '["a","b"]'),
      receive('c', base), post(`${base}/xhr_send`, payload), post(`/echo/999/r-${name}/xhr_send`, '["x"]'),
      receive('d', base), receive('e', base), post(`${base}/xhr_send`, '[]')]);
    add(`${name}: second receiver`, [receive('a', `${base}-2`), receive('b', `${base}-2`), receive('c', `${base}-2`),
      post(`${base}-2/xhr_send`, '["x"]')]);
    add(`${name}: response limit`, [receive('a', `${base}-l`), ...Array(32).fill(post(`${base}-l/xhr_send`, long)),
      receive('b', `${base}-l`), post(`${base}-l/xhr_send`, JSON.stringify(['y'.repeat(4096)])), receive('c', `${base}-l`)]);
    add(`${name}: limit counts code units`, [receive('a', `${base}-u`), receive('b', `${base}-u`),
      post(`${base}-u/xhr_send`, JSON.stringify(['é'.repeat(3000)])),
      post(`${base}-u/xhr_send`, JSON.stringify(['é'.repeat(1100)]))]);
    add(`${name}: close`, ['a', 'b', 'c'].map((on) => receive(on, `/close/0/c-${name}`)));
    add(`${name}: receiver cut`, [receive('a', `${base}-x`), receive('b', `${base}-x`), { on: 'b', abort: true }, { on: 'a', abort: true },
      post(`${base}-x/xhr_send`, '["x"]'), receive('c', `${base}-x`)]);
    add(`${name}: HTTP/1.0`, [receive('a', `${base}-0`), receive('b', `${base}-0`), post(`${base}-0/xhr_send`, '["x"]')]
      .map((step) => ({ ...step, request: { ...step.request, version: '1.0' } })));
    add(`${name}: heartbeat`, [receive('a', `/fast/0/h-${name}`), receive('b', `/fast/0/h-${name}`), wait(150),
      post(`/fast/0/h-${name}/xhr_send`, '["x"]'), wait(200), wait(400)]);
    add(`${name}: given up`, [receive('a', `/fast/0/g-${name}`), { on: 'a', abort: true }, receive('b', `/fast/0/g-${name}`),
      wait(450), post(`/fast/0/g-${name}/xhr_send`, '["x"]'), receive('c', `/fast/0/g-${name}`)]);
  }

  for (const [index, callback] of ['', '?c=', '?callback=%63b', '?c=%20', '?c=*', '?c=abc(', '?c=abc%28', '?c=a&c=b',
    `?c=${'a'.repeat(32)}`, `?c=${'a'.repeat(33)}`, '?c=a-b_c.D9', '?x=1&c=a'].entries()) {
    add(`callback ${index}`, ['jsonp', 'htmlfile'].map((name) => ask('GET', `/echo/0/cb${index}${name[0]}/${name}${callback}`)));
  }

  const bodies = ['', '[', '{}', '["x', '"x"', 'null', '[]', '["x"]', '[1,null,"x"]', 'x', '\ufeff["x"]'];
  add('xhr_send bodies', [post('/echo/0/bodies/xhr'), ...bodies.map((body) => post('/echo/0/bodies/xhr_send', body)), post('/echo/0/bodies/xhr')]);
  add('xhr_send to no session', bodies.map((body) => post('/echo/0/none/xhr_send', body)));
  const types = ['text/plain', 'T', 'application/json', 'application/xml', '', 'text/xml', 'text/plain; charset=utf-8',
    'T;charset=x', 'TEXT/PLAIN', 'text/plain ; charset=x', 'image/png', 'application/x-www-form-urlencoded'];
  add('xhr_send content types', [post('/echo/0/t/xhr'),
    ...types.map((type) => post('/echo/0/t/xhr_send', '["x"]', { fields: [['Content-Type', type]] })), post('/echo/0/t/xhr')]);
  const forms = ['d=%5B%22x%22%5D', 'd=["a+b"]', 'd=', 'd', 'p=p', 'd=[', 'd=%7B%7D', 'x=1&d=%5B%22y%22%5D&z', '', 'd=%5B%22%C3%A9%F0%9F%98%80%22%5D',
    'd=%5B%22%zz%22%5D', 'd=["a"]&d=["b"]'];
  add('jsonp_send forms', [ask('GET', '/echo/0/f/jsonp?c=a'), ...forms.map((body) => post('/echo/0/f/jsonp_send', body, { fields: form })),
    ask('GET', '/echo/0/f/jsonp?c=a')]);
  add('jsonp_send texts', [ask('GET', '/echo/0/g/jsonp?c=a'), ...bodies.slice(0, -1).map((body) => post('/echo/0/g/jsonp_send', body)),
    ...types.map((type) => post('/echo/0/g/jsonp_send', '["t"]', { fields: [['Content-Type', type]] })),
    ask('GET', '/echo/0/g/jsonp?c=a'), post('/echo/0/none/jsonp_send', '["x"]')]);
  add('a session outlives its transport and its prefix', [post('/echo/0/mix/xhr'), post('/cookie_needed_echo/1/mix/xhr_send', '["x"]'),
    ask('GET', '/echo/2/mix/jsonp?c=a')]);
  add('a slash at the end', [post('/echo/0/slash/xhr/'), post('/echo/0/slash/xhr_send/', '["x"]'), post('/echo/0/slash/xhr/?t=1')]);
  add('odd segments', [post('/echo/%20/abcdefgh_i-j%20/xhr'), post('/echo/%20/abcdefgh_i-j%20/xhr_send', '["x"]')]);
  add('answers follow one another on a connection', [{ ...post('/echo/0/ka/xhr'), on: 'a' },
    { ...post('/echo/0/ka/xhr_send', '["x"]'), on: 'a' }, { ...post('/echo/0/ka/xhr'), on: 'a' }, { ...ask('GET', '/echo'), on: 'a' },
    { ...ask('GET', '/echo/x'), on: 'a' }]);

  add('websocket: messages', [open('w', '/echo/0/ws/websocket'), text('w', '["a"]'), text('w', '["a","b"]'), text('w', '"c"'),
    text('w', ''), text('w', '[]'), text('w', payload), post('/echo/0/ws/xhr_send', '["x"]'), text('w', '["x')]);
  add('websocket: the same session twice', [open('w', '/echo/0/twice/websocket'), open('v', '/echo/0/twice/websocket'),
    text('v', '["x"]')]);
  add('websocket: close', [open('w', '/close/0/ws/websocket')]);
  add('websocket: closed by the client', [open('w', '/echo/0/wc/websocket'), { on: 'w', close: [1000, 'bye'] }]);
  add('websocket: heartbeat', [open('w', '/fast/0/ws/websocket'), wait(150), text('w', '["x"]'), wait(200), wait(400)]);
  add('raw websocket', [open('w', '/echo/websocket'), text('w', '["a"]'), text('w', 'é😀')]);
  add('raw websocket: close', [open('w', '/close/websocket')]);
  add('no websocket', [open('w', '/disabled_websocket_echo/0/ws/websocket'), open('v', '/disabled_websocket_echo/websocket'),
    ask('GET', '/disabled_websocket_echo/0/ws/websocket')]);
  add('not a websocket request', [ask('GET', '/echo/0/ws/websocket'), ask('GET', '/echo/websocket'),
    ask('GET', '/echo/0/ws/websocket', { fields: [['Upgrade', 'websocket'], ['Connection', 'close']] })]);
  return list;
}

async function run({ name, steps }, port) {
  const connections = new Map();
  const recorded = [];
  let etag = '';
  const all = () => [...connections.values()];
  const quiet = async (milliseconds) => {
    const until = Date.now() + milliseconds;
    while (Date.now() < until || all().some((one) => Date.now() - one.touched < QUIET)) {
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  let counter = 0;
  const start = Date.now();
  for (const step of steps) {
    const on = step.on && (step.on.startsWith('/') ? `#${++counter}` : step.on);
    const key = on;
    const copy = JSON.parse(JSON.stringify(step, null, 0).replaceAll('{etag}', () => JSON.stringify(etag).slice(1, -1)));
    if (on) copy.on = on;
    if (copy.request) {
      if (!connections.has(key)) connections.set(key, new Connection(port));
      const one = connections.get(key);
      one.touched = Date.now();
      one.request(copy.request);
    } else if (copy.abort) connections.get(key).socket.destroy();
    else if (copy.text !== undefined) {
      connections.get(key).touched = Date.now();
      connections.get(key).frame(1, copy.text);
    } else if (copy.close) {
      const [code, reason] = copy.close;
      connections.get(key).touched = Date.now();
      connections.get(key).frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
    }
    await quiet(copy.wait || QUIET);
    copy.elapsed = Date.now() - start;
    copy.received = {};
    for (const [id, one] of connections) {
      if (one.isEmpty) continue;
      const news = one.take();
      etag = ((news.fields || []).find((field) => field[0] === 'ETag') || [0, etag])[1];
      copy.received[id] = news;
    }
    recorded.push(copy);
  }
  for (const one of all()) one.socket.destroy();
  return { name, steps: recorded };
}

startServer().then(async (server) => {
  const port = server.address().port;
  const [waiting, done] = [transcripts(), []];
  const worker = async (_, index) => {
    for (let at = index; at < waiting.length; at += 4) done[at] = await run(waiting[at], port);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  const note = { source: `sockjs ${require('sockjs/package.json').version} of Debian, run by Node.js ${process.version}`,
    services, clientURL: CLIENT_URL };
  process.stdout.write(`{"about":${JSON.stringify(note)},\n"transcripts":[\n`);
  process.stdout.write(done.map((transcript) => JSON.stringify(transcript)).join(',\n'));
  process.stdout.write('\n]}\n');
  process.exit();
});
