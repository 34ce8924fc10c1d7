/* A small client with one fault, named by its first argument; all it can do is introduce itself and go. */
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ALL =
  'createPointOfSale deletePointOfSale awaitCheckin initiatePayment preparePayment awaitPairing readyPayment awaitPayment ' +
  'capturePayment cancelPayment initiateRefund awaitRefund captureRefund cancelRefund recover settle';
const [mode = 'good', extra = ''] = process.argv.slice(2);
const result = { protocol: 1, name: 'Small till', version: '2.1.0', commands: ALL.split(' ') };
const changes = {
  protocol: { protocol: 2 },
  version: { version: 'v2' },
  other: { version: '3.0.0' },
  few: { commands: ['createPointOfSale', 'deletePointOfSale', 'recover'] },
  slip: {
    commands: [...result.commands, 'initiatePayments'],
    behaviours: ['cancelOnRestart'],
  },
  callback: { callbackUrl: 'till-7/notify' },
  deaf: { callbackUrl: `http://127.0.0.1:${extra}/check-in` },
  nameless: { name: undefined },
};

if (mode === 'exits') {
  console.error('no licence found');
  process.exit(3);
}
if (mode === 'logs') console.log('Till 2.1.0 is starting');
if (mode === 'once') {
  try {
    closeSync(openSync(join(tmpdir(), extra), 'wx'));
  } catch {
    console.error('another till is running');
    process.exit(1);
  }
}
const server = createServer((socket) => socket.end());
const listening = new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method } = JSON.parse(line);
  const answer = (body) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);
  if (method === 'shutdown') {
    if (mode === 'stays') continue;
    answer({ result: {} });
    process.exit(0);
  }
  if (mode === 'silent') continue;
  await listening;
  if (mode === 'plain') answer({ ...result });
  else if (mode === 'wrong-id')
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: 'x', result })}\n`);
  else if (mode === 'error') answer({ error: { code: -32601, message: 'what is initialize?' } });
  else if (mode === 'listens')
    answer({ result: { ...result, callbackUrl: `http://127.0.0.1:${server.address().port}/check-in` } });
  else answer({ result: { ...result, ...changes[mode] } });
}
