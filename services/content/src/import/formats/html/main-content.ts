import type { SourceElement, SourceTree } from '@authorworks/manuscript/xhtml';

/** Which elements of a web page are not the text that it shows. */
export interface PageFrame {
  readonly isFrame: (element: SourceElement) => boolean;
  /** Whether anything with text was left out; asked when the page was read. */
  readonly wasCut: () => boolean;
}

const FRAME_TAGS = new Set(['nav', 'aside']);
const FRAME_ROLES = new Set([
  'navigation',
  'banner',
  'contentinfo',
  'complementary',
  'search',
  'dialog',
  'alert',
  'menu',
  'toolbar',
]);
const FRAME_NAMES =
  /(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|breadcrumbs?|cookie\w*|share(?:-buttons)?|social|comments?(?:-area)?|related(?:-posts)?|advert\w*|ads|newsletter|subscribe|popup|modal|site-header|site-footer|page-footer|masthead|toc|pg-header|pg-footer|pg-boilerplate|mw-editsection|printfooter|catlinks)(?:$|[\s_-])/i;
/** Elements whose names are believed; text that is called "share" stays text. */
const BOXES = new Set(['div', 'section', 'ul', 'ol', 'header', 'footer', 'form', 'table', 'span', 'p', 'dl']);
const MAIN_SHARE = 0.5;

const textLength = (element: SourceElement): number => {
  let length = 0;
  for (const child of element.children) length += typeof child === 'string' ? child.trim().length : textLength(child);
  return length;
};

const findAll = (element: SourceElement, test: (candidate: SourceElement) => boolean, found: SourceElement[]): void => {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    if (test(child)) found.push(child);
    else findAll(child, test, found);
  }
};

const isMain = ({ name, attributes }: SourceElement): boolean => name === 'main' || attributes.get('role') === 'main';

/** The one element that a page says is its text, when it holds most of it. */
const mainOf = (root: SourceElement): SourceElement | null => {
  const total = textLength(root);
  for (const test of [isMain, ({ name }: SourceElement) => name === 'article']) {
    const found: SourceElement[] = [];
    findAll(root, test, found);
    const [only, ...others] = found;
    if (only && others.length === 0 && textLength(only) >= total * MAIN_SHARE) return only;
  }
  return null;
};

const contains = (outer: SourceElement, inner: SourceElement): boolean => {
  for (let here: SourceElement | null = inner; here; here = here.parent) if (here === outer) return true;
  return false;
};

const isNamedFrame = ({ name, attributes }: SourceElement): boolean =>
  BOXES.has(name) && FRAME_NAMES.test(`${attributes.get('class') ?? ''} ${attributes.get('id') ?? ''}`.slice(0, 500));

/**
 * Finds what of a web page is its text. A file that is no web page, but a text in HTML, has nothing around it, and its
 * own headings are kept wherever they stand.
 */
export const findPageFrame = ({ root }: SourceTree): PageFrame => {
  const main = mainOf(root);
  const total = textLength(root);
  let cut = false;
  const cuts = (element: SourceElement): boolean => {
    const length = textLength(element);
    // whatever its name says, what holds most of the text is the text
    if (length > total * MAIN_SHARE) return false;
    if (length > 0) cut = true;
    return true;
  };
  const isFrame = (element: SourceElement): boolean => {
    if (element.name === 'html' || element.name === 'body') return false;
    const role = element.attributes.get('role')?.toLowerCase() ?? '';
    if (FRAME_TAGS.has(element.name) && element.attributes.get('epub:type') === undefined && role !== 'doc-footnote')
      return cuts(element);
    if (FRAME_ROLES.has(role) || isNamedFrame(element)) return cuts(element);
    return main !== null && !contains(main, element) && !contains(element, main) && cuts(element);
  };
  return { isFrame, wasCut: () => cut };
};
