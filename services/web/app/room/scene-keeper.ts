import { connectEditor, type EditorConnection, type LiveScene, type RescuedCopy } from '@authorworks/editor-client';
import * as Y from 'yjs';
import type { House } from '../api/api.ts';

/** The state in which a scene may be let go: nothing of it is only here. */
const isSafe = (scene: LiveScene): boolean => !scene.hasUnsaved && scene.rescued.get().length === 0;

/** Whose token it is (JWT); only read to tell people apart, never trusted. */
const accountOf = (token: string | null): string | undefined => {
  try {
    const payload = (token ?? '').split('.')[1] ?? '';
    return (JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { sub?: string }).sub;
  } catch {
    return undefined;
  }
};

/** Words that a session left behind when it was ended, until the same person is back. */
interface LeftBehind {
  readonly accountId: string | undefined;
  readonly copy: RescuedCopy;
}

/**
 * Holds the connection to the editor while the app is open. A scene that one leaves with words that are not saved yet
 * stays open until they are, whatever page one goes to. Words that could not be saved because the session was ended go
 * into the scene when its author has signed in again.
 */
export class SceneKeeper {
  readonly #house: House;
  readonly #lingering = new Set<LiveScene>();
  readonly #open = new Set<LiveScene>();
  #connection: EditorConnection;
  #accountId: string | undefined;
  #left: readonly LeftBehind[] = [];

  constructor(house: House) {
    this.#house = house;
    this.#connection = this.#connect();
    addEventListener('beforeunload', (event) => {
      if (this.hasUnsaved) event.preventDefault();
    });
  }

  /** Words that are only in this browser, in any scene. */
  get hasUnsaved(): boolean {
    return this.#left.length > 0 || [...this.#open, ...this.#lingering].some((scene) => !isSafe(scene));
  }

  open(sceneId: string): LiveScene {
    const now = accountOf(this.#house.session.currentToken);
    const isOther = this.#accountId !== undefined && now !== undefined && now !== this.#accountId;
    if (isOther || this.#connection.status.get() === 'refused') this.#beginAnew();
    const scene = this.#connection.openScene(sceneId);
    this.#open.add(scene);
    void this.#giveBack(scene);
    return scene;
  }

  leave(scene: LiveScene): void {
    this.#open.delete(scene);
    if (isSafe(scene) && scene.status.get() !== 'saving') {
      this.#connection.closeScene(scene);
      return;
    }
    this.#lingering.add(scene);
    const finish = (): void => {
      if (!isSafe(scene)) return;
      this.#lingering.delete(scene);
      this.#connection.closeScene(scene);
    };
    // a refused scene keeps its words as a rescued copy, which is shown when the scene is opened again
    scene.whenSaved().then(finish, () => undefined);
  }

  #connect(): EditorConnection {
    const { session } = this.#house;
    const connection = connectEditor({
      token: async () => {
        const token = await session.token();
        if (token === null) throw new Error('Nobody is signed in.');
        this.#accountId = accountOf(token);
        return token;
      },
    });
    connection.status.subscribe(() => {
      // the editor hears first that a session was ended; the page then asks, and leads to sign-in
      if (connection.status.get() === 'refused') session.renew(session.currentToken).catch(() => undefined);
    });
    return connection;
  }

  #beginAnew(): void {
    const accountId = this.#accountId;
    const copies = [...new Set([...this.#open, ...this.#lingering])].flatMap((scene) => {
      scene.close();
      return scene.rescued.get();
    });
    this.#left = [...this.#left, ...copies.map((copy) => ({ accountId, copy }))];
    this.#open.clear();
    this.#lingering.clear();
    this.#connection.close();
    this.#accountId = undefined;
    this.#connection = this.#connect();
  }

  async #giveBack(scene: LiveScene): Promise<void> {
    const here = this.#left.filter(({ copy }) => copy.sceneId === scene.sceneId);
    if (here.length === 0) return;
    try {
      await scene.whenSynced();
    } catch {
      return; // they stay
    }
    if (!scene.role.get().mayWrite) return;
    for (const one of here) {
      const { unacknowledged, generation } = one.copy;
      if (one.accountId !== this.#accountId || generation !== scene.generation) continue;
      if (unacknowledged) Y.applyUpdate(scene.doc, unacknowledged);
      this.#left = this.#left.filter((other) => other !== one);
    }
  }
}

const keepers = new WeakMap<House, SceneKeeper>();

/** The one keeper of a house: made when the first scene is opened, kept over pages. */
export const keeperOf = (house: House): SceneKeeper => {
  const known = keepers.get(house);
  if (known) return known;
  const keeper = new SceneKeeper(house);
  keepers.set(house, keeper);
  return keeper;
};
