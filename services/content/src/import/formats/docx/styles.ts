import { childOf, childrenOf, type XmlElement } from '../xml/xml-tree.ts';
import {
  type ParagraphProperties,
  readParagraphProperties,
  readRunProperties,
  type RunProperties,
} from './properties.ts';
import { type NamedRole, roleOfStyleName } from './style-names.ts';

/** A style with all that it inherits. */
export interface ResolvedStyle {
  readonly id: string;
  readonly name: string;
  readonly paragraph: ParagraphProperties;
  readonly run: RunProperties;
  /** By its name, or the name of the nearest style that it is based on and whose name says something. */
  readonly role: NamedRole | undefined;
  /** Whether it is the style of code, mono-spaced by its meaning. */
  readonly isCode: boolean;
}

export interface DocxStyles {
  readonly paragraph: (id: string | undefined) => ResolvedStyle;
  readonly character: (id: string | undefined) => ResolvedStyle | undefined;
  readonly defaults: RunProperties;
}

interface WrittenStyle {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly basedOn: string | undefined;
  readonly isDefault: boolean;
  readonly paragraph: ParagraphProperties;
  readonly run: RunProperties;
}

const CHAIN_LIMIT = 50;

const readStyle = (element: XmlElement): WrittenStyle => ({
  id: element.attributes['w:styleId'] ?? '',
  name: childOf(element, 'w:name')?.attributes['w:val'] ?? '',
  type: element.attributes['w:type'] ?? 'paragraph',
  basedOn: childOf(element, 'w:basedOn')?.attributes['w:val'],
  isDefault: /^(?:1|true|on)$/.test(element.attributes['w:default'] ?? ''),
  paragraph: readParagraphProperties(childOf(element, 'w:pPr')),
  run: readRunProperties(childOf(element, 'w:rPr')),
});

const NOTHING: ResolvedStyle = { id: '', name: '', paragraph: {}, run: {}, role: undefined, isCode: false };

const CODE_NAME = /\b(?:code|verbatim|source|typewriter|teletype|quelltext)\b/i;

/** The style and what it is based on, the nearest first. */
const chainOf = (style: WrittenStyle, byId: ReadonlyMap<string, WrittenStyle>): WrittenStyle[] => {
  const chain = [style];
  for (
    let next = byId.get(style.basedOn ?? '');
    next && chain.length < CHAIN_LIMIT;
    next = byId.get(next.basedOn ?? '')
  ) {
    if (chain.includes(next)) break;
    chain.push(next);
  }
  return chain;
};

const roleOf = (chain: readonly WrittenStyle[]): NamedRole | undefined => {
  for (const { name, id } of chain) {
    const role = roleOfStyleName(name) ?? (name === '' ? roleOfStyleName(id.replace(/(\d)$/, ' $1')) : undefined);
    if (role) return role;
  }
  return undefined;
};

const resolve = (style: WrittenStyle, byId: ReadonlyMap<string, WrittenStyle>): ResolvedStyle => {
  const chain = chainOf(style, byId);
  const inherited = chain.toReversed();
  return {
    id: style.id,
    name: style.name,
    paragraph: Object.assign({}, ...inherited.map(({ paragraph }) => paragraph)) as ParagraphProperties,
    run: Object.assign({}, ...inherited.map(({ run }) => run)) as RunProperties,
    role: roleOf(chain),
    isCode: chain.some(({ name }) => CODE_NAME.test(name)),
  };
};

/** Reads `word/styles.xml`; a document without one has no styles. */
export const readStyles = (root: XmlElement | null): DocxStyles => {
  const written = childrenOf(root ?? undefined, 'w:style').map(readStyle);
  const defaults = childOf(childOf(childOf(root ?? undefined, 'w:docDefaults'), 'w:rPrDefault'), 'w:rPr');
  const byId = new Map(written.map((style) => [style.id, style]));
  const resolved = new Map<string, ResolvedStyle>();
  const find = (id: string): ResolvedStyle | undefined => {
    const known = resolved.get(id);
    if (known) return known;
    const style = byId.get(id);
    if (!style) return undefined;
    const made = resolve(style, byId);
    resolved.set(id, made);
    return made;
  };
  const standard = written.find(({ type, isDefault }) => type === 'paragraph' && isDefault);
  return {
    // a style that the file does not define may still be known by its name
    paragraph: (id) => {
      if (id === undefined) return (standard && find(standard.id)) ?? NOTHING;
      return find(id) ?? { ...NOTHING, id, name: id, role: roleOfStyleName(id.replace(/(\d)$/, ' $1')) };
    },
    character: (id) => (id === undefined ? undefined : find(id)),
    defaults: readRunProperties(defaults),
  };
};
