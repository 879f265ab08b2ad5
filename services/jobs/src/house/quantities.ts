/** Factors of the suffixes that Kubernetes writes quantities with. */
const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const numberOf = (quantity: string | undefined): number => {
  const [, number = '0', suffix = ''] = /^([+-]?[\d.]+(?:e[+-]?\d+)?)([a-zA-Z]*)$/.exec(quantity ?? '0') ?? [];
  return Number(number) * (FACTORS[suffix] ?? Number.NaN);
};

/** Memory, e.g. 512Mi, in bytes. */
export const bytesOf = (quantity: string | undefined): number => Math.round(numberOf(quantity));

/** Processor time, e.g. 250m or 2, in thousandths of a core. */
export const millisOf = (quantity: string | undefined): number => Math.round(numberOf(quantity) * 1000);
