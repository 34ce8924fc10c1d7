#!/usr/bin/env node
/*
 * The adapter between poscert and a till in Node (docs/client-protocol.md): put your own client in place of `pos-client.mjs`.
 * `node till.mjs` speaks JSON-RPC, one object a line, on stdin and stdout; stderr is its log.
 */
import http from 'node:http';
import { createInterface } from 'node:readline';
import { Client, GaveUp, log, Refused } from './pos-client.mjs';

const COMMANDS = [
  'createPointOfSale',
  'deletePointOfSale',
  'awaitCheckin',
  'initiatePayment',
  'preparePayment',
  'awaitPairing',
  'readyPayment',
  'awaitPayment',
  'capturePayment',
  'cancelPayment',
  'initiateRefund',
  'awaitRefund',
  'captureRefund',
  'cancelRefund',
  'recover',
  'settle',
];
/** What a command can't do without: a member that is missing is an error of its own (-32602). */
const REQUIRED = {
  createPointOfSale: ['supportedBeaconTypes'],
  deletePointOfSale: ['posId'],
  awaitCheckin: ['posId'],
  initiatePayment: ['posId', 'amount', 'currencyCode'],
  preparePayment: ['posId'],
  awaitPairing: ['paymentId'],
  readyPayment: ['paymentId', 'amount', 'currencyCode'],
  awaitPayment: ['paymentId'],
  capturePayment: ['paymentId', 'amount'],
  cancelPayment: ['paymentId'],
  initiateRefund: ['amount', 'currencyCode'],
  awaitRefund: ['refundId'],
  captureRefund: ['refundId'],
  cancelRefund: ['refundId'],
};
let till;

/** Check-in notifications: answered 200 at once; who it is, `awaitCheckin` asks of the API. */
function listen() {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => response.end());
    log('notification: a customer has checked in');
  });
  server.unref();
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}/check-in`)),
  );
}

async function handle(method, params) {
  if (method === 'initialize') {
    till = new Client(params);
    const callbackUrl = await listen();
    const who = { protocol: 1, name: 'Node example till', version: till.version };
    return { ...who, commands: COMMANDS, behaviours: ['cancelsOnRestart'], callbackUrl };
  }
  if (method === 'shutdown') return {};
  if (!COMMANDS.includes(method))
    throw Object.assign(new Error(`${method} is not supported`), { rpc: -32601 });
  const missing = (REQUIRED[method] ?? []).filter((name) => params[name] === undefined);
  if (missing.length > 0) throw Object.assign(new Error(`${missing.join(', ')} missing`), { rpc: -32602 });
  return till[method](params);
}

function errorOf(problem) {
  const code = problem instanceof Refused ? 1 : problem instanceof GaveUp ? 2 : (problem.rpc ?? -32603);
  return {
    code,
    message: problem.message,
    data: { reason: problem.message, ...(problem.code ? { apiCode: problem.code } : {}) },
  };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { id, method, params = {} } = JSON.parse(line);
  const answer = { jsonrpc: '2.0', id };
  try {
    answer.result = await handle(method, params);
  } catch (problem) {
    answer.error = errorOf(problem);
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`); // stdout belongs to the protocol: log to stderr
  if (method === 'shutdown') break;
}
process.exit(0);
