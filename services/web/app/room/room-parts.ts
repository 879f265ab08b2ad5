import { menuParts } from '../ui/menu.tsx';
import { later } from '../ui/later.ts';

// What the room shows when it is called. None of it is needed to write; all of it is fetched while one begins to.
export const bubblePart = later(async () => await import('./bubble.tsx'));
export const overlayPart = later(async () => await import('./room-overlays.tsx'));
export const findPart = later(async () => await import('./find-bar.tsx'));
export const sheetPart = later(async () => await import('../ui/dialog.tsx'));
export const panelPart = later(async () => await import('./panel-content.tsx'));
/** For words that could not be saved: it has to be here when the house is away. */
export const rescuePart = later(async () => await import('./text-as-markdown.ts'));

export const roomParts = [bubblePart, menuParts, overlayPart, findPart, sheetPart, panelPart, rescuePart];
