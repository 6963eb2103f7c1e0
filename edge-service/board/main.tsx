import './schema-policy.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import { BoardProvider } from './parts/board-context.tsx';
import { LanguageProvider } from './parts/language.tsx';
import { BoardApp } from './board-app.tsx';
import { browserClock } from './browser-clock.ts';
import { EdgeClient } from './parts/edge-client.ts';
import { EdgeClock } from './parts/edge-clock.ts';
import './style.css';

const clock = new EdgeClock(browserClock);
const client = new EdgeClient(clock);
const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 0, refetchOnWindowFocus: false } },
});

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <ConfigProvider
      theme={{
        token: {
          colorPrimary: '#0958d9',
          colorError: '#cf1322',
          fontSize: 15,
          borderRadius: 6,
          colorTextSecondary: '#4b5563',
          colorTextTertiary: '#5b6472',
          colorTextDescription: '#4b5563',
          colorTextPlaceholder: '#6b7280',
          // Who has told the system so sees nothing move, and presses what is already in its place.
          motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
        },
      }}
    >
      <LanguageProvider>
        <AntApp>
          <QueryClientProvider client={queries}>
            <BoardProvider value={{ client, clock }}>
              <BoardApp />
            </BoardProvider>
          </QueryClientProvider>
        </AntApp>
      </LanguageProvider>
    </ConfigProvider>
  </StrictMode>,
);
