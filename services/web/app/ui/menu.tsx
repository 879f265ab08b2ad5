import {
  cloneElement,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useState,
} from 'react';
import { useText } from '../i18n/text.ts';
import { later } from './later.ts';
import { uiText } from './text.ts';
import { useToast } from './toast.tsx';

export interface MenuShape {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
  /** Where the focus goes afterwards, when it is not the trigger: an item that began renaming, for example. */
  readonly onCloseAutoFocus?: (event: Event) => void;
}

export interface ItemProps {
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly keys?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

export interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

export interface LinkProps {
  readonly icon?: ReactNode;
  readonly to: string;
  readonly children: ReactNode;
}

/** The menu library, which no page needs before the first menu is opened. */
export const menuParts = later(async () => await import('./menu-parts.tsx'));

const keysThatOpen = new Set(['Enter', ' ', 'ArrowDown']);

/** What the library will hear as the same press or key. */
const again = (event: PointerEvent | KeyboardEvent): Event =>
  'key' in event
    ? new window.KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true })
    : new window.PointerEvent('pointerdown', { button: 0, bubbles: true, cancelable: true });

/** Actions that come when called. */
export const Menu = (props: MenuShape) => {
  const ui = useText(uiText);
  const toast = useToast();
  const [loaded, setLoaded] = useState(() => menuParts.now && { parts: menuParts.now, replay: null as Event | null });
  if (loaded) return <loaded.parts.LoadedMenu {...props} replay={loaded.replay} />;
  const call = (event: PointerEvent | KeyboardEvent): void => {
    event.preventDefault();
    const replay = again(event);
    menuParts.fetch().then(
      (parts) => setLoaded({ parts, replay }),
      () => toast({ kind: 'danger', message: ui.offline }),
    );
  };
  return cloneElement(props.trigger as ReactElement<Record<string, unknown>>, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    'data-state': 'closed',
    onPointerEnter: () => void menuParts.fetch().catch(() => undefined),
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0 && !event.ctrlKey) call(event);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (keysThatOpen.has(event.key)) call(event);
    },
  });
};

type Parts = Awaited<ReturnType<typeof menuParts.fetch>>;

/** Only ever within a menu that is open, when the parts are here. */
const part = <K extends keyof Parts>(name: K): Parts[K] => {
  if (!menuParts.now) throw new Error(`${name} stands outside of a menu.`);
  return menuParts.now[name];
};

export const MenuItem = (props: ItemProps) => {
  const Part = part('MenuItem');
  return <Part {...props} />;
};

export const MenuLink = (props: LinkProps) => {
  const Part = part('MenuLink');
  return <Part {...props} />;
};

/** One of several, within a menu. */
export const MenuChoice = (props: ChoiceProps) => {
  const Part = part('MenuChoice');
  return <Part {...props} />;
};

export const MenuLine = () => {
  const Part = part('MenuLine');
  return <Part />;
};

export const MenuLabel = ({ children }: { children: ReactNode }) => {
  const Part = part('MenuLabel');
  return <Part>{children}</Part>;
};
