import { emptyRegister, withRecord, type Register } from '../../std/register.ts';
import type { Store } from './state.ts';

const certification = {
  brandName: 'MobilePay Certification',
  merchantBrandId: 'MPPOSCERT1',
  activated: true,
  balance: 100_000_000,
};
const copenhagen = { storeStreet: 'Vester Søgade 10', storeZipCode: '1601', storeCity: 'København' };

/** The stores of sandbox.md. The first id is the one that the certification tool used (pos-v10.md 4.1); the others are ours. */
const STORES: readonly Store[] = [
  {
    ...certification,
    ...copenhagen,
    id: '9d0a9c45-1793-4e82-9410-b0ee6779ab60',
    vat: 'DK90000028',
    merchantId: '5c1f1f3e-6a0b-4d57-9f6e-0d2f6a900028',
    storeName: 'MobilePay Certification DK',
    merchantLocationId: '00001',
  },
  {
    ...certification,
    ...copenhagen,
    id: '2f6d7d1b-8a53-4c0e-b7a4-6f0a51c00002',
    vat: 'DK90000028',
    merchantId: '5c1f1f3e-6a0b-4d57-9f6e-0d2f6a900028',
    storeName: 'MobilePay Certification DK 2',
    merchantLocationId: '00002',
    activated: false,
  },
  {
    ...certification,
    id: '7b0c2c55-3f1d-4f7e-9a43-1de7a9f00040',
    vat: 'FI90000040',
    merchantId: 'e1a7d3b4-40c6-4a6c-8f0b-3f5d9e900040',
    storeName: 'MobilePay Certification FI',
    storeStreet: 'Keskuskatu 4',
    storeZipCode: '00100',
    storeCity: 'Helsinki',
    merchantLocationId: '00001',
  },
  {
    ...copenhagen,
    id: 'c4d8a1f0-52be-4b59-8d0e-9a7712345678',
    vat: 'DK12345678',
    merchantId: '0f9b6a2c-77d1-4e0a-b6a5-2c8e12345678',
    storeName: 'Another Merchant',
    brandName: 'Another Brand',
    merchantBrandId: 'MPPOS12345',
    merchantLocationId: '12345',
    activated: true,
    balance: 100_000_000,
  },
];

/** The stores from the start, by id. */
export function openingStores(): Register<Store> {
  return STORES.reduce((stores, store) => withRecord(stores, store.id, store), emptyRegister<Store>());
}
