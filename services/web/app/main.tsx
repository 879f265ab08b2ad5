import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { openHouse } from './api/api.ts';
import { App } from './app.tsx';
import { currentLanguage } from './i18n/language.ts';
import { followSystemTheme } from './shell/theme.ts';
import './styles/base.css';

// dialogs lock the scrolling of the page by a style element, which the Content-Security-Policy takes only with its nonce
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
if (nonce) setNonce(nonce);

followSystemTheme();
currentLanguage();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <BrowserRouter>
      <App house={openHouse()} />
    </BrowserRouter>
  </StrictMode>,
);
