import type { EditorConnection, LiveScene } from '@authorworks/editor-client';
import { openScene, type Person } from './people.ts';
import { keepTyping, timesIn, type Typing } from './typing.ts';

/** People at one scene, who type until they are told to stop. */
export class Writers {
  readonly #connections: EditorConnection[];
  readonly #scenes: LiveScene[];
  readonly typing: Typing[];

  private constructor(connections: EditorConnection[], scenes: LiveScene[]) {
    this.#connections = connections;
    this.#scenes = scenes;
    const run = Date.now().toString(36);
    this.typing = scenes.map((scene, index) => keepTyping(scene, `w${index}y${run}x`));
  }

  static async sitDown(people: readonly Person[], sceneId: string): Promise<Writers> {
    const connections = people.map((person) => person.connect());
    const scenes = await Promise.all(connections.map(async (connection) => await openScene(connection, sceneId)));
    return new Writers(connections, scenes);
  }

  readonly untilAcknowledged = async (count: number): Promise<void> => {
    await Promise.all(this.typing.map(async (one) => await one.untilAcknowledged(count)));
  };

  /** They stop, and wait until everything is saved. @returns How long that took, in seconds. */
  async finish(): Promise<number> {
    for (const one of this.typing) one.stop();
    const began = performance.now();
    await Promise.all(this.#scenes.map(async (scene) => await scene.whenSaved()));
    return (performance.now() - began) / 1000;
  }

  leave(): void {
    for (const one of this.typing) one.stop();
    for (const connection of this.#connections) connection.close();
  }

  /** What is wrong with the words in the stored text. */
  check(text: string): { typed: number; lost: string[]; doubled: string[] } {
    const words = this.typing.flatMap(({ typed }) => typed);
    return {
      typed: words.length,
      lost: words.filter((word) => timesIn(text, word) === 0),
      doubled: words.filter((word) => timesIn(text, word) > 1),
    };
  }
}
