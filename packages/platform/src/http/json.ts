import { platformErrors } from '@authorworks/contracts';
import { parse } from 'secure-json-parse';
import { AppError, fail } from '../errors.ts';

/** No contract nests deeper than a list in a list in a manuscript; recursion over more would end at the stack. */
const MAX_DEPTH = 200;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    // { and [ differ from } and ] by two, and from each other by 0x20
    else if ((code | 0x20) === 0x7b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if ((code | 0x20) === 0x7d) depth -= 1;
  }
  return deepest;
};

/**
 * Parses a JSON body from outside.
 * @throws AppError REQUEST_BODY_MALFORMED for what is no JSON, is nested too deep, or has keys that would change prototypes.
 */
export const parseJson = (text: string): unknown => {
  if (depthOf(text) > MAX_DEPTH)
    throw fail(platformErrors.malformedBody, { message: `The body is nested deeper than ${MAX_DEPTH} levels.` });
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' }) as unknown;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const forbidden = /forbidden prototype property/.test((cause as Error).message);
    throw fail(platformErrors.malformedBody, {
      cause,
      ...(forbidden ? { message: 'The body must not have the keys __proto__ or constructor.prototype.' } : {}),
    });
  }
};
