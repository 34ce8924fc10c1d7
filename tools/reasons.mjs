// Why nothing kills a mutant: a sentence a kind. A mutant of no kind has no reason, and npm test fails for it.

const REASONS = [
  [
    /^bound .*(seq|: from > to|record\.seq|> earlier|< later).* (<|<=|>|>=) → /,
    'Equal: no two records of a recording have the same number, or the one that has is of another kind.',
  ],
  [
    /^\S+ evidence /,
    'Evidence only keeps a run from passing on too little; the tills that pass have more of it, the others fail before.',
  ],
  [
    /: our answer \(/,
    'GAP: no till of the matrix trips over this disturbance alone; another of the same case tells the same.',
  ],
  [
    / answered\.|answeredWith/,
    'It says what our own sandbox must show, so that a case cannot pass on a stage that erred; no till can break it.',
  ],
  [
    / (query\w+\|?)+: (removed|times)/,
    'Reads may come at any time: the expectation only places the acts that follow it.',
  ],
  [/ times \d+\.\.\d* → /, 'Leeway for lawful clients: no till of the matrix stands just at its edge.'],
  [/ allow \w+ removed$/, 'Leeway for lawful clients that no till of the matrix takes in this case.'],
  [/ retryOf removed$/, 'The rules idempotency-key-kept and same-request-on-retry tell the same.'],
  [/: ending/, 'The truth at the end of the command, and the rule backend-has-the-truth, tell the same.'],
  [
    / \d+\.\d+ (payment|paymentsOfOrder|refund|refundsOfPayment|pointsOfSale|activePayment|store)\b/,
    'The backend’s own word, the last net: whatever tears it is told by an expectation or another member of it before.',
  ],
];

/** The reason why nothing kills the mutant `id`, or undefined; `elsewhere`: the same change is noticed in another case. */
export function reasonFor(id, elsewhere) {
  if (elsewhere) return 'The same is noticed in other cases; in this one no till of the matrix breaks it.';
  return REASONS.find(([pattern]) => pattern.test(id))?.[1];
}
