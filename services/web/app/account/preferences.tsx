import type { Account } from '@authorworks/contracts';
import { chooseLanguage, languages, useLanguage } from '../i18n/language.ts';
import { useText } from '../i18n/text.ts';
import { chooseTheme, type Theme, useTheme } from '../shell/theme.ts';
import { Choice } from '../ui/choice.tsx';
import { SelectField } from '../ui/field.tsx';
import { accountText } from './account-text.ts';
import { Section } from './section.tsx';
import { useChangeAccount } from './use-change-account.ts';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** How the house looks and speaks. */
export const Preferences = ({ account }: { account: Account }) => {
  const words = useText(accountText);
  const t = words.preferences;
  const theme = useTheme();
  const language = useLanguage();
  const change = useChangeAccount().mutate;
  return (
    <Section title={words.sections.preferences} lead={t.lead}>
      <Choice
        label={t.theme}
        value={theme}
        options={themes.map((value) => ({ value, label: t.themes[value] }))}
        onChange={(next) => {
          chooseTheme(next);
          change({ preferences: { ...account.preferences, theme: next } });
        }}
      />
      <SelectField
        label={t.language}
        value={language}
        onChange={({ target }) => {
          chooseLanguage(target.value);
          change({ preferences: { ...account.preferences, language: target.value } });
        }}
      >
        {Object.entries(languages).map(([tag, { name }]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </SelectField>
    </Section>
  );
};
