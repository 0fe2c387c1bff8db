'use client';
// Error boundary for unexpected errors in this app. Pages handle an unavailable service themselves.

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <div className="card card-narrow">
      <title>Something went wrong</title>
      <h1>Something went wrong</h1>
      <p role="alert">This page could not be shown. Trying again may help.</p>
      <button type="button" className="button button-primary" onClick={reset}>Try again</button>
    </div>
  );
}
