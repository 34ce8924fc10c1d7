import { connect } from 'node:net';

/*
 * A load on one HTTP/1.1 server of this machine: so many connections, each with one request under way. Answers are counted by their
 * bytes and not parsed, so that the server is what is measured.
 */

/** The end of the first whole answer in `text`, or -1. */
export function answerEnd(text) {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return text.length >= end ? end : -1;
}

/** Sends one request on a connection of its own and gives the answer's text. */
export function once(port, request) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    socket.setEncoding('latin1').on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk;
      if (answerEnd(text) < 0) return;
      socket.destroy();
      resolve(text);
    });
    socket.write(request, 'latin1');
  });
}

/**
 * Runs `script(connection)` over and over on each of `connections` connections: a generator that yields requests and gets the answers'
 * texts back. Stops after `ms`; resolves with answers a second and the latencies' median and 99th percentile, ms.
 */
export async function load(port, connections, ms, script) {
  const latencies = [];
  let count = 0;
  // Waking a processor that has gone to sleep costs a virtual machine more than an answer does, and the server is the one who pays: the
  // load never sleeps, so that both servers find somebody awake.
  let awake = true;
  const stay = () => awake && setImmediate(stay);
  stay();
  const began = performance.now();
  await Promise.all(
    Array.from(
      { length: connections },
      (_, connection) =>
        new Promise((resolve, reject) => {
          const socket = connect({ port, host: '127.0.0.1', noDelay: true });
          const requests = script(connection);
          let text = '';
          let sent = 0;
          const send = (answer) => {
            const next = requests.next(answer);
            if (next.done === true || performance.now() - began > ms) {
              socket.destroy();
              resolve();
              return;
            }
            sent = performance.now();
            socket.write(next.value, 'latin1');
          };
          socket.setEncoding('latin1').on('error', reject);
          socket.on('close', () => resolve());
          socket.on('connect', () => send(''));
          socket.on('data', (chunk) => {
            text = text === '' ? chunk : text + chunk;
            const end = answerEnd(text);
            if (end < 0) return;
            const answer = text.slice(0, end);
            text = text.slice(end);
            count += 1;
            latencies.push(performance.now() - sent);
            send(answer);
          });
        }),
    ),
  );
  awake = false;
  const seconds = (performance.now() - began) / 1000;
  latencies.sort((one, two) => one - two);
  const at = (share) => latencies[Math.floor(latencies.length * share)] ?? NaN;
  return { perSecond: count / seconds, median: at(0.5), p99: at(0.99) };
}
