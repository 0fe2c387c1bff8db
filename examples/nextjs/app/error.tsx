'use client';
// Shown for a fault of this app's own. A service that is away is no such fault: pages tell of it themselves.

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
