import DOMPurify from 'dompurify';

const TAGS = (
  'p div span section aside h1 h2 h3 h4 h5 h6 blockquote hr br ul ol li figure figcaption img pre code em strong u s ' +
  'sup sub a i b cite'
).split(' ');
const ATTRIBUTES = 'id class lang dir href src alt title width height role start'.split(' ');
/** Web, mail, anchors within the chapter, and paths of the house. */
const ADDRESSES = /^(?:https?:\/\/|mailto:|#|\/(?!\/))/i;
/** The manuscript's own classes; others could borrow the look of the reader's controls. */
const CLASS = /^(?:aw-[\w-]+|language-[\w+#.-]+)$/;
/** What content writes; others could be taken for a part of the page. */
const OWN: Readonly<Record<string, RegExp>> = { id: /^(?:b|fn|fnref)-[\w-]+$/, role: /^doc-[a-z]+$/ };

let purifier: typeof DOMPurify | undefined;

const newPurifier = (): typeof DOMPurify => {
  const own = DOMPurify(window);
  own.addHook('uponSanitizeAttribute', (_, attribute) => {
    const { attrName, attrValue } = attribute;
    if (OWN[attrName]?.test(attrValue) === false) attribute.keepAttr = false;
  });
  own.addHook('afterSanitizeAttributes', (node) => {
    const classes = (node.getAttribute('class') ?? '').split(/\s+/).filter((name) => CLASS.test(name));
    if (classes.length > 0) node.setAttribute('class', classes.join(' '));
    else node.removeAttribute('class');
    if (node.nodeName === 'A' && /^https?:/i.test(node.getAttribute('href') ?? '')) {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer');
    }
    if (node.nodeName === 'IMG') {
      node.setAttribute('loading', 'lazy');
      node.setAttribute('decoding', 'async');
    }
  });
  return own;
};

/**
 * The chapter's XHTML once more through a list of what may be in it, although content has made it safe already: nothing
 * that readers are shown depends on one service having made no mistake (FAULTS 20).
 */
export const sanitiseChapter = (html: string): string => {
  purifier ??= newPurifier();
  return purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: ADDRESSES,
    ADD_URI_SAFE_ATTR: ['lang', 'dir', 'width', 'height', 'start'], // hold no address
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    KEEP_CONTENT: true,
  });
};
