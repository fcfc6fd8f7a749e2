// Drives sockjs-client through the scenarios that stand as JSON behind the # of this page's URL, and posts what happened.
//
// { "report": URL,          results are posted there, one JSON text each; the last one of a page is {"done":true}
//   "atOnce": 3,            scenarios that run together
//   "scenarios": [
//     { "id": "…", "url": "http://…/echo", "transports": ["websocket"],   no list: those that the client chooses
//       "limit": 10000,                                                   milliseconds for the whole scenario
//       "echo": 100,                 messages that are sent and awaited in order, behind the corner cases; left out: none
//       "closeURL": "http://…/close" a service that closes at once, tried afterwards with the same transports } ],
//   "next": URL }           where to go then
//
// A result: { id, took: ms until closed, opened: ms or null, transport, expected, echoed, wrong: [what came instead],
// closed: {code, reason}, goAway: {code, reason}, attempts: [{transport, started, ended, code, reason}], error }
'use strict';

const corners = ['', 'é€😀', '\u0000\u001f\u007f\u200c\u2028\u2060\ufff0\uffff', '"\\/\b\f\n\r\t', '\ud83d', '\ude00\ud83d',
  '</script><!--', '100%\r\n%0A%', '\u00ad\u0600\u070f\u17b4\ufeff\u0300\u1e9b\u0323\u212b\ufb1d', 'x'.repeat(10000)];
const WINDOW = 10;

// The client tells nothing of the attempts that fail: ask the methods that begin and end them.
function watchAttempts(socket, start, attempts) {
  const { _connect: connect, _transportClose: close } = socket;
  socket._connect = function () {
    connect.call(this);
    if (this._transport) {
      attempts.push({ transport: this._transport.transportName, started: performance.now() - start });
    }
  };
  socket._transportClose = function (code, reason) {
    const last = attempts.at(-1);
    if (last && last.ended === undefined && this.readyState === SockJS.CONNECTING) {
      Object.assign(last, { ended: performance.now() - start, code, reason });
    }
    close.call(this, code, reason);
  };
}

function connect(scenario, url, handlers) {
  const start = performance.now();
  const attempts = [];
  const options = scenario.transports ? { transports: scenario.transports } : {};
  const socket = new SockJS(url, null, options);
  watchAttempts(socket, start, attempts);
  return new Promise((done) => {
    const outcome = { opened: null, transport: null, closed: null, attempts };
    const settle = (change) => {
      clearTimeout(timer);
      done(Object.assign(outcome, change));
    };
    const timer = setTimeout(() => {
      settle({ error: 'limit reached' });
      socket.close();
    }, scenario.limit);
    socket.onopen = () => {
      outcome.opened = performance.now() - start;
      outcome.transport = socket.transport;
      handlers.opened(socket);
    };
    socket.onmessage = (event) => handlers.received(socket, event.data);
    socket.onclose = (event) => settle({ closed: { code: event.code, reason: event.reason } });
  });
}

// The corner cases one by one, then numbered messages, some of them under way together.
function echo(count, transports) {
  // The server writes messages into a script element as they are: this one would end it.
  const isScript = (transports || []).some((name) => name.endsWith('htmlfile'));
  const texts = corners.filter((text) => !isScript || !text.includes('</script'));
  const messages = [...texts, ...Array.from({ length: count }, (_, index) => `message ${index + 1}`)];
  const state = { expected: messages.length, echoed: 0, wrong: [] };
  let sent = 0;
  const send = (socket) => {
    const limit = sent < texts.length ? state.echoed + 1 : state.echoed + WINDOW;
    while (sent < messages.length && sent < limit) {
      socket.send(messages[sent]);
      sent += 1;
    }
  };
  return {
    state,
    opened: send,
    received(socket, data) {
      if (data !== messages[state.echoed]) state.wrong.push(JSON.stringify(data).slice(0, 200));
      state.echoed += 1;
      if (state.echoed === messages.length) socket.close();
      else send(socket);
    },
  };
}

async function run(scenario) {
  const start = performance.now();
  const nothing = { opened: (socket) => socket.close(), received() {} };
  const exchange = scenario.echo === undefined ? { state: {}, ...nothing } : echo(scenario.echo, scenario.transports);
  const outcome = await connect(scenario, scenario.url, exchange);
  const result = { id: scenario.id, took: performance.now() - start, ...outcome, ...exchange.state };
  if (scenario.closeURL) {
    const { closed, error } = await connect(scenario, scenario.closeURL, { opened() {}, received() {} });
    Object.assign(result, { goAway: closed }, error && { error });
  }
  return result;
}

function post(report, value) {
  // As plain text, so that no preflight is needed.
  return fetch(report, { method: 'POST', mode: 'no-cors', body: JSON.stringify(value) });
}

async function main() {
  const plan = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  const waiting = [...plan.scenarios];
  const worker = async () => {
    for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
      let result;
      try {
        result = await run(scenario);
      } catch (error) {
        result = { id: scenario.id, error: String(error) };
      }
      await post(plan.report, result);
    }
  };
  await Promise.all(Array.from({ length: plan.atOnce || 1 }, worker));
  await post(plan.report, { done: true });
  if (plan.next) location.href = plan.next;
}

addEventListener('load', main);
