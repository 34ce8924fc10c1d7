// Every small change to a case that the kill matrix must notice: an expectation gone, its times wider or narrower by one, a member that is no longer
// asked for or asked for with another value, an ending, a truth, an answer of ours gone. Pure.

/** A value that no request, answer, result or truth has. */
const OTHER = 'another value';

/**
 * The mutants of a parsed case: `id` says which case, where (step.item, counted from 1) and what; `mutant` is the changed case. `played`: the change
 * is to what we answer, so no recording made before can tell what it leads to; the case has to be gone through again. `identifying`: truth → the
 * members by which it is asked for.
 */
export function caseMutants(one, identifying) {
  return [
    ...one.steps.flatMap((step, index) =>
      stepMutants(step, identifying).map(({ where, changed, played }) => ({
        id: `${one.id} ${index + 1}${where}`,
        case: one.id,
        mutant: { ...one, steps: one.steps.with(index, changed) },
        ...(played === undefined ? {} : { played: { ...played, step: index } }),
      })),
    ),
    ...one.evidence.map((_, index) => ({
      id: `${one.id} evidence ${index + 1} removed`,
      case: one.id,
      mutant: { ...one, evidence: one.evidence.toSpliced(index, 1) },
    })),
    ...one.evidence.map((evidence, index) => ({
      id: `${one.id} evidence ${index + 1} one more`,
      case: one.id,
      mutant: { ...one, evidence: one.evidence.with(index, { polls: evidence.polls + 1 }) },
    })),
  ];
}

function stepMutants(step, identifying) {
  if (step.kind === 'client') return [...trafficMutants(step), ...allowMutants(step), ...endMutants(step)];
  if (step.kind === 'check') return checkMutants(step, identifying);
  return [];
}

function trafficMutants(step) {
  return step.traffic.flatMap((item, index) => {
    if (item.kind !== 'expect') return [];
    const where = (what) => `.${index + 1} ${item.operations.join('|')}: ${what}`;
    const replaced = (other) => ({ ...step, traffic: step.traffic.with(index, other) });
    return [
      { where: where('removed'), changed: { ...step, traffic: step.traffic.toSpliced(index, 1) } },
      ...expectationMutants(item).map(({ what, changed }) => ({
        where: where(what),
        changed: replaced(changed),
      })),
      ...(item.plan.kind === 'forward'
        ? []
        : [
            {
              where: where(`our answer (${planText(item.plan)}) removed`),
              changed: replaced({ ...item, plan: { kind: 'forward' } }),
              played: { item: index },
            },
          ]),
    ];
  });
}

function planText(plan) {
  if (plan.kind === 'status') return String(plan.status);
  return plan.kind === 'fault' ? plan.fault : plan.kind;
}

function expectationMutants(item) {
  return [
    ...timesMutants(item),
    ...['path', 'query', 'headers', 'body', 'answered'].flatMap((part) =>
      memberMutants(item[part], part).map(({ what, members }) => ({
        what,
        changed: withPart(item, part, members),
      })),
    ),
    ...(item.retryOf === undefined ? [] : [{ what: 'retryOf removed', changed: without(item, 'retryOf') }]),
    ...(item.answeredWith === undefined
      ? []
      : [
          { what: 'answeredWith removed', changed: without(item, 'answeredWith') },
          { what: 'answeredWith 299', changed: { ...item, answeredWith: [299] } },
        ]),
  ];
}

function timesMutants(item) {
  const { min, max } = item.times;
  const changed = (times) => ({
    what: `times ${span({ min, max })} → ${span(times)}`,
    changed: { ...item, times },
  });
  const endless = max >= Number.MAX_SAFE_INTEGER;
  return [
    ...(min > 0 ? [changed({ min: min - 1, max })] : []),
    ...(endless ? [] : [changed({ min, max: max + 1 })]),
    ...(min < max ? [changed({ min: min + 1, max })] : []),
    ...(min < max && !endless ? [changed({ min, max: max - 1 })] : []),
  ];
}

function span({ min, max }) {
  return min === max ? `${min}` : `${min}..${max >= Number.MAX_SAFE_INTEGER ? '' : max}`;
}

/** Each member gone, and each with another value; those inside of objects too. */
function memberMutants(members, name) {
  if (members === undefined) return [];
  return Object.entries(members).flatMap(([member, wanted]) => {
    const path = `${name}.${member}`;
    const inner =
      isObject(wanted) && !('save' in wanted)
        ? memberMutants(wanted, path).map(({ what, members: changed }) => ({
            what,
            members: { ...members, [member]: changed },
          }))
        : [];
    return [
      { what: `${path} removed`, members: without(members, member) },
      { what: `${path} other`, members: { ...members, [member]: OTHER } },
      ...inner,
    ];
  });
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function allowMutants(step) {
  return step.allow.map((operation, index) => ({
    where: ` ${step.command}: allow ${operation} removed`,
    changed: { ...step, allow: step.allow.toSpliced(index, 1) },
  }));
}

function endMutants(step) {
  if (step.ends === undefined) return [];
  const name = ` ${step.command}:`;
  const what = (index) => `${name} ending ${index + 1}`;
  return [
    { where: `${name} endings removed`, changed: without(step, 'ends') },
    ...step.ends.flatMap((ending, index) => [
      ...(step.ends.length > 1
        ? [{ where: `${what(index)} removed`, changed: { ...step, ends: step.ends.toSpliced(index, 1) } }]
        : []),
      ...(isObject(ending)
        ? memberMutants(ending, what(index)).map(({ what: member, members }) => ({
            where: member,
            changed: { ...step, ends: step.ends.with(index, members) },
          }))
        : []),
    ]),
  ];
}

function checkMutants(step, identifying) {
  return step.checks.flatMap((check, index) => {
    const by = identifying[check.truth] ?? [];
    const asked = Object.fromEntries(Object.entries(check.members).filter(([name]) => by.includes(name)));
    const compared = Object.fromEntries(Object.entries(check.members).filter(([name]) => !by.includes(name)));
    const changed = (members) => ({ ...step, checks: step.checks.with(index, { ...check, members }) });
    const where = `.${index + 1} ${check.truth}`;
    return [
      // A check that compares nothing: the truth is still asked for, so that the recording fits.
      { where: `${where}: removed`, changed: changed(asked) },
      ...memberMutants(compared, where).map(({ what, members }) => ({
        where: what,
        changed: changed({ ...asked, ...members }),
      })),
    ];
  });
}

function withPart(item, part, members) {
  return Object.keys(members).length === 0 ? without(item, part) : { ...item, [part]: members };
}

function without(object, name) {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
