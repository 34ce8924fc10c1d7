import { BadParams, NotSupported } from './endings.mjs';
import * as payments from './payments.mjs';
import * as pointsOfSale from './points-of-sale.mjs';
import * as recovery from './recovery.mjs';
import * as refunds from './refunds.mjs';

const PAYMENT = ['posId', 'amount', 'currencyCode'];

/** The commands: the members each cannot do without, the members its result cannot do without, and who does it. */
export const COMMANDS = {
  createPointOfSale: [['supportedBeaconTypes'], ['posId'], pointsOfSale.createPointOfSale],
  deletePointOfSale: [['posId'], [], pointsOfSale.deletePointOfSale],
  awaitCheckin: [['posId'], ['isUserCheckedIn'], pointsOfSale.awaitCheckin],
  initiatePayment: [PAYMENT, ['paymentId'], payments.initiatePayment],
  preparePayment: [['posId'], ['paymentId'], payments.preparePayment],
  awaitPairing: [['paymentId'], ['state'], payments.awaitPairing],
  readyPayment: [['paymentId', 'amount', 'currencyCode'], [], payments.readyPayment],
  awaitPayment: [['paymentId'], ['state'], payments.awaitPayment],
  capturePayment: [['paymentId', 'amount'], ['state'], payments.capturePayment],
  cancelPayment: [['paymentId'], ['state'], payments.cancelPayment],
  initiateRefund: [['amount', 'currencyCode'], ['refundId'], refunds.initiateRefund],
  awaitRefund: [['refundId'], ['state'], refunds.awaitRefund],
  captureRefund: [['refundId'], ['state'], refunds.captureRefund],
  cancelRefund: [['refundId'], ['state'], refunds.cancelRefund],
  recover: [[], [], recovery.recover],
  settle: [[], ['payments', 'refunds'], recovery.settle],
  shutdown: [[], [], () => ({})],
};

/** Runs one command of a session, through whatever a switch has put around it. */
export async function run(till, name, params) {
  const entry = COMMANDS[name];
  if (entry === undefined) throw new NotSupported(`no such command: ${name}`);
  const [wanted, , work] = entry;
  for (const member of wanted)
    if (params[member] === undefined) throw new BadParams(`${name}: ${member} is missing`);
  if (name === 'initiateRefund' && params.paymentId === undefined && params.orderId === undefined)
    throw new BadParams('initiateRefund: paymentId or orderId is missing');
  return till.policy.around(name, params, (given) => work(till, given), till);
}
