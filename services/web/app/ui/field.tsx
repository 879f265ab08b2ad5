import { CircleAlert, Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { IconButton } from './icon-button.tsx';
import { classes } from './classes.ts';
import styles from './field.module.css';

interface Around {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value, for the person who wrote it. */
  readonly problem?: string | undefined;
  /** At the end of the label's line: "optional", a link. */
  readonly aside?: ReactNode;
}

interface Wiring {
  readonly id: string;
  readonly 'aria-invalid': boolean | undefined;
  readonly 'aria-describedby': string | undefined;
}

/** Label, hint and problem around a control, wired for screen readers. */
const Field = ({ label, hint, problem, aside, children }: Around & { children: (wiring: Wiring) => ReactNode }) => {
  const id = useId();
  const described = classes(problem && `${id}-problem`, hint !== undefined && `${id}-hint`);
  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        {aside && <span className={styles.aside}>{aside}</span>}
      </div>
      {children({ id, 'aria-invalid': problem ? true : undefined, 'aria-describedby': described || undefined })}
      {problem && (
        <p className={styles.problem} id={`${id}-problem`}>
          <CircleAlert aria-hidden />
          {problem}
        </p>
      )}
      {hint !== undefined && (
        <p className={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};

const split = <P extends Around>({ label, hint, problem, aside, ...control }: P) => ({
  around: { label, hint, problem, aside } as Around,
  control,
});

export const TextField = (props: Around & ComponentProps<'input'>) => {
  const { around, control } = split(props);
  return (
    <Field {...around}>
      {(wiring) => <input {...control} {...wiring} className={classes(styles.input, control.className)} />}
    </Field>
  );
};

export const TextArea = (props: Around & ComponentProps<'textarea'>) => {
  const { around, control } = split(props);
  return (
    <Field {...around}>
      {(wiring) => <textarea {...control} {...wiring} className={classes(styles.input, control.className)} />}
    </Field>
  );
};

export const SelectField = (props: Around & ComponentProps<'select'>) => {
  const { around, control } = split(props);
  return (
    <Field {...around}>
      {(wiring) => (
        <select {...control} {...wiring} className={classes(styles.input, styles.select, control.className)} />
      )}
    </Field>
  );
};

/** A password that can be shown, because typing blind on a phone fails. */
export const PasswordField = ({
  showLabel,
  hideLabel,
  ...props
}: Around & ComponentProps<'input'> & { showLabel: string; hideLabel: string }) => {
  const [shown, setShown] = useState(false);
  const { around, control } = split(props);
  return (
    <Field {...around}>
      {(wiring) => (
        <div className={styles['with-button']}>
          <input
            {...control}
            {...wiring}
            type={shown ? 'text' : 'password'}
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            className={styles.input}
          />
          <span className={styles['inner-button']}>
            <IconButton label={shown ? hideLabel : showLabel} size="small" onClick={() => setShown(!shown)}>
              {shown ? <EyeOff /> : <Eye />}
            </IconButton>
          </span>
        </div>
      )}
    </Field>
  );
};
