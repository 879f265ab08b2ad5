const MAX_LENGTH = 400;
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

/**
 * Checks a key: segments of letters, digits, `.`, `_` and `-`, joined by `/`, none beginning with a dot. So no key can
 * leave its folder, hide, or mean another file on another system. Names from people never become keys.
 * @throws Error, because a wrong key is a mistake of ours.
 */
export const checkKey = (key: string): string => {
  if (key.length > MAX_LENGTH || !key.split('/').every((segment) => SEGMENT.test(segment)))
    throw new Error(`${JSON.stringify(key.slice(0, 100))} cannot be the key of a blob`);
  return key;
};

/** Checks the beginning of keys: empty, or like a key that may end in the middle of a segment or with `/`. */
export const checkPrefix = (prefix: string): string => {
  if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  return prefix;
};

const MAX_PARTS = 10_000;

export const checkPartNumber = (number: number): number => {
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
    throw new Error(`${number} cannot be the number of a part`);
  return number;
};
