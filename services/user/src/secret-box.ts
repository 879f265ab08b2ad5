import { hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';

/** Encrypts small texts (JWE, A256GCM, RFC 7516) with a key for one purpose, derived from a secret (HKDF, RFC 5869). */
export interface SecretBox {
  readonly seal: (text: string) => Promise<string>;
  /** @returns undefined for what this box did not seal. */
  readonly open: (sealed: string) => Promise<string | undefined>;
}

const KEY_BYTES = 32;

/** @param secret Something that cannot be guessed: HKDF makes keys of secrets, not of passwords. */
export const secretBox = (secret: string, purpose: string): SecretBox => {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', `authorworks user ${purpose}`, KEY_BYTES));
  return {
    seal: async (text) =>
      await new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(key),
    open: async (sealed) => {
      try {
        const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };
        const { plaintext } = await compactDecrypt(sealed, key, options);
        return new TextDecoder().decode(plaintext);
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
};
