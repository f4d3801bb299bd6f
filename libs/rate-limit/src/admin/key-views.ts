import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { KeyView } from './api';

/** What is shown in place of an identity such as `user:42`; `policy` is `undefined` where it is of no single one. */
export type RedactKey = (identity: string, policy: string | undefined) => string;

/** Half of a pair of characters, which a client can send in JSON: no address can carry it. */
const HALVES = /\p{Surrogate}/gu;
const SEALED = 'sealed.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Shows keys as the redaction wants, and knows them again by what it handed out. */
export class KeyViews {
  private readonly key: Buffer;

  /** @param secret The same on all instances, so that what one handed out is understood by the others. */
  constructor(
    private readonly redact: RedactKey,
    secret: string | undefined,
  ) {
    this.key = createHash('sha256')
      .update(`admin keys ${secret ?? randomBytes(32).toString('hex')}`)
      .digest();
  }

  of(identity: string, policy?: string): KeyView {
    const text = this.redact(identity, policy).replace(HALVES, '\ufffd');
    return { text, ref: text === identity ? identity : this.seal(identity) };
  }

  /** What a `ref` stands for; other text is what an operator typed, and stays. `undefined` where a seal is broken. */
  open(ref: string): string | undefined {
    if (!ref.startsWith(SEALED)) return ref;
    const bytes = Buffer.from(ref.slice(SEALED.length), 'base64url');
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      const opened =
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      return JSON.parse(opened) as string;
    } catch {
      return undefined;
    }
  }

  /** The same for a key each time, so that a row that was chosen, or a link, is known again; as JSON, which keeps halves. */
  private seal(identity: string): string {
    const text = JSON.stringify(identity);
    const nonce = createHmac('sha256', this.key).update(text).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return SEALED + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }
}
