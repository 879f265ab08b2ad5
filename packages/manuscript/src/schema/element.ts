/**
 * What the parse rules read of a DOM element. Declared here, because this package is compiled without the DOM's types;
 * every HTMLElement fits.
 */
export interface ParsedElement {
  readonly nodeName: string;
  readonly style?: { readonly textAlign?: string; readonly fontWeight?: string; readonly fontStyle?: string };
  getAttribute(name: string): string | null;
  querySelector(selector: string): ParsedElement | null;
}

/** A rule's reader: what ProseMirror calls `getAttrs`. Elements of other kinds are never handed to tag rules. */
export const reads =
  (read: (element: ParsedElement) => Record<string, string | number | null> | false) =>
  (element: unknown): Record<string, string | number | null> | false =>
    read(element as ParsedElement);
