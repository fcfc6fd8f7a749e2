// Runs SockJS scenarios in a real browser and posts what happened.
//
// The page is opened as page.html?control=ORIGIN&stop=N. ORIGIN/stops/N answers {scenarios: […], atOnce: n, next: URL or
// null}; each result goes to ORIGIN/results, then the page moves on to the next stop. A scenario is
//   {id, url, transports: […] or null, messages, cornerCases, leftOut: […], awaitsClose, transportMilliseconds,
//    milliseconds}
// and its result is what `Scenario.result` is made of below.
'use strict';

const CORNER_CASES = [
  '',
  ' ',
  '"', '\\', '\\\\"', '/', "'", '`', '<', '>', '&', '</script>', '<!--', ']]>',
  '%', '100%', '%25', '%0A', '%u0041', '+', 'a+b c', '=', '&d=x', '?', '#',
  '\0', '\b', '\t', '\n', '\r', '\r\n', '\f', '\v', '\x1b', '\x7f', '\x80', '\x9f', '\xa0', '\xad',
  'data: x\r\n\r\ndata: y', 'a["x"]', '["x"]', 'o', 'h', 'c[3000,"Go away!"]',
  'é', 'ß', 'e\u0301', 'Ω', 'ж', '漢字', '\u0600', '\u070f', '\u17b4',
  '\u200b', '\u200c', '\u200f', '\u2028', '\u2029', '\u202e', '\u2060', '\u206f', '\ufeff', '\ufff0', '\ufffd', '\uffff',
  '\u{1f600}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u{10000}', '\u{10ffff}',
  '\ud800', '\udbff', '\udc00', '\udfff', '\ude00\ud83d', 'x\ud83d', '\ude00x',
];

// Numbered ones, long enough for streams to be rotated, then the corner cases.
function messagesOf(scenario) {
  const messages = [];
  for (let number = 0; number < scenario.messages; number += 1) {
    messages.push(`${scenario.id} ${number} `.padEnd(100, 'x'));
  }
  return scenario.cornerCases
    ? messages.concat(CORNER_CASES.filter((text) => !scenario.leftOut.includes(text)))
    : messages;
}

function escaped(text) {
  const units = [];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    units.push(unit > 0x20 && unit < 0x7f ? text[index] : `\\u${unit.toString(16).padStart(4, '0')}`);
  }
  return units.join('').slice(0, 200);
}

class Scenario {
  constructor(scenario) {
    this.scenario = scenario;
    this.messages = messagesOf(scenario);
    this.start = performance.now();
    this.result = {
      id: scenario.id,
      transport: null, // the one that opened
      openMilliseconds: null,
      attempts: [], // transports that ended before one opened: {transport, code, reason, milliseconds}
      sent: 0,
      echoed: 0, // in order and unaltered
      difference: null, // the first message that was not
      closeCode: null,
      closeReason: null,
      problem: null, // what kept the scenario from ending by a close
      milliseconds: 0,
    };
  }

  elapsed() {
    return Math.round(performance.now() - this.start);
  }

  run() {
    return new Promise((done) => {
      this.done = done;
      this.deadline = setTimeout(() => this.giveUp(`no end after ${this.scenario.milliseconds} ms`),
        this.scenario.milliseconds);
      try {
        this.open();
      } catch (error) {
        this.giveUp(String(error));
      }
    });
  }

  open() {
    const { scenario, result } = this;
    const socket = new SockJS(scenario.url, null, {
      transports: scenario.transports || undefined,
      timeout: scenario.transportMilliseconds,
    });
    this.socket = socket;
    this.observeAttempts();
    socket.onopen = () => {
      result.transport = socket.transport;
      result.openMilliseconds = this.elapsed();
      for (const message of this.messages) {
        socket.send(message);
        result.sent += 1;
      }
      this.closeWhenComplete();
    };
    socket.onmessage = (event) => {
      const expected = this.messages[result.echoed];
      if (result.difference === null && event.data === expected) {
        result.echoed += 1;
        this.closeWhenComplete();
      } else if (result.difference === null) {
        const wanted = expected === undefined ? 'nothing' : `"${escaped(expected)}"`;
        result.difference = `message ${result.echoed} is "${escaped(event.data)}", expected ${wanted}`;
      }
    };
    socket.onclose = (event) => {
      result.closeCode = event.code;
      result.closeReason = event.reason || '';
      this.finish();
    };
  }

  // The client tells nobody which transports it gave up; it looks this method up in itself for each of them.
  observeAttempts() {
    const { socket, result } = this;
    const transportClosed = socket._transportClose;
    socket._transportClose = (code, reason) => {
      if (result.transport === null && socket._transport) {
        result.attempts.push({
          transport: socket._transport.transportName,
          code: Number(code) || 0,
          reason: String(reason || ''),
          milliseconds: this.elapsed(),
        });
      }
      transportClosed.call(socket, code, reason);
    };
  }

  closeWhenComplete() {
    if (!this.scenario.awaitsClose && this.result.echoed === this.messages.length) {
      this.socket.close();
    }
  }

  giveUp(problem) {
    this.result.problem = problem;
    if (this.socket) {
      this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
      this.socket.close();
    }
    this.finish();
  }

  finish() {
    clearTimeout(this.deadline);
    this.result.milliseconds = this.elapsed();
    this.done(this.result);
  }
}

function show(result) {
  const item = document.createElement('li');
  item.textContent = JSON.stringify(result);
  document.getElementById('results').append(item);
}

async function main() {
  const query = new URLSearchParams(location.search);
  const control = query.get('control');
  // As text, so that the browser asks for no leave first.
  const post = (path, value) => fetch(control + path, { method: 'POST', body: JSON.stringify(value) });
  try {
    const stop = await (await fetch(`${control}/stops/${query.get('stop')}`)).json();
    const waiting = stop.scenarios.slice();
    const workers = Array.from({ length: stop.atOnce }, async () => {
      for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
        const result = await new Scenario(scenario).run();
        show(result);
        await post('/results', result);
      }
    });
    await Promise.all(workers);
    if (stop.next) {
      location.href = stop.next;
    } else {
      await post('/done', null);
    }
  } catch (error) {
    await post('/failed', String(error && error.stack || error));
  }
}

window.onerror = (message, source, line) => {
  const item = document.createElement('li');
  item.textContent = `${source}:${line}: ${message}`;
  document.getElementById('results').append(item);
};

main();
