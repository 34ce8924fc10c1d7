import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { ruleOf } from './rule.ts';

/** O54: a check-in notification is answered 200, and nothing else. */
export const notificationAnswered = ruleOf('notification-answered', 'must', (session, notes) => {
  for (const { record } of session.moments) {
    if (record.kind !== 'act' || record.group !== 'callback') continue;
    const { outcome } = record;
    if (outcome.kind !== 'done') continue;
    const statuses = statusesIn(outcome.result);
    const known = session.exchanges.findLast((one) => one.request.seq < record.seq);
    if (known !== undefined) notes.examine(known);
    const wrong = statuses.filter((status) => status !== 200);
    if (wrong.length === 0) continue;
    const data = { got: statuses };
    if (known !== undefined && known.request.case === record.case)
      notes.find('notification-unanswered', [known], data);
    else notes.findInCase('notification-unanswered', session, record.case, data);
  }
});

/** Every `status` in what the notification service says of its deliveries; null for one without an answer. */
function statusesIn(value: JsonValue): (number | null)[] {
  if (Array.isArray(value)) return value.flatMap(statusesIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'status' && (typeof inner === 'number' || inner === null) ? [inner] : statusesIn(inner),
  );
}
