import { SaxesParser } from 'saxes';

/** An element of an XML file: its local name, its attributes by local name, and its text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** @throws Error naming line and column where the text is not well-formed (XML 1.0, namespaces included) */
export const readXml = (text: string): XmlElement[] => {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  let problem: Error | undefined;
  parser.on('error', (error) => {
    problem ??= error;
  });
  parser.on('opentag', ({ local, attributes }) => {
    const known = Object.values(attributes).map((one) => [one.local, one.value] as const);
    const element = { name: local, attributes: Object.fromEntries(known), text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (part) => {
    const current = open.at(-1);
    if (current) current.text += part;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  if (problem) throw new Error(problem.message.split('\n')[0]);
  return elements;
};
