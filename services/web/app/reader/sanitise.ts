const TAGS = new Set(
  (
    'p div span section aside h1 h2 h3 h4 h5 h6 blockquote hr br ul ol li figure figcaption img pre code em strong u s ' +
    'sup sub a i b cite'
  ).split(' '),
);
/** Elements whose words are no words for readers; of all others that are not in the list, the words stay. */
const DROPPED = new Set(
  (
    'script style template noscript title head textarea select option iframe frame noframes noembed object embed applet ' +
    'xmp plaintext audio video canvas dialog'
  ).split(' '),
);
const HTML = 'http://www.w3.org/1999/xhtml';
/** Deeper than any chapter is; below it only words are kept. */
const DEEPEST = 200;

/** Web, mail, anchors within the chapter, and paths of the house. */
const ADDRESS = /^(?:https?:\/\/|mailto:|#|\/(?!\/))/i;
const NUMBER = /^\d{1,5}$/;
/** The manuscript's own classes; others could borrow the look of the reader's controls. */
const CLASS = /^(?:aw-[\w-]+|language-[\w+#.-]+)$/;

const when =
  (pattern: RegExp) =>
  (value: string): string | null =>
    pattern.test(value) ? value : null;
const asIs = (value: string): string => value;

/** What each attribute may be; attributes that are not here are left out. */
const ATTRIBUTES: Readonly<Record<string, (value: string) => string | null>> = {
  // those that content writes: others could be taken for a part of the page
  id: when(/^(?:b|fn|fnref)-[\w-]+$/),
  class: (value) =>
    value
      .split(/\s+/)
      .filter((name) => CLASS.test(name))
      .join(' ') || null,
  lang: when(/^[\w-]{1,64}$/),
  dir: when(/^(?:ltr|rtl|auto)$/),
  href: when(ADDRESS),
  src: when(ADDRESS),
  alt: asIs,
  title: asIs,
  width: when(NUMBER),
  height: when(NUMBER),
  start: when(NUMBER),
  role: when(/^doc-[a-z]+$/),
};

const copyAttributes = (from: Element, to: HTMLElement): void => {
  for (const [name, read] of Object.entries(ATTRIBUTES)) {
    const value = from.getAttribute(name);
    const safe = value === null ? null : read(value);
    if (safe !== null) to.setAttribute(name, safe);
  }
  if (to.localName === 'a' && /^https?:/i.test(to.getAttribute('href') ?? '')) {
    to.setAttribute('target', '_blank');
    to.setAttribute('rel', 'noopener noreferrer');
  }
  if (to.localName === 'img') {
    to.setAttribute('loading', 'lazy');
    to.setAttribute('decoding', 'async');
  }
};

const copyInto = (target: Node, source: Node, depth: number): void => {
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) target.appendChild(new Text(child.nodeValue ?? ''));
    if (!(child instanceof Element) || child.namespaceURI !== HTML || DROPPED.has(child.localName)) continue;
    if (depth >= DEEPEST) target.appendChild(new Text(child.textContent));
    else if (TAGS.has(child.localName)) {
      const element = document.createElement(child.localName);
      copyAttributes(child, element);
      copyInto(element, child, depth + 1);
      target.appendChild(element);
    } else copyInto(target, child, depth + 1);
  }
};

/**
 * The chapter's XHTML once more through a list of what may be in it, although content has made it safe already: nothing
 * that readers are shown depends on one service having made no mistake (FAULTS 20).
 *
 * What comes back is made anew, element by element, of what the lists above name; nothing of the source is cleaned and
 * passed on. The source is read by `DOMParser`, in which nothing runs and nothing is fetched. As no element of the lists
 * has a content of its own grammar (scripts, styles, SVG, text areas), the result reads the same when it is parsed again.
 */
export const sanitiseChapter = (html: string): string => {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const safe = document.createElement('div');
  copyInto(safe, parsed.body, 0);
  return safe.innerHTML;
};
