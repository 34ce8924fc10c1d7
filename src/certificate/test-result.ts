import { STATEMENT_TYPE, TEST_RESULT_TYPE, type Statement, type TestResult } from '../model/certificate.ts';
import type { RunReport } from '../model/run.ts';
import { listed, policyOf } from './statement.ts';

/** The case results as an in-toto Test Result v0.1, about the same subjects as the certificate. */
export function testResultOf(report: RunReport, subject: Statement['subject']): TestResult {
  return {
    _type: STATEMENT_TYPE,
    subject,
    predicateType: TEST_RESULT_TYPE,
    predicate: {
      result: 'PASSED',
      configuration: [{ name: 'pack.sha256', ...policyOf(report.pack) }],
      passedTests: report.cases.filter((one) => one.verdict === 'passed').map((one) => one.id),
      warnedTests: [],
      failedTests: [],
      poscertNotApplicableTests: listed(report, 'not applicable'),
      poscertLackingTests: listed(report, 'unsupported'),
    },
  };
}
