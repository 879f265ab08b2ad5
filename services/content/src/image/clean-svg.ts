import { SaxesParser } from 'saxes';
import { cleanText } from '@authorworks/manuscript/schema';

/** A drawing of which nothing runs and nothing is fetched. */
export interface CleanSvg {
  readonly svg: string;
  /** Whether something was taken out. */
  readonly wasChanged: boolean;
}

const SVG = 'http://www.w3.org/2000/svg';
const XLINK = 'http://www.w3.org/1999/xlink';
const DEPTH_LIMIT = 200;
const ELEMENT_LIMIT = 200_000;

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** What is drawn. Nothing that runs, moves, fetches, or holds another kind of document. */
const ELEMENTS = words(`
  svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text tspan textPath
  linearGradient radialGradient stop pattern clipPath mask marker image switch style filter feBlend feColorMatrix
  feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
  feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
  feSpecularLighting feSpotLight feTile feTurbulence a`);
/** Kept, but not what is in them: descriptions by programs, in languages of their own. */
const EMPTIED = words('metadata');

const ATTRIBUTES = words(`
  id class style lang version width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy rotate d points viewBox
  preserveAspectRatio transform gradientTransform patternTransform gradientUnits patternUnits patternContentUnits
  clipPathUnits maskUnits maskContentUnits primitiveUnits filterUnits spreadMethod offset markerWidth markerHeight
  markerUnits refX refY orient pathLength textLength lengthAdjust startOffset method spacing side href fill fill-opacity
  fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset
  stroke-opacity opacity color display visibility overflow clip clip-path clip-rule mask filter marker-start marker-mid
  marker-end font-family font-size font-style font-weight font-variant font-stretch font-size-adjust text-anchor
  text-decoration text-rendering letter-spacing word-spacing writing-mode direction unicode-bidi dominant-baseline
  alignment-baseline baseline-shift stop-color stop-opacity flood-color flood-opacity lighting-color
  color-interpolation color-interpolation-filters color-rendering shape-rendering image-rendering vector-effect
  paint-order mix-blend-mode isolation enable-background in in2 result type values tableValues slope intercept
  amplitude exponent operator k1 k2 k3 k4 stdDeviation edgeMode order kernelMatrix divisor bias targetX targetY
  kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent limitingConeAngle
  scale xChannelSelector yChannelSelector azimuth elevation z pointsAtX pointsAtY pointsAtZ mode radius
  baseFrequency numOctaves seed stitchTiles role aria-label aria-hidden`);

const OWN_PART = /^#[^\s"'()<>\\]{1,200}$/;
const DATA_PICTURE = /^data:image\/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+$/i;

/** CSS that names anything outside of the drawing, or hides it by escapes. */
const fetches = (css: string): boolean =>
  /\\|@import|@font-face|expression|javascript:|-moz-binding|image-set/i.test(css) ||
  [...css.matchAll(/url\s*\(\s*["']?([^"')]*)/gi)].some(([, target = '']) => !OWN_PART.test(target.trim()));

const escape = (text: string): string =>
  cleanText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeAttribute = (text: string): string =>
  escape(text)
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, ' ');

interface Written {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
  readonly value: string;
}

/** An attribute as it is written again; null when it is left out. */
const attributeOf = (attribute: Written): string | null => {
  const { local, uri, value } = attribute;
  const isLink = local === 'href' && (uri === '' || uri === XLINK);
  if (isLink) {
    const target = value.trim();
    return OWN_PART.test(target) || DATA_PICTURE.test(target) ? ` xlink:href="${escapeAttribute(target)}"` : null;
  }
  if (uri !== '' || !ATTRIBUTES.has(local)) return null;
  return fetches(value) ? null : ` ${local}="${escapeAttribute(value)}"`;
};

/** Attributes that say nothing about the picture: nobody misses them. */
const isIdle = ({ name, uri }: Written): boolean =>
  name === 'xmlns' ||
  name.startsWith('xmlns:') ||
  name.startsWith('data-') ||
  name === 'xml:space' ||
  (uri !== '' && uri !== XLINK && uri !== SVG);

/**
 * Builds a drawing anew of the parts of SVG that only draw: no scripts, handlers, animations, foreign documents, links to
 * other computers or style sheets. Null for what is not well-formed, or has too much in it.
 */
export const cleanSvg = (source: string): CleanSvg | null => {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const out: string[] = [];
  const open: { kept: boolean; name: string }[] = [];
  let dropping = 0;
  let elements = 0;
  let wasChanged = false;
  let isBroken = false;
  const lose = (): void => {
    wasChanged = true;
  };
  parser.on('error', (error) => {
    // entities of a DTD are not known; everything else means that the drawing cannot be trusted to be whole
    if (!/undefined entity|unbound namespace prefix/i.test(error.message)) isBroken = true;
  });
  parser.on('text', (text) => {
    const name = open.at(-1)?.name;
    if (dropping > 0 || name === undefined) return;
    if (name === 'style' && fetches(text)) lose();
    else if (EMPTIED.has(name)) return;
    else out.push(escape(text));
  });
  parser.on('cdata', (text) => {
    if (dropping > 0) return;
    if (open.at(-1)?.name === 'style' && fetches(text)) lose();
    else out.push(escape(text));
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    const isSvg = tag.uri === SVG || (tag.uri === '' && (open.length > 0 || tag.local === 'svg'));
    const isRoot = open.length === 0;
    // to go on would cost quadratic time: the parser looks for namespaces up all open elements
    if (open.length > DEPTH_LIMIT || elements > ELEMENT_LIMIT) throw new RangeError('the drawing is nested too deeply');
    const parent = open.at(-1)?.name ?? '';
    const kept =
      dropping === 0 && isSvg && ELEMENTS.has(tag.local) && !EMPTIED.has(parent) && (!isRoot || tag.local === 'svg');
    if (isRoot && !kept) isBroken = true;
    open.push({ kept, name: tag.local });
    if (!kept) {
      if (dropping === 0 && isSvg) lose();
      dropping += 1;
      return;
    }
    // a link in a drawing leads nowhere in a book; what it encloses is drawn
    const name = tag.local === 'a' ? 'g' : tag.local;
    let attributes = isRoot ? ` xmlns="${SVG}" xmlns:xlink="${XLINK}"` : '';
    for (const attribute of Object.values(tag.attributes)) {
      if (tag.local === 'a' && attribute.local === 'href') continue;
      const written = attributeOf(attribute);
      if (written !== null) attributes += written;
      else if (!isIdle(attribute)) lose();
    }
    out.push(`<${name}${attributes}>`);
  });
  parser.on('closetag', (tag) => {
    const element = open.pop();
    if (!element?.kept) dropping -= 1;
    else out.push(`</${tag.local === 'a' ? 'g' : tag.local}>`);
  });
  try {
    parser.write(source.replace(/^\ufeff/, '')).close();
  } catch {
    return null;
  }
  return isBroken || out.length === 0
    ? null
    : { svg: `<?xml version="1.0" encoding="UTF-8"?>\n${out.join('')}\n`, wasChanged };
};
