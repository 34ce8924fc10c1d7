import type { PackFacts } from './demands.ts';
import { casesPage } from './docs-cases.ts';
import { errorsPage, exitCodesPage } from './docs-codes.ts';
import { obligationPage, obligationsIndex, type TrafficExamples } from './docs-obligations.ts';

/** The pages that are generated: their path below `docs/` and their text. Everything in `cases/` and `obligations/` there is ours. */
export function docsOf(pack: PackFacts, examples: TrafficExamples): ReadonlyMap<string, string> {
  return new Map([
    ...pack.features.map((feature) => [`cases/${feature.id}.md`, casesPage(pack, feature)] as const),
    ['obligations/README.md', obligationsIndex(pack)] as const,
    ...pack.obligations.map(
      (duty) => [`obligations/${duty.id}.md`, obligationPage(pack, duty, examples)] as const,
    ),
    ['exit-codes.md', exitCodesPage()] as const,
    ['errors.md', errorsPage()] as const,
  ]);
}
