/** Payments, refunds and exchanges, a row each. */
export const SCRIPT_ROWS = String.raw`function paymentRow(payment) {
  const parts = [];
  if (payment.capturedAmount > 0 && payment.capturedAmount !== payment.amount)
    parts.push('captured ' + money(payment.capturedAmount, payment.currencyCode));
  if (payment.refundedAmount > 0) parts.push('refunded ' + money(payment.refundedAmount, payment.currencyCode));
  if (payment.card !== null) parts.push(payment.card + ' card');
  return el('li', { 'data-payment': payment.id },
    el('div', { class: 'row' }, el('span', { class: 'sum' }, money(payment.amount, payment.currencyCode)), chip(payment.state)),
    el('div', { class: 'row' }, el('span', { class: 'foreign' }, ['Order ' + payment.orderId, ...parts].join(' · ')),
      el('span', {}, timeText(payment.createdAt))),
    el('div', { class: 'row' }, el('span', { class: 'ids' }, payment.id), ACTIVE.has(payment.state)
      ? button('Cancel by MobilePay', 'no', () => ask('POST', '/payments/' + encodeURIComponent(payment.id) + '/cancel-by-mobilepay'), 'order ' + payment.orderId)
      : undefined));
}

function refundRow(refund) {
  return el('li', { 'data-refund': refund.id },
    el('div', { class: 'row' }, el('span', { class: 'sum' }, money(refund.amount, refund.currencyCode)), chip(refund.state)),
    el('div', { class: 'row' }, el('span', { class: 'foreign' }, refund.refundOrderId), el('span', {}, timeText(refund.createdAt))),
    el('div', { class: 'row' }, el('span', { class: 'ids' }, refund.id), refund.state === 'Initiated'
      ? el('span', { class: 'acts' },
        button('Reserve', '', () => ask('POST', '/refunds/' + encodeURIComponent(refund.id) + '/reserve'), refund.refundOrderId),
        button('Cancel by MobilePay', 'no', () => ask('POST', '/refunds/' + encodeURIComponent(refund.id) + '/cancel-by-mobilepay'), refund.refundOrderId))
      : undefined));
}

function exchangeRow(exchange) {
  const kind = exchange.status < 300 ? 'good' : exchange.status < 500 ? 'wait' : 'bad';
  return el('li', {}, el('details', {},
    el('summary', {},
      el('span', { class: 'chip ' + kind }, String(exchange.status) + (exchange.code === '' ? '' : ' ' + exchange.code)),
      exchange.warnings.length === 0 ? undefined : el('span', { class: 'chip wait noted', title: exchange.warnings.join('\n') }, 'noted ' + exchange.warnings.length),
      // An id at length would push what was done with it (capture, cancel) out of sight; opened, the row shows it whole.
      el('span', { class: 'target' }, exchange.method + ' ' + exchange.target.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/gi, '$1…')),
      el('span', { class: 'at' }, timeText(exchange.at))),
    el('p', { class: 'ids' }, exchange.method + ' ' + exchange.target),
    ...exchange.warnings.map((warning) => el('p', { class: 'warning' }, warning)),
    exchange.sent === '' ? undefined : el('pre', {}, exchange.sent),
    exchange.got === '' ? undefined : el('pre', {}, exchange.got)));
}

`;
