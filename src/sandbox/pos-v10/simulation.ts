import type { HttpAnswer, HttpRequest } from '../../model/http.ts';
import type { Simulation } from '../../model/ports.ts';
import { act } from './acts.ts';
import { bareAnswer, notFound } from './answers.ts';
import { refusalOf, type Call } from './call.ts';
import { checkCaller, checkKey } from './gate-checks.ts';
import { initiatePayment, preparePayment, readyPayment } from './payment-creation.ts';
import { cancelPayment, capturePayment } from './payment-endings.ts';
import { queryPayment, queryPayments } from './payment-queries.ts';
import {
  createPointOfSale,
  deletePointOfSale,
  queryCheckIn,
  queryPointOfSale,
  queryPointsOfSale,
} from './points-of-sale.ts';
import { captureRefund, cancelRefund, initiateRefund, queryRefund, queryRefunds } from './refunds.ts';
import { route, type RouteName } from './routes.ts';
import { initialState } from './initial-state.ts';
import { parseSettings } from './settings.ts';
import type { SandboxState } from './state.ts';
import { queryStore, queryStores, queryStoresDetailed } from './stores.ts';
import { getToken } from './token.ts';
import { ask } from './truths.ts';
import { beginTurn, type Turn } from './turn.ts';
import { simulateUser, type Simulated } from './user-simulation.ts';
import { guidOf } from './valid-text.ts';

type Api = Exclude<RouteName, 'getToken' | Simulated>;

const OPERATIONS: Readonly<Record<Api, (call: Call) => HttpAnswer>> = {
  queryStore,
  queryStores,
  queryStoresDetailed,
  createPointOfSale,
  queryPointOfSale,
  queryPointsOfSale,
  deletePointOfSale,
  queryCheckIn,
  initiatePayment,
  preparePayment,
  readyPayment,
  queryPayment,
  queryPayments,
  capturePayment,
  cancelPayment,
  initiateRefund,
  queryRefund,
  queryRefunds,
  captureRefund,
  cancelRefund,
};

const CREATING: ReadonlySet<RouteName> = new Set([
  'createPointOfSale',
  'initiatePayment',
  'preparePayment',
  'initiateRefund',
]);

const REFUNDS: ReadonlySet<RouteName> = new Set([
  'initiateRefund',
  'queryRefund',
  'queryRefunds',
  'captureRefund',
  'cancelRefund',
]);

/** The order of the checks: path, method, token, headers, key, id in the path; the operation then checks body, ownership and state. */
function answer(turn: Turn, request: HttpRequest): HttpAnswer {
  const routed = route(request.method, request.path);
  if (routed.kind === 'unknown') return notFound();
  if (routed.kind === 'wrong method') return bareAnswer(405, [['Allow', routed.allowed.join(', ')]]);
  const { name } = routed;
  switch (name) {
    case 'getToken':
      return getToken(turn, request);
    case 'simulateCheckIn':
    case 'simulateAccept':
    case 'simulateCancel':
      return simulateUser(turn, request, name);
    default:
      return callApi(turn, request, name, routed.id);
  }
}

function callApi(turn: Turn, request: HttpRequest, name: Api, idText: string): HttpAnswer {
  const refuse = refusalOf(turn, REFUNDS.has(name));
  const passed = checkCaller(turn, request);
  if (passed.kind === 'answer') return passed.answer;
  if (passed.kind === 'code') return refuse(passed.code, passed.detail);
  const key = CREATING.has(name) ? checkKey(request) : { key: '' };
  if ('code' in key) return refuse(key.code);
  const id = idText === '' ? '' : guidOf(idText);
  if (id === undefined) return refuse('1099', 'The id in the path must be a GUID.');
  const { stage, lastCaller } = turn.state;
  const { caller } = passed;
  if (lastCaller?.integrator !== caller.integrator || lastCaller.vat !== caller.vat)
    turn.state = { ...turn.state, lastCaller: caller };
  if (stage.failNext > 0) {
    turn.state = { ...turn.state, stage: { ...stage, failNext: stage.failNext - 1 } };
    return refuse('2000');
  }
  return OPERATIONS[name]({ turn, request, caller, id, operation: name, key: key.key, refuse });
}

/** MobilePay PoS V10 as a pure step: it reads no clock but `now`, keeps nothing but the state it returns, and never throws on a request. */
export const posV10Sandbox: Simulation<SandboxState> = {
  initial: (settings) => initialState(parseSettings(settings)),
  step: (state, request, now, ids) => {
    const turn = beginTurn(state, now, ids);
    const answered = answer(turn, request);
    return { state: turn.state, answer: answered, warnings: turn.warnings };
  },
  act,
  ask,
};

export type { SandboxState } from './state.ts';
