import { useEffect, useRef, useState } from 'react';
import { classes } from './classes.ts';
import styles from './inline-field.module.css';

interface InlineFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly className?: string | undefined;
  readonly lang?: string;
  readonly maxLength: number;
  /** Enter ends a line instead of the editing. */
  readonly multiline?: boolean;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly onSave: (value: string) => void;
}

/** Text that can be changed where it stands: on leaving or Enter it is saved, with Escape it stays as it was. */
export const InlineField = (props: InlineFieldProps) => {
  const { label, value, placeholder, className, lang, maxLength, multiline, required, readOnly, onSave } = props;
  const [draft, setDraft] = useState(value);
  const ref = useRef<HTMLTextAreaElement>(null);
  const given = useRef(false);
  useEffect(() => {
    if (document.activeElement !== ref.current) setDraft(value);
  }, [value]);
  if (readOnly)
    return value ? (
      <p className={className} lang={lang}>
        {value}
      </p>
    ) : null;
  const leave = (): void => {
    const tidy = multiline ? draft.trim() : draft.replace(/\s+/g, ' ').trim();
    const isKept = given.current || (required && tidy === '');
    given.current = false;
    setDraft(isKept ? value : tidy);
    if (!isKept && tidy !== value) onSave(tidy);
  };
  return (
    <textarea
      ref={ref}
      rows={1}
      className={classes(styles.field, className)}
      aria-label={label}
      placeholder={placeholder}
      lang={lang}
      maxLength={maxLength}
      value={draft}
      onChange={(event) => setDraft(multiline ? event.target.value : event.target.value.replace(/\n/g, ' '))}
      onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === 'Escape') given.current = true;
        if (event.key === 'Escape' || (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey))) {
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.blur();
        }
      }}
    />
  );
};
