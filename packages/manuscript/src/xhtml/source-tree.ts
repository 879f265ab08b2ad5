import { Tokenizer } from 'htmlparser2';

/** An element of the source. Names are in lower case; attributes that could run a script are not kept. */
export interface SourceElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: SourceElement | null;
  readonly children: readonly SourceChild[];
}
export type SourceChild = SourceElement | string;

interface OpenElement extends SourceElement {
  readonly parent: OpenElement | null;
  readonly attributes: Map<string, string>;
  readonly children: SourceChild[];
}

export interface SourceTree {
  readonly root: SourceElement;
  /** Elements by their id (or name, for anchors); the first of several with one id. */
  readonly ids: ReadonlyMap<string, SourceElement>;
  /** Elements that were not built because the source nests too deep or has too many; their text is kept. */
  readonly flattened: number;
}

/** Deepest nesting that is built. Browsers stop at 512. */
const DEPTH_LIMIT = 256;
const ELEMENT_LIMIT = 1_000_000;
const ATTRIBUTE_LIMIT = 64;
/** Formatting elements that are opened again when a block or a wrong end tag closed them. */
const REOPENED_LIMIT = 8;

const NO_ATTRIBUTES = new Map<string, string>();

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const VOID = words(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr',
);
const RAW_TEXT = words('script style');
const FORMATTING = words('a b big code em font i nobr s small strike strong tt u');
const CLOSES_PARAGRAPH = words(
  'address article aside blockquote center details dir div dl dd dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hgroup hr li main menu nav ol p pre section summary table ul',
);
/** Blocks in which formatting goes on that the block before cut off. */
const HOLDS_TEXT = words(
  'address article blockquote center dd div dt footer h1 h2 h3 h4 h5 h6 header li main p section',
);
const HEADINGS = words('h1 h2 h3 h4 h5 h6');
/** End tags do not reach out of these. */
const SCOPES = words('html body table caption td th object template button svg math');

/** Which open elements a start tag ends, and how far out it looks for them. */
const SIBLINGS: Readonly<Record<string, { readonly ends: ReadonlySet<string>; readonly within: ReadonlySet<string> }>> =
  {
    li: { ends: words('li'), within: words('ul ol menu dir') },
    dt: { ends: words('dt dd'), within: words('dl') },
    dd: { ends: words('dt dd'), within: words('dl') },
    td: { ends: words('td th'), within: words('tr table') },
    th: { ends: words('td th'), within: words('tr table') },
    tr: { ends: words('tr'), within: words('table') },
    tbody: { ends: words('thead tbody tfoot'), within: words('table') },
    thead: { ends: words('thead tbody tfoot'), within: words('table') },
    tfoot: { ends: words('thead tbody tfoot'), within: words('table') },
    option: { ends: words('option'), within: words('select datalist') },
    rt: { ends: words('rt rp'), within: words('ruby') },
    rp: { ends: words('rt rp'), within: words('ruby') },
  };

/**
 * Builds a tree of tokens. htmlparser2's own `Parser` and DOM are not used, because they take quadratic time for deeply
 * nested or wrongly closed tags (200,000 `<b>` and as many wrong end tags: 51 s); here depth, elements and attributes
 * are limited and each tag costs a bounded number of steps.
 */
class TreeBuilder {
  readonly root: OpenElement = { name: '', attributes: NO_ATTRIBUTES, parent: null, children: [] };
  readonly ids = new Map<string, SourceElement>();
  flattened = 0;
  #source: string;
  /** Text since the last tag: what is taken already, and the slice of the source that is growing. */
  #text: string[] = [];
  #textStart = 0;
  #textEnd = 0;
  #stack: OpenElement[] = [this.root];
  /** How many elements of a name are open, so that a stray end tag is recognised at once. */
  #open = new Map<string, number>();
  /** Start tags that were not built, whose end tags are to be passed over. */
  #skipped = new Map<string, number>();
  #elements = 0;
  #foreign = 0;
  #tagName = '';
  #attributes = NO_ATTRIBUTES;
  #attributeName = '';
  #attributeValue = '';

  constructor(source: string) {
    this.#source = source;
  }

  // The Tokenizer's callbacks.
  ontext(start: number, end: number): void {
    if (start !== this.#textEnd) {
      this.#takeSlice();
      this.#textStart = start;
    }
    this.#textEnd = end;
  }
  ontextentity(codePoint: number): void {
    this.#takeSlice();
    this.#text.push(String.fromCodePoint(codePoint));
  }
  oncdata(start: number, end: number, endOffset: number): void {
    this.ontext(start, end - endOffset);
  }
  isInForeignContext(): boolean {
    return this.#foreign > 0;
  }
  onopentagname(start: number, end: number): void {
    this.#tagName = localName(this.#source.slice(start, end));
    this.#attributes = NO_ATTRIBUTES;
  }
  onattribname(start: number, end: number): void {
    this.#attributeName = this.#source.slice(start, end).toLowerCase();
    this.#attributeValue = '';
  }
  onattribdata(start: number, end: number): void {
    this.#attributeValue += this.#source.slice(start, end);
  }
  onattribentity(codePoint: number): void {
    this.#attributeValue += String.fromCodePoint(codePoint);
  }
  onattribend(): void {
    const name = this.#attributeName;
    if (name.startsWith('on') || this.#attributes.size >= ATTRIBUTE_LIMIT || this.#attributes.has(name)) return;
    if (this.#attributes === NO_ATTRIBUTES) this.#attributes = new Map();
    this.#attributes.set(name, this.#attributeValue);
  }
  onopentagend(): void {
    this.#openElement(this.#tagName, this.#attributes, VOID.has(this.#tagName));
  }
  onselfclosingtag(): void {
    this.#openElement(this.#tagName, this.#attributes, true);
  }
  onclosetag(start: number, end: number): void {
    this.#closeElement(localName(this.#source.slice(start, end)));
  }
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {
    this.#flushText();
  }

  get #top(): OpenElement {
    return this.#stack.at(-1) ?? this.root;
  }

  #takeSlice(): void {
    if (this.#textEnd > this.#textStart) this.#text.push(this.#source.slice(this.#textStart, this.#textEnd));
    this.#textStart = this.#textEnd;
  }

  /** Text is joined once for each tag: a string that grows by every entity would cost memory for every step. */
  #flushText(): void {
    this.#takeSlice();
    if (this.#text.length === 0) return;
    const { children, name } = this.#top;
    const text = this.#text.join('');
    this.#text = [];
    if (RAW_TEXT.has(name)) return;
    const last = children.at(-1);
    if (typeof last === 'string') children[children.length - 1] = last + text;
    else children.push(text);
  }

  #openElement(name: string, attributes: Map<string, string>, isClosed: boolean): void {
    this.#flushText();
    const reopened = this.#foreign > 0 ? [] : this.#endSiblings(name);
    const goesWithin = !isClosed && HOLDS_TEXT.has(name);
    if (goesWithin) this.#push(name, attributes);
    for (const element of reopened) this.#push(element.name, element.attributes);
    if (goesWithin) return;
    if (isClosed) this.#append(name, attributes);
    else this.#push(name, attributes);
  }

  #append(name: string, attributes: Map<string, string>): OpenElement | null {
    this.#elements += 1;
    if (this.#elements > ELEMENT_LIMIT) {
      this.flattened += 1;
      return null;
    }
    const element: OpenElement = { name, attributes, parent: this.#top, children: [] };
    this.#top.children.push(element);
    for (const id of [attributes.get('id'), name === 'a' ? attributes.get('name') : undefined]) {
      if (id !== undefined && !this.ids.has(id)) this.ids.set(id, element);
    }
    return element;
  }

  #push(name: string, attributes: Map<string, string>): void {
    const isTooDeep = this.#stack.length >= DEPTH_LIMIT;
    const element = isTooDeep ? null : this.#append(name, attributes);
    if (isTooDeep) this.flattened += 1;
    if (element === null) {
      this.#skipped.set(name, (this.#skipped.get(name) ?? 0) + 1);
      return;
    }
    this.#stack.push(element);
    this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
    if (name === 'svg' || name === 'math') this.#foreign += 1;
  }

  #pop(): OpenElement | null {
    const element = this.#stack.length > 1 ? this.#stack.pop() : undefined;
    if (!element) return null;
    this.#open.set(element.name, (this.#open.get(element.name) ?? 1) - 1);
    if (element.name === 'svg' || element.name === 'math') this.#foreign -= 1;
    return element;
  }

  /** Ends what a start tag implies is over; returns the formatting that goes on in the new element. */
  #endSiblings(name: string): OpenElement[] {
    const rule = Object.hasOwn(SIBLINGS, name) ? SIBLINGS[name] : undefined;
    if (rule) this.#endWithin(rule.ends, rule.within);
    if (HEADINGS.has(name) && HEADINGS.has(this.#top.name)) this.#pop();
    if (!CLOSES_PARAGRAPH.has(name)) return name === 'a' && this.#isOpen('a') ? this.#closeTo('a') : [];
    return this.#isOpen('p') ? this.#closeTo('p') : [];
  }

  #isOpen(name: string): boolean {
    return (this.#open.get(name) ?? 0) > 0;
  }

  #endWithin(ends: ReadonlySet<string>, within: ReadonlySet<string>): void {
    for (let depth = this.#stack.length - 1; depth > 0; depth--) {
      const name = this.#stack[depth]?.name ?? '';
      if (within.has(name)) return;
      if (!ends.has(name)) {
        if (SCOPES.has(name) && !within.has('table')) return;
        continue;
      }
      while (this.#stack.length > depth) this.#pop();
      return;
    }
  }

  /** Closes the nearest open element of a name and all within; returns the formatting elements that were cut off. */
  #closeTo(name: string): OpenElement[] {
    for (let depth = this.#stack.length - 1; depth > 0; depth--) {
      const here = this.#stack[depth]?.name ?? '';
      if (here !== name && SCOPES.has(here) && !SCOPES.has(name)) return [];
      if (here !== name) continue;
      const cut: OpenElement[] = [];
      while (this.#stack.length > depth + 1) {
        const element = this.#pop();
        if (element && FORMATTING.has(element.name)) cut.unshift(element);
      }
      this.#pop();
      return cut.slice(-REOPENED_LIMIT);
    }
    return [];
  }

  #closeElement(name: string): void {
    this.#flushText();
    const skipped = this.#skipped.get(name) ?? 0;
    if (skipped > 0) {
      this.#skipped.set(name, skipped - 1);
      return;
    }
    if (name === 'br') this.#append('br', NO_ATTRIBUTES);
    if (!this.#isOpen(name)) return;
    const cut = this.#closeTo(name);
    // Only wrongly nested formatting goes on (<b><i></b>…); what a block cuts off is over with it.
    if (FORMATTING.has(name)) for (const element of cut) this.#push(element.name, element.attributes);
  }
}

/** Prefixes that some tools write before names of XHTML, SVG and MathML. */
const PREFIX = /^(?:x?html|svg|m|mml):/;

/** The name without such a prefix; `image` is `img` to browsers as well. */
const localName = (written: string): string => {
  const name = written.toLowerCase().replace(PREFIX, '');
  return name === 'image' ? 'img' : name;
};

/** Reads HTML or XHTML, however broken, into a tree of limited depth. Never throws, takes time linear in the input. */
export const readSourceTree = (source: string): SourceTree => {
  const builder = new TreeBuilder(source);
  const tokenizer = new Tokenizer({ recognizeSelfClosing: true, decodeEntities: true }, builder);
  tokenizer.write(source);
  tokenizer.end();
  return { root: builder.root, ids: builder.ids, flattened: builder.flattened };
};

/** Whether HTML is whole, so that what is written behind it is text again: no open tag, quote, comment or script. */
export const endsInText = (html: string): boolean => {
  const { ids } = readSourceTree(`${html}<br id="${END_MARK}"/>`);
  return ids.has(END_MARK);
};

const END_MARK = 'end-of-html';
