import { type FormEvent, useRef, useState } from 'react';

type Problems<V> = { readonly [K in keyof V]?: string | undefined };

interface FormOptions<V extends Record<string, string>> {
  readonly initial: V;
  /** Problems by field, asked when the form is sent, and from then on at each change. */
  readonly check: (values: V) => Problems<V>;
  readonly onSubmit: (values: V) => void;
}

const focusFirstProblem = (form: HTMLFormElement | null): void =>
  // after React has marked the fields
  void requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());

/** Values of a small form, checked when it is sent; the first wrong field takes the focus. */
export const useForm = <V extends Record<string, string>>({ initial, check, onSubmit }: FormOptions<V>) => {
  const [values, setValues] = useState(initial);
  const [sent, setSent] = useState(false);
  const ref = useRef<HTMLFormElement>(null);
  const problems: Problems<V> = sent ? check(values) : {};
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSent(true);
    if (Object.values(check(values)).some(Boolean)) focusFirstProblem(ref.current);
    else onSubmit(values);
  };
  const reset = (): void => {
    setValues(initial);
    setSent(false);
  };
  const field = (name: keyof V & string) => ({
    name,
    value: values[name] ?? '',
    problem: problems[name],
    onChange: (event: { target: { value: string } }) =>
      setValues((before) => ({ ...before, [name]: event.target.value })),
  });
  return { values, field, form: { ref, onSubmit: submit, noValidate: true }, reset };
};
