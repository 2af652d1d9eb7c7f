import { useEffect, useState } from 'preact/hooks';

import type { PictureColors } from './svg-chart';

/** What users choose; `auto` follows the system. */
export type ThemeChoice = 'auto' | 'light' | 'dark';

/** Colours of charts. */
export interface Theme extends Omit<PictureColors, 'lineOf'> {
  readonly name: 'light' | 'dark';
  readonly lines: readonly string[];
}

/** After Okabe and Ito, darker where white needs it: each has a contrast of at least 4.5 with the ground. */
const LIGHT: Theme = {
  name: 'light',
  background: '#ffffff',
  text: '#1a2733',
  muted: '#566573',
  grid: '#e4e9ee',
  gap: '#f6dfd6',
  marker: '#8a3b8f',
  lines: ['#0068a5', '#b84c00', '#00755a', '#a03c75', '#7d5a00', '#4b5b6b'],
};

const DARK: Theme = {
  name: 'dark',
  background: '#10171e',
  text: '#e3eaf0',
  muted: '#9aabb9',
  grid: '#232e39',
  gap: '#4a2a22',
  marker: '#dba0e0',
  lines: ['#56b4e9', '#f0884a', '#2fc59a', '#e39ac4', '#e8c34a', '#a9b8c6'],
};

const KEY = 'strain-viewer-theme';

/** The theme that is used, the choice, and how to change it. */
export function useTheme(): { theme: Theme; choice: ThemeChoice; choose: (choice: ThemeChoice) => void } {
  const [choice, setChoice] = useState<ThemeChoice>(stored);
  const [isDark, setDark] = useState(() => systemIsDark().matches);
  useEffect(() => {
    const query = systemIsDark();
    const change = (): void => setDark(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  const theme = choice === 'dark' || (choice === 'auto' && isDark) ? DARK : LIGHT;
  document.documentElement.dataset.theme = theme.name;
  const choose = (next: ThemeChoice): void => {
    setChoice(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Without storage, the choice lasts as long as the page.
    }
  };
  return { theme, choice, choose };
}

function systemIsDark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}
