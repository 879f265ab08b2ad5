import * as RadioGroup from 'radix-ui/radio-group';
import * as Radix from 'radix-ui/switch';
import { type ReactNode, useId } from 'react';
import styles from './choice.module.css';

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: ReactNode; readonly name?: string }[];
  readonly onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export const Choice = <T extends string>({ label, value, options, onChange }: ChoiceProps<T>) => {
  const id = useId();
  return (
    <div className={styles.group}>
      <span className={styles.label} id={id}>
        {label}
      </span>
      <RadioGroup.Root
        className={styles.row}
        aria-labelledby={id}
        value={value}
        onValueChange={(next) => onChange(next as T)}
        orientation="horizontal"
      >
        {options.map((option) => (
          <RadioGroup.Item
            key={option.value}
            value={option.value}
            className={styles.option}
            {...(option.name ? { 'aria-label': option.name } : {})}
          >
            {option.label}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
};

interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export const Switch = ({ label, checked, onChange }: SwitchProps) => {
  const id = useId();
  return (
    <div className={styles['switch-row']}>
      <label htmlFor={id}>{label}</label>
      <Radix.Root id={id} className={styles.switch} checked={checked} onCheckedChange={onChange}>
        <Radix.Thumb className={styles.thumb} />
      </Radix.Root>
    </div>
  );
};
