import type { LiveScene } from '@authorworks/editor-client';
import { useEffect, useState } from 'react';
import type { House } from '../api/api.ts';
import { keeperOf } from './scene-keeper.ts';

/** The live scene while this component shows it; null until it is opened. */
export const useLiveScene = (house: House, sceneId: string): LiveScene | null => {
  const [scene, setScene] = useState<LiveScene | null>(null);
  useEffect(() => {
    const keeper = keeperOf(house);
    const opened = keeper.open(sceneId);
    setScene(opened);
    return () => {
      setScene(null);
      keeper.leave(opened);
    };
  }, [house, sceneId]);
  return scene?.sceneId === sceneId ? scene : null;
};
