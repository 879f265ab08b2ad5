import { findElement, findElements, type XmlElement } from '../xml/xml-tree.ts';

/** A picture in a Word document, as its markup names it. */
export interface DrawnPicture {
  /** Id of the relationship that names the file. */
  readonly relation: string | null;
  /** Whether the file lies outside of the document. */
  readonly isLinked: boolean;
  readonly alt: string;
  readonly title: string;
  /** In pixels of 1/96 inch, as large as it is shown; null where that is not said. */
  readonly width: number | null;
  readonly height: number | null;
}

/** What a drawing holds. */
export interface Drawing {
  readonly pictures: readonly DrawnPicture[];
  /** The contents of text boxes. */
  readonly boxes: readonly XmlElement[];
  /** A rule across the page. */
  readonly isRule: boolean;
}

const EMU_PER_PIXEL = 9_525;
const PIXELS: Readonly<Record<string, number>> = { pt: 4 / 3, px: 1, in: 96, cm: 37.8, mm: 3.78 };

const pixels = (emu: string | undefined): number | null => {
  const size = Math.round(Number(emu) / EMU_PER_PIXEL);
  return Number.isFinite(size) && size >= 1 && size <= 100_000 ? size : null;
};

const styleLength = (style: string | undefined, name: string): number | null => {
  const [, number, unit = 'px'] =
    new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([\\d.]{1,12})([a-z]{2})?`).exec(style ?? '') ?? [];
  const size = Math.round(Number(number) * (PIXELS[unit] ?? 0));
  return size >= 1 && size <= 100_000 ? size : null;
};

const lastDescription = (drawing: XmlElement, name: 'descr' | 'title'): string => {
  const properties = findElement(drawing, 'wp:docPr');
  return properties?.attributes[name] ?? '';
};

/** `w:drawing`, as Word writes since 2007. */
const readDrawingMl = (drawing: XmlElement): DrawnPicture[] => {
  const extent = findElement(drawing, 'wp:extent');
  return findElements(drawing, 'pic:pic').map((picture, _index, all): DrawnPicture => {
    const blip = findElement(picture, 'a:blip');
    // a drawing comes with a bitmap of it for old programs
    const svg = findElement(blip, 'asvg:svgBlip')?.attributes['r:embed'];
    const embedded = svg ?? blip?.attributes['r:embed'];
    const isOnly = all.length === 1;
    return {
      relation: embedded ?? blip?.attributes['r:link'] ?? null,
      isLinked: embedded === undefined,
      alt: lastDescription(drawing, 'descr'),
      title: lastDescription(drawing, 'title'),
      width: isOnly ? pixels(extent?.attributes['cx']) : null,
      height: isOnly ? pixels(extent?.attributes['cy']) : null,
    };
  });
};

/** `w:pict` and `w:object`, as Word wrote before. */
const readVml = (drawing: XmlElement): DrawnPicture[] =>
  findElements(drawing, 'v:shape').flatMap((shape): DrawnPicture[] => {
    const data = findElement(shape, 'v:imagedata');
    if (!data) return [];
    const embedded = data.attributes['r:id'] ?? data.attributes['o:relid'];
    const { style } = shape.attributes;
    return [
      {
        relation: embedded ?? data.attributes['r:href'] ?? null,
        isLinked: embedded === undefined,
        alt: shape.attributes['alt'] ?? '',
        title: data.attributes['o:title'] ?? '',
        width: styleLength(style, 'width'),
        height: styleLength(style, 'height'),
      },
    ];
  });

const isRule = (drawing: XmlElement): boolean =>
  ['v:rect', 'v:shape'].some((name) =>
    findElements(drawing, name).some(({ attributes }) => attributes['o:hr'] === 't'),
  );

/** Text boxes that are not within others, whose text comes with them. */
const outerBoxes = (element: XmlElement, found: XmlElement[] = []): XmlElement[] => {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    if (child.name === 'w:txbxContent') found.push(child);
    else outerBoxes(child, found);
  }
  return found;
};

export const readDrawing = (drawing: XmlElement): Drawing => ({
  pictures: drawing.name === 'w:drawing' ? readDrawingMl(drawing) : readVml(drawing),
  boxes: outerBoxes(drawing),
  isRule: isRule(drawing),
});

/** Of a drawing in two ways, the one for programs of today if it holds anything that is read here. */
export const chooseAlternative = (alternative: XmlElement): XmlElement | undefined => {
  const choices = alternative.children.filter((child) => typeof child !== 'string');
  const isRead = (choice: XmlElement): boolean =>
    ['pic:pic', 'w:txbxContent', 'w:t', 'v:imagedata'].some((name) => findElement(choice, name) !== undefined);
  return choices.find(isRead) ?? choices.at(-1);
};
