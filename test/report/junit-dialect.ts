import type { Element } from './xml-reader.ts';

/* What both consumers that validate agree on: the Jenkins xUnit schema and the Ant schema (standards.md 2.1). */

const SUITE = [
  'name',
  'package',
  'id',
  'timestamp',
  'hostname',
  'tests',
  'failures',
  'errors',
  'skipped',
  'time',
];
const TIME = /^\d+(\.\d{1,3})?$/;

/** Everything in which a document leaves the dialect; none where it is valid for both. */
export function dialectProblems(root: Element): string[] {
  const problems: string[] = [];
  const say = (problem: string): void => void problems.push(problem);
  const only = (element: Element, allowed: readonly string[]): void => {
    for (const name of Object.keys(element.attributes))
      if (!allowed.includes(name)) say(`${element.name} has ${name}`);
  };
  if (root.name !== 'testsuites') say(`root ${root.name}`);
  only(root, []);
  for (const [index, suite] of root.children.entries()) {
    if (suite.name !== 'testsuite') say(`${suite.name} in testsuites`);
    only(suite, SUITE);
    for (const name of SUITE) if (suite.attributes[name] === undefined) say(`testsuite lacks ${name}`);
    if (suite.attributes['id'] !== String(index)) say('id is not the index');
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(suite.attributes['timestamp'] ?? '')) say('timestamp');
    if (!TIME.test(suite.attributes['time'] ?? '')) say('time of suite');
    const order = suite.children.map((child) => child.name).join(' ');
    if (!/^properties( testcase)* system-out system-err$/.test(order)) say(`order: ${order}`);
    const cases = suite.children.filter((child) => child.name === 'testcase');
    const count = (name: string): string =>
      String(cases.filter((one) => one.children.some((child) => child.name === name)).length);
    const sums = {
      tests: String(cases.length),
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
    };
    for (const [name, sum] of Object.entries(sums))
      if (suite.attributes[name] !== sum) say(`${name} is not ${sum}`);
    const names = cases.map((one) => `${one.attributes['classname'] ?? ''} ${one.attributes['name'] ?? ''}`);
    if (new Set(names).size !== names.length) say('two test cases of one name');
    for (const one of cases) {
      only(one, ['name', 'classname', 'time']);
      for (const name of ['name', 'classname', 'time'])
        if (one.attributes[name] === undefined) say(`testcase lacks ${name}`);
      if (!TIME.test(one.attributes['time'] ?? '')) say('time of testcase');
      if (one.children.length > 1) say('more than one outcome');
      for (const child of one.children) {
        if (!['failure', 'error', 'skipped'].includes(child.name)) say(`${child.name} in testcase`);
        only(child, child.name === 'skipped' ? ['message'] : ['message', 'type']);
        if (child.name !== 'skipped' && child.attributes['type'] === undefined)
          say(`${child.name} lacks type`);
      }
    }
  }
  return problems;
}
