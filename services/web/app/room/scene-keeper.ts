import { connectEditor, type EditorConnection, type LiveScene } from '@authorworks/editor-client';
import type { House } from '../api/api.ts';

/** The state in which a scene may be let go: nothing of it is only here. */
const isSafe = (scene: LiveScene): boolean => scene.pending.get().updates === 0;

/**
 * Holds the connection to the editor while the app is open. A scene that one leaves with words that are not saved yet
 * stays open until they are, whatever page one goes to.
 */
export class SceneKeeper {
  readonly #connection: EditorConnection;
  readonly #lingering = new Set<LiveScene>();
  readonly #open = new Set<LiveScene>();

  constructor(house: House) {
    this.#connection = connectEditor({
      token: async () => {
        const token = await house.session.token();
        if (token === null) throw new Error('Nobody is signed in.');
        return token;
      },
    });
    addEventListener('beforeunload', (event) => {
      if (this.hasUnsaved) event.preventDefault();
    });
  }

  /** Words that are only in this browser, in any scene. */
  get hasUnsaved(): boolean {
    return [...this.#open, ...this.#lingering].some((scene) => !isSafe(scene));
  }

  open(sceneId: string): LiveScene {
    const scene = this.#connection.openScene(sceneId);
    this.#open.add(scene);
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
      this.#lingering.delete(scene);
      this.#connection.closeScene(scene);
    };
    // a refused scene keeps its words as a rescued copy, which is shown when the scene is opened again
    scene.whenSaved().then(finish, () => undefined);
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
