import type { Metadata } from 'next';
import { Alert } from '@/components/alert';
import { DeletionForm } from '../forms';

export const metadata: Metadata = { title: 'Your data' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function DataPage({ searchParams }: Props) {
  const isUnavailable = 'unavailable' in (await searchParams);
  return (
    <>
      <h1>Your data</h1>
      {isUnavailable && <Alert>Your data cannot be downloaded at the moment. Please try again in a little while.</Alert>}
      <section aria-labelledby="export" className="card">
        <h2 id="export">Download</h2>
        <p>One JSON file with your profile, your devices and all of your tasks.</p>
        {/* A plain link: the response is a file. */}
        <p className="after-form"><a href="/account/export" className="button">Download my data</a></p>
      </section>
      <section aria-labelledby="deletion" className="card danger-zone">
        <h2 id="deletion">Delete your account</h2>
        <p id="warning" className="notice notice-alert">
          This deletes your account and all of your tasks at once. Nobody can bring them back, so download your data first.
        </p>
        <DeletionForm />
      </section>
    </>
  );
}
