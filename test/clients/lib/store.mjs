import fs from 'node:fs';
import path from 'node:path';

const EMPTY = () => ({
  pointsOfSale: [], // { posId, merchantPosId, body, beaconId? } in the order of their making
  creating: [], // points of sale whose creation may be on the wire: { key, body }
  initiating: [], // payments likewise: { key, operation, path, body }
  refunding: [], // refunds likewise: { key, body, known: [refundId…] }
  payments: {},
  refunds: {},
  polls: {}, // path → { at, delayMs }
  token: undefined,
  counter: 0,
});

/** What lasts over a power cut: one JSON file, replaced in one move, so that a kill never leaves half of it. */
export function openStore(stateDir, { lasting = true } = {}) {
  const file = path.join(stateDir, 'till.json');
  let data = EMPTY();
  if (lasting) {
    fs.mkdirSync(stateDir, { recursive: true });
    if (fs.existsSync(file)) data = { ...EMPTY(), ...JSON.parse(fs.readFileSync(file, 'utf8')) };
  }
  return {
    data,
    save() {
      if (!lasting) return;
      const next = `${file}.${process.pid}.next`;
      fs.writeFileSync(next, JSON.stringify(data), { mode: 0o600 });
      fs.renameSync(next, file);
    },
  };
}
