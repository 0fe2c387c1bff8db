import { redirect } from 'next/navigation';
import { requireUser } from '@/lib/session';

export default async function HomePage() {
  await requireUser();
  redirect('/tasks');
}
