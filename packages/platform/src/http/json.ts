import { platformErrors } from '@authorworks/contracts';
import { parse } from 'secure-json-parse';
import { type AppError, fail } from '../errors.ts';

/** No contract nests deeper than a list in a list in a manuscript; recursion over more would end at the stack. */
const MAX_DEPTH = 200;

/** No contract names nearly as many fields; an object of a million takes the parser and the check half a second. */
const MAX_FIELDS = 2_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

const tooMuch = (message: string): AppError => fail(platformErrors.malformedBody, { message });

/** Looks at the shape of a text before it is parsed: one pass, no recursion. */
const checkShape = (text: string): void => {
  const fields = [0];
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === COLON) {
      const count = (fields.pop() ?? 0) + 1;
      fields.push(count);
      if (count > MAX_FIELDS) throw tooMuch(`An object of the body has more than ${MAX_FIELDS} fields.`);
    }
    // { and [ differ from } and ] by two, and from each other by 0x20
    else if ((code | 0x20) === 0x7b) {
      fields.push(0);
      if (fields.length > MAX_DEPTH) throw tooMuch(`The body is nested deeper than ${MAX_DEPTH} levels.`);
    } else if ((code | 0x20) === 0x7d) fields.pop();
  }
};

/**
 * Parses a JSON body from outside.
 * @throws AppError REQUEST_BODY_MALFORMED for what is no JSON, is nested too deep, or has keys that would change prototypes.
 */
export const parseJson = (text: string): unknown => {
  checkShape(text);
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' }) as unknown;
  } catch (cause) {
    const forbidden = /forbidden prototype property/.test((cause as Error).message);
    throw fail(platformErrors.malformedBody, {
      cause,
      ...(forbidden ? { message: 'The body must not have the keys __proto__ or constructor.prototype.' } : {}),
    });
  }
};
