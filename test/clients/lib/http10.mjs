import net from 'node:net';
import tls from 'node:tls';

/** The same as `exchange`, spoken as an HTTP/1.0 client would: one connection a request, read to its end. */
export function exchange10({ url, method, headers, text, timeoutMs, ca, signal }) {
  return new Promise((resolve) => {
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    const port = Number(target.port === '' ? (secure ? 443 : 80) : target.port);
    const options = { host: target.hostname, port, ...(ca === undefined ? {} : { ca }) };
    const socket = secure ? tls.connect(options) : net.connect(options);
    const chunks = [];
    const finish = (result) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish({ kind: 'lost', why: 'timeout' }), timeoutMs);
    signal?.addEventListener('abort', () => finish({ kind: 'lost', why: 'abandoned' }), { once: true });
    socket.on('error', (cause) => finish({ kind: 'lost', why: cause.code ?? cause.message }));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => finish(read(Buffer.concat(chunks))));
    const body = Buffer.from(text ?? '', 'utf8');
    const all = { Host: target.host, ...headers, 'Content-Length': String(body.length) };
    const head = Object.entries(all).flatMap(([name, value]) =>
      [value].flat().map((one) => `${name}: ${one}\r\n`),
    );
    socket.write(`${method} ${target.pathname}${target.search} HTTP/1.0\r\n${head.join('')}\r\n`);
    socket.write(body);
  });
}

function read(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.\d (\d{3})/.exec(head[0] ?? '')?.[1];
  if (end < 0 || status === undefined) return { kind: 'lost', why: 'truncated' };
  const headers = Object.fromEntries(
    head.slice(1).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  let body = bytes.subarray(end + 4);
  if (headers['transfer-encoding'] === 'chunked') return { kind: 'lost', why: 'chunked answer to HTTP/1.0' };
  const length = headers['content-length'] === undefined ? body.length : Number(headers['content-length']);
  if (body.length < length) return { kind: 'lost', why: 'truncated' };
  body = body.subarray(0, length);
  return { kind: 'answer', status: Number(status), headers, text: body.toString('utf8') };
}
