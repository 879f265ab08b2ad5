import { type AccountId, type BookRole, editorErrors, mayOnBook, type SceneId } from '@authorworks/contracts';
import { fail, type Logger } from '@authorworks/platform';
import { Turns } from '../turns.ts';
import type { Access, AccessChange, Member, Person, ReadAccess } from './ports.ts';

/** Questions to content at the same time; more wait, so that a crowd at the door does not take content down. */
const QUESTIONS_AT_ONCE = 32;
/**
 * How long an answer is believed while content cannot be asked. Only content changes roles, so none changes while it is
 * away; and an access token does not live longer than this either.
 */
const BELIEVED_MS = 15 * 60_000;
const MAX_REMEMBERED = 20_000;

export interface PermissionsOptions {
  readonly readAccess: ReadAccess;
  /** Whether an error means that content is away, not that it said no. */
  readonly isAway: (error: unknown) => boolean;
  readonly now: () => number;
  readonly log: Logger;
}

export const mayWrite = (role: BookRole, person: Person): boolean => mayOnBook(role, 'write') && person.tokenMayWrite;

/** Who may do what, as content knows it: the moment "authenticate". */
export class Permissions {
  readonly #options: PermissionsOptions;
  readonly #asking = new Map<string, Promise<Access | undefined>>();
  readonly #answers = new Map<string, { readonly access: Access | undefined; readonly at: number }>();
  /** Grows with every change of access: an answer that was asked for before one may be out of date. */
  changes = 0;
  readonly #turns = new Turns(QUESTIONS_AT_ONCE);

  constructor(options: PermissionsOptions) {
    this.#options = options;
  }

  /**
   * What somebody is to the book of a scene, asked now.
   * @throws AppError EDITOR_SCENE_NOT_FOUND for strangers and unknown scenes, which look the same.
   */
  async demandRole(accountId: AccountId, sceneId: SceneId): Promise<Access & { readonly role: BookRole }> {
    const access = await this.ask(accountId, sceneId);
    if (!access?.role) throw fail(editorErrors.sceneNotFound);
    return { bookId: access.bookId, role: access.role };
  }

  /** Asks content; while it is away, the last answer stands. */
  async ask(accountId: AccountId, sceneId: SceneId): Promise<Access | undefined> {
    const key = `${accountId} ${sceneId}`;
    const asked = this.#asking.get(key) ?? this.#ask(key, accountId, sceneId).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    return await asked;
  }

  /** What was known is not to be believed any more. */
  forget({ accountId }: Pick<AccessChange, 'accountId'>): void {
    this.changes += 1;
    for (const key of this.#answers.keys())
      if (accountId === null || key.startsWith(accountId)) this.#answers.delete(key);
    // an answer that is under way may be from before the change
    for (const key of this.#asking.keys())
      if (accountId === null || key.startsWith(accountId)) this.#asking.delete(key);
  }

  async #ask(key: string, accountId: AccountId, sceneId: SceneId): Promise<Access | undefined> {
    try {
      const access = await this.#turns.take(async () => await this.#options.readAccess(accountId, sceneId));
      this.#answers.delete(key);
      this.#answers.set(key, { access, at: this.#options.now() });
      for (const oldest of this.#answers.keys()) {
        if (this.#answers.size <= MAX_REMEMBERED) break;
        this.#answers.delete(oldest);
      }
      return access;
    } catch (error) {
      const known = this.#answers.get(key);
      if (!this.#options.isAway(error) || !known || this.#options.now() - known.at > BELIEVED_MS) throw error;
      this.#options.log.debug({ err: error }, 'content is away; the last known role stands');
      return known.access;
    }
  }
}

/** Whether a change of access concerns a member. */
export const concerns = ({ bookId, accountId }: AccessChange, member: Member): boolean =>
  member.bookId === bookId && (accountId === null || accountId === member.person.accountId);
