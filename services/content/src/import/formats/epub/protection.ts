import { UnreadableFile } from '../../imported-book.ts';
import { findElement, findElements } from '../xml/xml-tree.ts';
import { type EpubPackage, type OpenEpub, readXmlFile } from './epub-package.ts';
import { percentDecode } from './epub-path.ts';

/** Ways of garbling fonts, which hinder copying them and nothing else. */
const FONT_METHODS = new Set(['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC']);

/** @throws UnreadableFile when texts of the book are locked by a shop's copy protection. */
export const requireUnprotected = async (epub: OpenEpub, { spine }: EpubPackage): Promise<void> => {
  const encryption = await readXmlFile(epub, 'META-INF/encryption.xml');
  if (!encryption) return;
  const texts = new Set(spine.map(({ item }) => item.path));
  for (const data of findElements(encryption, 'EncryptedData')) {
    const method = findElement(data, 'EncryptionMethod')?.attributes['Algorithm'] ?? '';
    const path = percentDecode(findElement(data, 'CipherReference')?.attributes['URI'] ?? '').replace(/^\//, '');
    if (!FONT_METHODS.has(method) && texts.has(path))
      throw new UnreadableFile(
        `“${path}” in it is locked by copy protection (DRM). Take the file from where it was written, not from a shop.`,
      );
  }
};
