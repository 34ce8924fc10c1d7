import { createServer } from 'node:http';

/* What Node's own server can do on this machine: it reads the request and answers bytes that are as many as the sandbox's. */

const size = Number(process.argv[2] ?? 0);
// A text is the fastest that Node can send: head and body leave in one write.
const body = 'x'.repeat(size);
const headers = ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(size)];

const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(200, headers);
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.on('SIGTERM', () => process.exit(0));
