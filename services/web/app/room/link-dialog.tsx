import { normaliseHref } from '@authorworks/manuscript/schema';
import type { Editor } from '@tiptap/core';
import { useState } from 'react';
import { LanguageOptions } from '../book/language-options.tsx';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { roomText } from './room-text.ts';

interface MarkDialogProps {
  readonly editor: Editor;
  readonly onClose: () => void;
}

const onlyDomain = /^[\w-]+(?:\.[\w-]+)+(?:[/?#].*)?$/;

/** What somebody wrote as an address: with https:// where they left it out; null where a book may not link there. */
export const readAddress = (text: string): string | null => {
  const trimmed = text.trim();
  if (/^[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(trimmed)) return normaliseHref(`mailto:${trimmed}`);
  return normaliseHref(onlyDomain.test(trimmed) ? `https://${trimmed}` : trimmed);
};

export const LinkDialog = ({ editor, onClose }: MarkDialogProps) => {
  const t = useText(roomText).link;
  const { href } = editor.getAttributes('link') as { href?: string };
  const [address, setAddress] = useState(href ?? '');
  const [problem, setProblem] = useState<string | undefined>();
  const close = (): void => {
    onClose();
    editor.commands.focus();
  };
  const chain = () => editor.chain().focus().extendMarkRange('link');
  return (
    <Dialog open onOpenChange={close} title={t.title}>
      <form
        style={{ display: 'contents' }}
        onSubmit={(event) => {
          event.preventDefault();
          const read = readAddress(address);
          if (read === null) setProblem(t.wrong);
          else {
            chain().setMark('link', { href: read, title: null }).run();
            close();
          }
        }}
      >
        <TextField
          label={t.address}
          hint={t.addressHint}
          inputMode="url"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={address}
          problem={problem}
          onChange={(event) => setAddress(event.target.value)}
        />
        <DialogActions>
          {href && (
            <Button
              look="quiet"
              onClick={() => {
                chain().unsetMark('link').run();
                close();
              }}
            >
              {t.remove}
            </Button>
          )}
          <Button type="submit" look="primary">
            {t.set}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
};

export const LanguageDialog = ({ editor, onClose }: MarkDialogProps) => {
  const t = useText(roomText).language;
  const { lang } = editor.getAttributes('language') as { lang?: string };
  const [tag, setTag] = useState(lang ?? 'fr');
  const close = (): void => {
    onClose();
    editor.commands.focus();
  };
  return (
    <Dialog open onOpenChange={close} title={t.title} description={t.lead}>
      <SelectField label={t.tag} value={tag} onChange={(event) => setTag(event.target.value)}>
        <LanguageOptions current={tag} />
      </SelectField>
      <DialogActions>
        {lang && (
          <Button
            look="quiet"
            onClick={() => {
              editor.chain().focus().extendMarkRange('language').unsetMark('language').run();
              close();
            }}
          >
            {t.remove}
          </Button>
        )}
        <Button
          look="primary"
          onClick={() => {
            editor.chain().focus().setMark('language', { lang: tag, dir: null }).run();
            close();
          }}
        >
          {t.set}
        </Button>
      </DialogActions>
    </Dialog>
  );
};
